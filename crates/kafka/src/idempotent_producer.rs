//! Appends records from outside the pipeline and reports when the brokers have acknowledged them.
//!
//! The producer is idempotent, not transactional: a sender that repeats an unacknowledged record
//! makes a redelivery, which dedupe removes.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use rdkafka::client::ClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};
use stage::Fault;

use crate::{KafkaSettings, OutgoingRef};

/// The brokers did not acknowledge a record; the caller must not acknowledge it to its sender.
#[derive(Debug, Clone)]
pub struct BrokerUnavailable(pub String);

impl std::fmt::Display for BrokerUnavailable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BrokerUnavailable {}

type DeliverySender = Sender<Result<(), String>>;

#[derive(Debug)]
struct DeliveryContext;

impl ClientContext for DeliveryContext {}

impl ProducerContext for DeliveryContext {
    type DeliveryOpaque = Box<DeliverySender>;

    fn delivery(&self, result: &DeliveryResult<'_>, sender: Box<DeliverySender>) {
        let result = result.as_ref().map(|_| ()).map_err(|(error, _)| error.to_string());
        // Fails if the caller has stopped waiting.
        let _ = sender.send(result);
    }
}

/// An idempotent producer; clones share one client.
#[derive(Clone)]
pub struct IdempotentProducer {
    producer: Arc<ThreadedProducer<DeliveryContext>>,
    settings: KafkaSettings,
}

impl std::fmt::Debug for IdempotentProducer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdempotentProducer").finish_non_exhaustive()
    }
}

/// Records that the brokers have not yet acknowledged.
#[derive(Debug)]
pub struct PendingDelivery {
    deliveries: Receiver<Result<(), String>>,
    records: usize,
    timeout: Duration,
}

impl PendingDelivery {
    /// Waits until the brokers have acknowledged all records.
    ///
    /// # Errors
    /// When they have rejected one, or do not answer in time.
    pub fn wait(self) -> Result<(), BrokerUnavailable> {
        for _ in 0..self.records {
            let timed_out = |_| BrokerUnavailable("the brokers do not answer".to_owned());
            // One second more than librdkafka, which gives up on a record after the same timeout:
            // its error names the cause.
            let timeout = self.timeout + Duration::from_secs(1);
            let delivery = self.deliveries.recv_timeout(timeout).map_err(timed_out)?;
            delivery.map_err(BrokerUnavailable)?;
        }
        Ok(())
    }
}

impl IdempotentProducer {
    /// Creates the producer; `name` becomes part of its client id.
    ///
    /// # Errors
    /// When the client cannot be created.
    pub fn new(settings: &KafkaSettings, name: &str) -> Result<Self, Fault> {
        let mut config =
            settings.producer(&format!("{}.{}", settings.group(name), settings.instance));
        // Reports of success are what this producer is for.
        config.set("delivery.report.only.error", "false");
        let producer = config
            .create_with_context(DeliveryContext)
            .map_err(|error| Fault::log(format!("create the producer of {name}"), error))?;
        Ok(Self { producer: Arc::new(producer), settings: settings.clone() })
    }

    /// Enqueues records for a topic of this deployment, in order.
    ///
    /// # Errors
    /// When the producer's queue stays full for the timeout.
    pub fn append<'a>(
        &self,
        topic: &str,
        records: impl Iterator<Item = OutgoingRef<'a>>,
    ) -> Result<PendingDelivery, BrokerUnavailable> {
        let topic = self.settings.topic(topic);
        let (sender, deliveries) = channel();
        let mut count = 0;
        for record in records {
            self.enqueue(record.for_topic(&topic, None, Box::new(sender.clone())))?;
            count += 1;
        }
        Ok(PendingDelivery { deliveries, records: count, timeout: self.settings.timeout })
    }

    fn enqueue(
        &self,
        mut record: BaseRecord<'_, [u8], [u8], Box<DeliverySender>>,
    ) -> Result<(), BrokerUnavailable> {
        // One attempt a millisecond: a full queue drains while the producer's own thread polls.
        for _ in 0..self.settings.timeout.as_millis() {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), returned)) => {
                    record = returned;
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err((error, _)) => return Err(BrokerUnavailable(error.to_string())),
            }
        }
        Err(BrokerUnavailable("the brokers accept no more records".to_owned()))
    }

    /// Waits until every enqueued record is acknowledged or rejected.
    ///
    /// # Errors
    /// After the timeout.
    pub fn flush(&self) -> Result<(), BrokerUnavailable> {
        self.producer
            .flush(self.settings.timeout)
            .map_err(|error| BrokerUnavailable(error.to_string()))
    }
}
