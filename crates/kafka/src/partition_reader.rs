//! Reads one partition from its beginning to its end, committed records only, and follows
//! partitions from given offsets.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{Offset, TopicPartitionList};
use stage::Fault;

use crate::faults::{CrashPoint, Defence, crash_point, is_enabled};
use crate::record::read_headers;
use crate::unreadable::{self, UnreadableBatch, is_unreadable};
use crate::{KafkaSettings, retry};

/// Longest wait for a record, and longest time between two calls of `meanwhile`.
const POLL_TIMEOUT: Duration = Duration::from_millis(100);

/// A consumer that assigns its partitions itself and is in no group.
pub(crate) struct PartitionReader {
    consumer: BaseConsumer,
    settings: KafkaSettings,
    name: String,
    timeout: Duration,
}

/// The next of a partition.
pub(crate) enum Next<'a, 'b> {
    Record(&'a BorrowedMessage<'b>),
    /// Records that the client cannot read; the reader continues behind them.
    Unreadable(&'a UnreadableBatch),
}

impl PartitionReader {
    /// Creates the consumer; `name` becomes part of its client id.
    pub(crate) fn new(settings: &KafkaSettings, name: &str) -> Result<Self, Fault> {
        let mut config = settings.reader(&format!("{}.reader", settings.group(name)));
        // The broker reports the end of a partition after one long poll, so keep that short.
        config.set("fetch.wait.max.ms", "10").set("queued.max.messages.kbytes", "16384");
        if !is_enabled(Defence::ReadCommitted) {
            config.set("isolation.level", "read_uncommitted");
        }
        let consumer = config
            .create()
            .map_err(|error| Fault::log(format!("create a reader for {name}"), error))?;
        let (settings, name, timeout) = (settings.clone(), name.to_owned(), settings.timeout);
        Ok(Self { consumer, settings, name, timeout })
    }

    /// Reads a partition to its current end and returns the offset after the last record. Calls
    /// `meanwhile` at least every 100 ms.
    pub(crate) fn read(
        &self,
        topic: &str,
        partition: i32,
        each: &mut dyn FnMut(Next<'_, '_>) -> Result<(), Fault>,
        meanwhile: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<i64, Fault> {
        let fault = |error: KafkaError| {
            Fault::log(format!("read {topic}, partition {partition}, to its end"), error)
        };
        let (low, high) =
            retry::watermarks(&self.consumer, topic, partition, self.timeout).map_err(fault)?;
        if low == high {
            return Ok(high);
        }
        self.start(topic, partition, Offset::Offset(low))?;
        let (mut next, mut received_at, mut called_back_at) = (low, Instant::now(), Instant::now());
        loop {
            match self.consumer.poll(POLL_TIMEOUT) {
                Some(Ok(message)) => {
                    next = message.offset() + 1;
                    received_at = Instant::now();
                    each(Next::Record(&message))?;
                    crash_point(CrashPoint::DuringRestore);
                }
                // Not `next == high`: the last offsets may be transaction markers or compacted
                // away, and those never arrive as records.
                Some(Err(KafkaError::PartitionEOF(_))) => break,
                Some(Err(error)) if is_unreadable(&error) => {
                    let position = one(topic, partition, Offset::Offset(next))?;
                    if let Some(batch) = self.find_unreadable(&position, meanwhile)? {
                        each(Next::Unreadable(&batch))?;
                        (next, received_at) = (batch.next, Instant::now());
                        self.start(topic, partition, Offset::Offset(next))?;
                    }
                }
                Some(Err(error)) => {
                    tracing::debug!(%error, topic, "error while reading to the end")
                }
                None => {}
            }
            if received_at.elapsed() > self.timeout {
                return Err(fault(KafkaError::PartitionEOF(partition)));
            }
            if called_back_at.elapsed() > POLL_TIMEOUT {
                meanwhile()?;
                called_back_at = Instant::now();
            }
        }
        self.consumer.unassign().map_err(fault)?;
        Ok(next)
    }

    /// Returns the offset after the last committed record of a partition.
    pub(crate) fn end(&self, topic: &str, partition: i32) -> Result<i64, Fault> {
        let watermarks = retry::watermarks(&self.consumer, topic, partition, self.timeout);
        let fault = |error| Fault::log(format!("find the end of {topic}, {partition}"), error);
        Ok(watermarks.map_err(fault)?.1)
    }

    /// Whether the first record at or after `from` is a tap; none if there is no record.
    pub(crate) fn first_is_tap(
        &self,
        topic: &str,
        partition: i32,
        from: Offset,
    ) -> Result<Option<bool>, Fault> {
        let fault = |error: KafkaError| {
            Fault::log(format!("read {topic}, partition {partition}, from {from:?}"), error)
        };
        self.start(topic, partition, from)?;
        let started_at = Instant::now();
        while started_at.elapsed() < self.timeout {
            match self.consumer.poll(POLL_TIMEOUT) {
                Some(Ok(message)) => return Ok(Some(read_headers(&message).has_tap_mark())),
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(None),
                Some(Err(error)) => {
                    tracing::debug!(%error, topic, "error while reading one record")
                }
                None => {}
            }
        }
        Err(fault(KafkaError::PartitionEOF(partition)))
    }

    /// Follows partitions from these offsets on.
    pub(crate) fn follow(&self, from: &TopicPartitionList) -> Result<(), Fault> {
        self.consumer.assign(from).map_err(|error| Fault::log("follow a broadcast table", error))
    }

    /// Returns the next record of the followed partitions, or the error of the client, if one has
    /// arrived.
    pub(crate) fn poll(&self) -> Option<KafkaResult<BorrowedMessage<'_>>> {
        self.consumer.poll(Duration::ZERO)
    }

    /// Finds an unreadable batch that is the next of one of these partitions.
    pub(crate) fn find_unreadable(
        &self,
        positions: &TopicPartitionList,
        meanwhile: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<Option<UnreadableBatch>, Fault> {
        unreadable::find(&self.settings, &self.name, positions, meanwhile)
    }

    fn start(&self, topic: &str, partition: i32, from: Offset) -> Result<(), Fault> {
        let start = one(topic, partition, from)?;
        self.consumer.assign(&start).map_err(|error| Fault::log(format!("read {topic}"), error))
    }

    /// Returns the number of partitions of a topic.
    pub(crate) fn partition_count(&self, topic: &str) -> Result<i32, Fault> {
        retry::partition_count(&self.consumer, topic, self.timeout)
            .map_err(|error| Fault::log(format!("count the partitions of {topic}"), error))
    }
}

/// One partition from an offset on.
fn one(topic: &str, partition: i32, from: Offset) -> Result<TopicPartitionList, Fault> {
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, partition, from)
        .map_err(|error| Fault::log(format!("read {topic}"), error))?;
    Ok(list)
}
