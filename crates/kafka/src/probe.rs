//! Both ends of a measurement: a producer that never waits for an answer, and a reader that looks
//! at what is committed as soon as it is.
//!
//! Must not know: what is measured, nor when. Nothing of the pipeline runs on these.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message as _};
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};
use rdkafka::{Offset, TopicPartitionList};
use stage::Fault;

use crate::{Settings, Unavailable, ask};

#[derive(Debug, Default)]
struct Counts {
    acknowledged: AtomicU64,
    refused: AtomicU64,
}

struct Counted(Arc<Counts>);

impl ClientContext for Counted {}

impl ProducerContext for Counted {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let count = if result.is_ok() { &self.0.acknowledged } else { &self.0.refused };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// A producer that sends each record at once and only counts the answers.
pub struct Sender {
    producer: ThreadedProducer<Counted>,
    counts: Arc<Counts>,
    patience: Duration,
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sender").field("counts", &self.counts).finish_non_exhaustive()
    }
}

impl Sender {
    /// Creates the producer.
    ///
    /// # Errors
    /// When the client cannot be created.
    pub fn new(settings: &Settings, name: &str) -> Result<Self, Fault> {
        let mut config = settings.producer(&format!("{}.{name}", settings.prefix));
        // A wait here would be counted as the pipeline's.
        config.set("linger.ms", "0").set("delivery.report.only.error", "false");
        let counts = Arc::new(Counts::default());
        let producer = config
            .create_with_context(Counted(Arc::clone(&counts)))
            .map_err(|error| Fault::new(format!("create the producer of {name}: {error}")))?;
        Ok(Self { producer, counts, patience: settings.patience })
    }

    /// Hands over a record, `time` in microseconds; waits only while the producer's queue is full.
    ///
    /// # Errors
    /// When the queue stays full: the brokers take nothing.
    pub fn send(
        &self,
        topic: &str,
        key: &[u8],
        value: &[u8],
        time: i64,
    ) -> Result<(), Unavailable> {
        let mut record = BaseRecord::to(topic).key(key).payload(value).timestamp(time / 1000);
        let asked = Instant::now();
        loop {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back))
                    if asked.elapsed() < self.patience =>
                {
                    record = back;
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err((error, _)) => return Err(Unavailable(error.to_string())),
            }
        }
    }

    /// Waits until every record has been taken or refused.
    ///
    /// # Errors
    /// When it takes too long.
    pub fn flush(&self) -> Result<(), Unavailable> {
        self.producer.flush(self.patience).map_err(|error| Unavailable(error.to_string()))
    }

    /// How many records the brokers have until now.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        self.counts.acknowledged.load(Ordering::Relaxed)
    }

    /// How many records they have refused, or not answered for, until now.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.counts.refused.load(Ordering::Relaxed)
    }
}

/// Follows a topic from its end on, committed records only, without a group.
pub struct Tail {
    consumer: BaseConsumer,
}

impl std::fmt::Debug for Tail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tail").finish_non_exhaustive()
    }
}

impl Tail {
    /// Starts at the end of each partition as it is now: nothing written later is missed.
    ///
    /// # Errors
    /// When the topic cannot be asked for.
    pub fn of(settings: &Settings, topic: &str) -> Result<Self, Fault> {
        let fault = |error: KafkaError| Fault::new(format!("follow {topic}: {error}"));
        let consumer: BaseConsumer =
            settings.reader(&settings.group("probe")).create().map_err(fault)?;
        let patience = settings.patience;
        let mut ends = TopicPartitionList::new();
        for partition in 0..ask::partitions(&consumer, topic, patience).map_err(fault)? {
            let (_, end) = ask::watermarks(&consumer, topic, partition, patience).map_err(fault)?;
            ends.add_partition_offset(topic, partition, Offset::Offset(end)).map_err(fault)?;
        }
        consumer.assign(&ends).map_err(fault)?;
        Ok(Self { consumer })
    }

    /// The payload of the next record, if one comes in time.
    #[must_use]
    pub fn next(&self, wait: Duration) -> Option<Vec<u8>> {
        let asked = Instant::now();
        loop {
            let left = wait.saturating_sub(asked.elapsed());
            match self.consumer.poll(left)? {
                Ok(message) => return Some(message.payload().unwrap_or_default().to_vec()),
                Err(KafkaError::PartitionEOF(_)) => {}
                Err(error) => tracing::debug!(%error, "while following a topic"),
            }
        }
    }
}
