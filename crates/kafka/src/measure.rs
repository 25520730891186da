//! Both ends of a measurement: a producer that never waits for acknowledgements, and a reader that
//! follows committed records.
//!
//! Must not know: what is measured, or when. Nothing of the pipeline runs on these.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message as _};
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};
use rdkafka::{Offset, TopicPartitionList};
use stage::{EventTime, Fault, TimeDelta};

use crate::{BrokerUnavailable, KafkaSettings, retry};

#[derive(Debug, Default)]
struct DeliveryCounts {
    acknowledged: AtomicU64,
    rejected: AtomicU64,
}

struct CountingContext(Arc<DeliveryCounts>);

impl ClientContext for CountingContext {}

impl ProducerContext for CountingContext {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let count = if result.is_ok() { &self.0.acknowledged } else { &self.0.rejected };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// A producer for load: it sends each record at once and only counts the acknowledgements.
pub struct LoadSender {
    producer: ThreadedProducer<CountingContext>,
    counts: Arc<DeliveryCounts>,
    timeout: Duration,
}

impl std::fmt::Debug for LoadSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadSender").field("counts", &self.counts).finish_non_exhaustive()
    }
}

impl LoadSender {
    /// Creates the producer; `name` becomes part of its client id.
    ///
    /// # Errors
    /// When the client cannot be created.
    pub fn new(settings: &KafkaSettings, name: &str) -> Result<Self, Fault> {
        let mut config = settings.producer(&format!("{}.{name}", settings.prefix));
        // Lingering would count as latency of the pipeline. Successes are reported to count them.
        config.set("linger.ms", "0").set("delivery.report.only.error", "false");
        let counts = Arc::new(DeliveryCounts::default());
        let producer = config
            .create_with_context(CountingContext(Arc::clone(&counts)))
            .map_err(|error| Fault::log(format!("create the producer of {name}"), error))?;
        Ok(Self { producer, counts, timeout: settings.timeout })
    }

    /// Sends a record. Waits only while the producer's queue is full.
    ///
    /// # Errors
    /// When the queue stays full for the timeout.
    pub fn send(
        &self,
        topic: &str,
        key: &[u8],
        value: &[u8],
        time: EventTime,
    ) -> Result<(), BrokerUnavailable> {
        // Kafka's timestamps are in milliseconds.
        let millis = time.interval(TimeDelta::MILLISECOND);
        let mut record = BaseRecord::to(topic).key(key).payload(value).timestamp(millis);
        let started_at = Instant::now();
        loop {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), returned))
                    if started_at.elapsed() < self.timeout =>
                {
                    record = returned;
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err((error, _)) => return Err(BrokerUnavailable(error.to_string())),
            }
        }
    }

    /// Waits until every record is acknowledged or rejected.
    ///
    /// # Errors
    /// After the timeout.
    pub fn flush(&self) -> Result<(), BrokerUnavailable> {
        self.producer.flush(self.timeout).map_err(|error| BrokerUnavailable(error.to_string()))
    }

    /// Number of records that the brokers have acknowledged so far.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        self.counts.acknowledged.load(Ordering::Relaxed)
    }

    /// Number of records that the brokers have rejected so far, or not answered in time.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.counts.rejected.load(Ordering::Relaxed)
    }
}

/// Follows a topic from its end, committed records only, without a group.
pub struct TopicTail {
    consumer: BaseConsumer,
}

impl std::fmt::Debug for TopicTail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TopicTail").finish_non_exhaustive()
    }
}

impl TopicTail {
    /// Starts at the current end of each partition, so that no record written later is missed.
    /// `topic` is the name on the cluster.
    ///
    /// # Errors
    /// When the ends of the topic cannot be read.
    pub fn from_end(settings: &KafkaSettings, topic: &str) -> Result<Self, Fault> {
        let fault = |error: KafkaError| Fault::log(format!("follow {topic}"), error);
        let consumer: BaseConsumer =
            settings.reader(&settings.group("probe")).create().map_err(fault)?;
        let timeout = settings.timeout;
        let mut ends = TopicPartitionList::new();
        // Explicit offsets: with `latest` the consumer would find the end only at its first fetch.
        for partition in 0..retry::partition_count(&consumer, topic, timeout).map_err(fault)? {
            let (_, end) =
                retry::watermarks(&consumer, topic, partition, timeout).map_err(fault)?;
            ends.add_partition_offset(topic, partition, Offset::Offset(end)).map_err(fault)?;
        }
        consumer.assign(&ends).map_err(fault)?;
        Ok(Self { consumer })
    }

    /// Returns the payload of the next record, or none after `timeout`.
    #[must_use]
    pub fn next(&self, timeout: Duration) -> Option<Vec<u8>> {
        let started_at = Instant::now();
        loop {
            let left = timeout.saturating_sub(started_at.elapsed());
            match self.consumer.poll(left)? {
                Ok(message) => return Some(message.payload().unwrap_or_default().to_vec()),
                Err(KafkaError::PartitionEOF(_)) => {}
                Err(error) => tracing::debug!(%error, "error while following a topic"),
            }
        }
    }
}
