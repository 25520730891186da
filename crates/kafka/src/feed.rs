//! The way in: appends records and tells when the brokers have them.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use rdkafka::client::ClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};
use stage::{Fault, Topic};

use crate::Settings;

/// The brokers did not take a record: nothing may be acknowledged to whoever sent it.
#[derive(Debug, Clone)]
pub struct Unavailable(pub String);

impl std::fmt::Display for Unavailable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

type Answer = Sender<Result<(), String>>;

#[derive(Debug)]
struct Deliveries;

impl ClientContext for Deliveries {}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Box<Answer>;

    fn delivery(&self, result: &DeliveryResult<'_>, answer: Box<Answer>) {
        let result = result.as_ref().map(|_| ()).map_err(|(error, _)| error.to_string());
        // Whoever asked may have given up waiting.
        let _ = answer.send(result);
    }
}

/// An idempotent producer, shared by all who feed.
#[derive(Clone)]
pub struct Feed {
    producer: Arc<ThreadedProducer<Deliveries>>,
    settings: Settings,
}

impl std::fmt::Debug for Feed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed").finish_non_exhaustive()
    }
}

/// Records on their way to the brokers.
#[derive(Debug)]
pub struct Pending {
    answers: Receiver<Result<(), String>>,
    records: usize,
    patience: Duration,
}

impl Pending {
    /// Waits until the brokers have all of them.
    ///
    /// # Errors
    /// When they have not taken one, or do not answer in time.
    pub fn wait(self) -> Result<(), Unavailable> {
        for _ in 0..self.records {
            let silence = |_| Unavailable("the brokers do not answer".to_owned());
            // librdkafka gives up on a record after the same time; be the second to.
            let patience = self.patience + Duration::from_secs(1);
            self.answers.recv_timeout(patience).map_err(silence)?.map_err(Unavailable)?;
        }
        Ok(())
    }
}

impl Feed {
    /// Creates the producer.
    ///
    /// # Errors
    /// When the client cannot be created.
    pub fn new(settings: &Settings, name: &str) -> Result<Self, Fault> {
        let mut config =
            settings.producer(&format!("{}.{}", settings.group(name), settings.instance));
        config.set("delivery.report.only.error", "false");
        let producer = config
            .create_with_context(Deliveries)
            .map_err(|error| Fault::new(format!("create the producer of {name}: {error}")))?;
        Ok(Self { producer: Arc::new(producer), settings: settings.clone() })
    }

    /// Hands records (key, payload, event time in microseconds) to the producer, in order.
    ///
    /// # Errors
    /// When the producer's queue stays full: the brokers take nothing.
    pub fn append<'a>(
        &self,
        topic: Topic,
        records: impl Iterator<Item = (&'a [u8], &'a [u8], i64)>,
    ) -> Result<Pending, Unavailable> {
        self.append_to(&self.settings.topic(topic), records.map(|(k, v, t)| (k, Some(v), t, None)))
    }

    /// As [`Feed::append`], to a topic by its name on the cluster, with headers.
    ///
    /// # Errors
    /// As [`Feed::append`].
    pub fn append_to<'a>(
        &self,
        topic: &str,
        records: impl Iterator<
            Item = (&'a [u8], Option<&'a [u8]>, i64, Option<&'a [(String, Vec<u8>)]>),
        >,
    ) -> Result<Pending, Unavailable> {
        let (answer, answers) = channel();
        let mut count = 0;
        for (key, value, time, headers) in records {
            let mut record = BaseRecord::with_opaque_to(topic, Box::new(answer.clone())).key(key);
            record.payload = value;
            record.timestamp = Some(time / 1000);
            let pairs = headers.into_iter().flatten();
            record.headers =
                crate::transaction::headers(pairs.map(|(n, v)| (n.as_str(), v.as_slice())));
            self.enqueue(record)?;
            count += 1;
        }
        Ok(Pending { answers, records: count, patience: self.settings.patience })
    }

    fn enqueue(
        &self,
        mut record: BaseRecord<'_, [u8], [u8], Box<Answer>>,
    ) -> Result<(), Unavailable> {
        for _ in 0..self.settings.patience.as_millis() {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                    record = back;
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err((error, _)) => return Err(Unavailable(error.to_string())),
            }
        }
        Err(Unavailable("the brokers take no more records".to_owned()))
    }

    /// Waits until everything handed over has been taken or refused.
    ///
    /// # Errors
    /// When it takes too long.
    pub fn flush(&self) -> Result<(), Unavailable> {
        self.producer.flush(self.settings.patience).map_err(|e| Unavailable(e.to_string()))
    }
}
