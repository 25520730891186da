//! Reads changelogs to their end, including everything that the committed offsets cover.
//!
//! Must not know: what a change means.

use std::time::{Duration, Instant};

use rdkafka::consumer::BaseConsumer;
use rdkafka::error::KafkaError;
use rdkafka::message::BorrowedMessage;
use stage::Fault;

use crate::faults::{Defence, is_enabled};
use crate::partition_reader::{Next, PartitionReader};
use crate::{KafkaSettings, retry};

/// Interval at which a restore checks whether an open transaction has ended.
const RECHECK_INTERVAL: Duration = Duration::from_millis(20);

/// Reads the changelogs of a worker's stages.
pub(crate) struct ChangelogReader {
    committed: PartitionReader,
    /// Returns the end of a partition including open transactions.
    uncommitted: BaseConsumer,
    timeout: Duration,
    /// The longest time for which the broker lets a transaction stay open.
    max_wait: Duration,
}

impl ChangelogReader {
    pub(crate) fn new(settings: &KafkaSettings, stage: &str) -> Result<Self, Fault> {
        let mut config = settings.reader(&format!("{}.reader", settings.group(stage)));
        config.set("isolation.level", "read_uncommitted");
        let uncommitted = config
            .create()
            .map_err(|error| Fault::log(format!("create a reader for {stage}"), error))?;
        Ok(Self {
            committed: PartitionReader::new(settings, stage)?,
            uncommitted,
            timeout: settings.timeout,
            // Plus 10 s: by default a broker looks for expired transactions that often
            // (transaction.abort.timed.out.transaction.cleanup.interval.ms).
            max_wait: settings.transaction_timeout + settings.timeout + Duration::from_secs(10),
        })
    }

    /// Reads a partition to its current end. Calls `meanwhile` at least every 100 ms.
    pub(crate) fn read(
        &self,
        topic: &str,
        partition: i32,
        each: &mut dyn FnMut(&BorrowedMessage<'_>) -> Result<(), Fault>,
        meanwhile: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if is_enabled(Defence::WholeChangelog) {
            self.await_open_transactions(topic, partition, meanwhile)?;
        }
        let mut each = |next: Next<'_, '_>| match next {
            Next::Record(message) => each(message),
            Next::Unreadable(batch) => Err(Fault::Blocked(format!(
                "restore from {topic}, partition {partition}: {}",
                batch.message()
            ))),
        };
        self.committed.read(topic, partition, &mut each, meanwhile).map(|_| ())
    }

    /// Waits until every transaction that is open now has ended.
    ///
    /// A `read_committed` reader ends at the last stable offset, where the first open transaction
    /// begins. If that belongs to a member frozen long ago, the restored state would lack what its
    /// successors have committed behind it.
    fn await_open_transactions(
        &self,
        topic: &str,
        partition: i32,
        meanwhile: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let fault = |error: KafkaError| {
            Fault::log(format!("find the end of {topic}, partition {partition}"), error)
        };
        let (_, end) =
            retry::watermarks(&self.uncommitted, topic, partition, self.timeout).map_err(fault)?;
        let mut started_at = None;
        while self.committed.end(topic, partition)? < end {
            let started_at = *started_at.get_or_insert_with(|| {
                tracing::info!(topic, partition, "waiting for an open transaction to end");
                Instant::now()
            });
            if started_at.elapsed() > self.max_wait {
                return Err(Fault::detected(format!(
                    "read {topic}, partition {partition}: a transaction does not end"
                )));
            }
            meanwhile()?;
            std::thread::sleep(RECHECK_INTERVAL);
        }
        Ok(())
    }
}
