//! Finds batches that the client cannot read, and where they end.
//!
//! A broker checks the size of a batch as it is compressed. One that decompresses to more than
//! `receive.message.max.bytes` (100 MB) is fetched again and again, and its partition stands still. The
//! error that `poll` returns names neither topic nor offset (rdkafka drops them), so a second consumer
//! looks for the batch.
//!
//! Must not know: what becomes of the batch.

use std::collections::BTreeSet;
use std::ffi::CStr;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::{Offset, TopicPartitionList};
use stage::Fault;

use crate::{KafkaSettings, retry};

/// Longest wait for one answer.
const POLL_TIMEOUT: Duration = Duration::from_millis(100);

/// Records that the client cannot read: one batch of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnreadableBatch {
    /// The topic by its name on the cluster.
    pub(crate) topic: String,
    pub(crate) partition: i32,
    /// The offset of its first record.
    pub(crate) first: i64,
    /// The offset after its last record.
    pub(crate) next: i64,
    /// The error of the client.
    pub(crate) problem: String,
}

impl UnreadableBatch {
    /// States which records are lost and why. Contains nothing of them.
    pub(crate) fn message(&self) -> String {
        let Self { first, next, problem, .. } = self;
        let last = next - 1;
        format!("the client cannot read the batch with the offsets {first} to {last}: {problem}")
    }
}

/// Whether an error of `poll` may mean a batch that no later fetch can read either.
pub(crate) fn is_unreadable(error: &KafkaError) -> bool {
    matches!(error, KafkaError::MessageConsumption(code) if is_of_batch(*code))
}

fn is_of_batch(code: Code) -> bool {
    matches!(
        code,
        Code::BadCompression
            // A batch whose frame or checksum is damaged.
            | Code::BadMessage
            | Code::InvalidMessage
            | Code::InvalidMessageSize
            | Code::MessageSizeTooLarge
            // A codec that this build lacks.
            | Code::NotImplemented
    )
}

/// Finds an unreadable batch that is the next of one of these partitions; none if there is none any
/// more. `name` becomes part of a client id. Calls `meanwhile` at least every 100 ms.
pub(crate) fn find(
    settings: &KafkaSettings,
    name: &str,
    positions: &TopicPartitionList,
    meanwhile: &mut dyn FnMut() -> Result<(), Fault>,
) -> Result<Option<UnreadableBatch>, Fault> {
    if positions.count() == 0 {
        return Ok(None);
    }
    let mut prober = Prober::new(settings, name, meanwhile)?;
    let Some(mut batch) = prober.first_of(positions)? else { return Ok(None) };
    batch.next = prober.end_of(&batch)?;
    Ok(Some(batch))
}

/// A consumer that looks at single batches.
struct Prober<'a> {
    consumer: BaseConsumer,
    timeout: Duration,
    meanwhile: &'a mut dyn FnMut() -> Result<(), Fault>,
}

/// What a fetch has found.
enum Found {
    /// A record or the end of this partition: no unreadable batch.
    Readable(String, i32),
    Unreadable(UnreadableBatch),
}

impl<'a> Prober<'a> {
    fn new(
        settings: &KafkaSettings,
        name: &str,
        meanwhile: &'a mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<Self, Fault> {
        let mut config = settings.reader(&format!("{}.reader", settings.group(name)));
        config
            // An offset behind the end must be an error: by default the consumer would start again.
            .set("auto.offset.reset", "error")
            .set("fetch.wait.max.ms", "10")
            .set("fetch.error.backoff.ms", "1")
            // One record is enough to know.
            .set("queued.min.messages", "1");
        let consumer = config
            .create()
            .map_err(|error| Fault::log(format!("create a reader for {name}"), error))?;
        Ok(Self { consumer, timeout: settings.timeout, meanwhile })
    }

    /// Returns the first unreadable batch that a fetch from these positions meets. None if each
    /// partition yields a record or its end, or if nothing is found in time.
    fn first_of(
        &mut self,
        positions: &TopicPartitionList,
    ) -> Result<Option<UnreadableBatch>, Fault> {
        self.assign(positions)?;
        let started_at = Instant::now();
        let mut readable = BTreeSet::new();
        while started_at.elapsed() < self.timeout && readable.len() < positions.count() {
            match self.poll() {
                Some(Found::Unreadable(batch)) => return Ok(Some(batch)),
                Some(Found::Readable(topic, partition)) => {
                    readable.insert((topic, partition));
                }
                None => (self.meanwhile)()?,
            }
        }
        Ok(None)
    }

    /// Finds the offset after a batch. The client does not say how many records a batch has; but a
    /// fetch from any of its offsets meets the same first offset, and a fetch from behind it does not.
    fn end_of(&mut self, batch: &UnreadableBatch) -> Result<i64, Fault> {
        let (topic, partition) = (&batch.topic, batch.partition);
        let (_, high) = retry::watermarks(&self.consumer, topic, partition, self.timeout)
            .map_err(|error| Fault::log(format!("find the end of {topic}, {partition}"), error))?;
        let (mut inside, mut outside) = (batch.first, high.max(batch.first + 1));
        // Doubling first: a batch is short, what is behind it may be long.
        let mut step = 1;
        while outside - inside > 1 {
            let middle = (inside + step).min(inside + (outside - inside) / 2);
            match self.is_in(batch, middle)? {
                true => inside = middle,
                false => outside = middle,
            }
            step *= 2;
        }
        Ok(outside)
    }

    /// Whether the record at this offset, or its place, is in the batch.
    fn is_in(&mut self, batch: &UnreadableBatch, offset: i64) -> Result<bool, Fault> {
        let fault = |error| Fault::log(format!("read {}", batch.topic), error);
        let mut position = TopicPartitionList::new();
        position
            .add_partition_offset(&batch.topic, batch.partition, Offset::Offset(offset))
            .map_err(fault)?;
        self.assign(&position)?;
        let started_at = Instant::now();
        while started_at.elapsed() < self.timeout {
            match self.poll() {
                Some(Found::Readable(..)) => return Ok(false),
                Some(Found::Unreadable(found)) => return Ok(found.first == batch.first),
                None => (self.meanwhile)()?,
            }
        }
        Err(fault(KafkaError::PartitionEOF(batch.partition)))
    }

    fn assign(&self, positions: &TopicPartitionList) -> Result<(), Fault> {
        self.consumer.assign(positions).map_err(|error| Fault::log("look for a batch", error))
    }

    /// Polls once. None if nothing has come, or only an error of the connection.
    #[allow(unsafe_code, reason = "rdkafka drops topic and offset of a consumer error")]
    fn poll(&self) -> Option<Found> {
        use rdkafka::bindings::{rd_kafka_consumer_poll, rd_kafka_message_destroy};
        let millis = i32::try_from(POLL_TIMEOUT.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: the client belongs to `self.consumer`, which outlives the call, and this type polls
        // it in no other way. The message is valid until it is destroyed, once, after `read` has
        // copied what it needs.
        unsafe {
            let message = rd_kafka_consumer_poll(self.consumer.client().native_ptr(), millis);
            let found = read(message.as_ref()?);
            rd_kafka_message_destroy(message);
            found
        }
    }
}

/// Reads what a polled message says about its partition; none if it says nothing.
///
/// # Safety
/// The message must come from librdkafka and must not have been destroyed.
#[allow(unsafe_code, reason = "rdkafka drops topic and offset of a consumer error")]
unsafe fn read(message: &rdkafka::bindings::rd_kafka_message_t) -> Option<Found> {
    let code = Code::from(message.err);
    if message.rkt.is_null() {
        return None;
    }
    // SAFETY: `rkt` is not null, and its name lives as long as the message.
    let topic = unsafe { CStr::from_ptr(rdkafka::bindings::rd_kafka_topic_name(message.rkt)) };
    let (topic, partition) = (topic.to_string_lossy().into_owned(), message.partition);
    match code {
        // The last two mean an offset behind the end.
        Code::NoError | Code::PartitionEOF | Code::AutoOffsetReset | Code::OffsetOutOfRange => {
            Some(Found::Readable(topic, partition))
        }
        code if is_of_batch(code) => {
            let problem = match message.payload.is_null() {
                true => code.to_string(),
                // SAFETY: the payload of an error is its text, of `len` bytes.
                false => String::from_utf8_lossy(unsafe {
                    std::slice::from_raw_parts(message.payload.cast(), message.len)
                })
                .into_owned(),
            };
            let (first, next) = (message.offset, message.offset + 1);
            Some(Found::Unreadable(UnreadableBatch { topic, partition, first, next, problem }))
        }
        _ => None,
    }
}
