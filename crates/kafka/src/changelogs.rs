//! Reads changelogs to their end, with nothing hidden that the committed offsets stand for.
//!
//! Must not know: what a change means.

use std::time::{Duration, Instant};

use rdkafka::consumer::BaseConsumer;
use rdkafka::error::KafkaError;
use rdkafka::message::BorrowedMessage;
use stage::Fault;

use crate::faults::{Defence, is_on};
use crate::restore::Reader;
use crate::{Settings, ask};

/// How often a transaction under way is asked for.
const STEP: Duration = Duration::from_millis(20);

/// The changelogs of a worker's stages.
pub(crate) struct Changelogs {
    committed: Reader,
    /// Asks where a partition ends, transactions under way included.
    whole: BaseConsumer,
    patience: Duration,
    /// How long somebody's transaction may stay open, until the broker aborts it.
    longest: Duration,
}

impl Changelogs {
    pub(crate) fn new(settings: &Settings, stage: &str) -> Result<Self, Fault> {
        let mut config = settings.reader(&format!("{}.reader", settings.group(stage)));
        config.set("isolation.level", "read_uncommitted");
        let whole = config
            .create()
            .map_err(|error| Fault::new(format!("create a reader for {stage}: {error}")))?;
        Ok(Self {
            committed: Reader::new(settings, stage)?,
            whole,
            patience: settings.patience,
            // Brokers look for transactions that are too old every 10 s by default.
            longest: settings.transaction_timeout + settings.patience + Duration::from_secs(10),
        })
    }

    /// Reads a partition to its end as of now; `meanwhile` is called at least every 100 ms.
    pub(crate) fn read(
        &self,
        topic: &str,
        partition: i32,
        each: &mut dyn FnMut(&BorrowedMessage<'_>) -> Result<(), Fault>,
        meanwhile: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if is_on(Defence::WholeChangelog) {
            self.await_decided(topic, partition, meanwhile)?;
        }
        self.committed.read(topic, partition, each, meanwhile).map(|_| ())
    }

    /// Waits until every transaction begun by now has ended. A reader of committed records ends
    /// where the first open one begins, be it that of a member frozen long ago, and what its heirs
    /// have committed behind it would be missing from the state.
    fn await_decided(
        &self,
        topic: &str,
        partition: i32,
        meanwhile: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let fault = |error: KafkaError| {
            Fault::new(format!("find the end of {topic}, partition {partition}: {error}"))
        };
        let (_, end) =
            ask::watermarks(&self.whole, topic, partition, self.patience).map_err(fault)?;
        let mut asked = None;
        while self.committed.end(topic, partition)? < end {
            let asked = *asked.get_or_insert_with(|| {
                tracing::info!(topic, partition, "waiting for an open transaction to end");
                Instant::now()
            });
            if asked.elapsed() > self.longest {
                return Err(Fault::new(format!(
                    "read {topic}, partition {partition}: a transaction does not end"
                )));
            }
            meanwhile()?;
            std::thread::sleep(STEP);
        }
        Ok(())
    }
}
