//! The transactional producer of a worker: one transaction after another.
//!
//! After any call whose outcome is unknown, and after a fatal error, the producer is dropped and
//! its successor calls `init_transactions` first. That fences a late EndTxn, which would otherwise
//! end a later transaction of the same producer: librdkafka lacks KIP-890, which raises the producer
//! epoch with every transaction.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rdkafka::TopicPartitionList;
use rdkafka::consumer::ConsumerGroupMetadata;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, Producer as _};
use stage::Fault;

use crate::delivery::{DeliveryError, FirstRefusal, classify};
use crate::faults::{CrashPoint, Defence, crash_point, is_enabled};
use crate::record::OutgoingRef;
use crate::watchdog::Watchdog;
use crate::{KafkaSettings, Stop};

/// Interval at which a flush looks for delivery reports. Only errors are reported.
const REPORT_INTERVAL: Duration = Duration::from_millis(50);
/// Wait for the delivery report that explains an error of the transaction: librdkafka queues it
/// right after it has raised the error.
const REPORT_WAIT: Duration = Duration::from_millis(100);

/// The transactional producer of a worker, and whether a transaction is open.
pub(crate) struct Transactions {
    producer: BaseProducer<FirstRefusal>,
    timeout: Duration,
    is_open: bool,
    watchdog: Watchdog,
}

impl Transactions {
    /// Creates the producer and fences the previous holder of its transactional id.
    pub(crate) fn open(settings: &KafkaSettings, member: &str, stop: &Stop) -> Result<Self, Fault> {
        let mut config = settings.transactional(member);
        if !is_enabled(Defence::Fence) {
            // A new id on every start fences no predecessor.
            static STARTS: AtomicU64 = AtomicU64::new(0);
            let n = STARTS.fetch_add(1, Ordering::Relaxed);
            config.set("transactional.id", format!("{member}-{}-{n}", std::process::id()));
        }
        let producer: BaseProducer<FirstRefusal> = config
            .create_with_context(FirstRefusal::default())
            .map_err(|error| Fault::log(format!("create the producer of {member}"), error))?;
        // Three timeouts: a call that keeps to its own timeout always returns well before.
        let watchdog = Watchdog::start(settings.timeout * 3, stop.clone());
        let this = Self { producer, timeout: settings.timeout, is_open: false, watchdog };
        this.watchdog
            .watch("init_transactions", || this.producer.init_transactions(this.timeout))
            .map_err(|error| {
                Fault::log(format!("fence earlier transactions of {member}"), error)
            })?;
        Ok(this)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Begins a transaction unless one is open.
    pub(crate) fn begin(&mut self) -> Result<(), Fault> {
        if self.is_open {
            return Ok(());
        }
        // After a fatal error librdkafka's `begin_transaction` can block for ever: check first.
        if let Some((code, reason)) = self.producer.client().fatal_error() {
            return Err(Fault::log(format!("begin a transaction: {code}"), reason));
        }
        self.watchdog
            .watch("begin_transaction", || self.producer.begin_transaction())
            .map_err(|error| Fault::log("begin a transaction", error))?;
        self.is_open = true;
        Ok(())
    }

    /// Adds a record to the open transaction; waits while the producer's queue is full. No partition
    /// lets the key choose.
    ///
    /// # Errors
    /// With [`Fault::Refused`] if this record or an earlier one of the transaction is refused.
    pub(crate) fn send(
        &self,
        topic: &str,
        partition: Option<i32>,
        record: OutgoingRef<'_>,
    ) -> Result<(), Fault> {
        let mut record = record.for_topic(topic, partition, ());
        let deadline = Instant::now() + self.timeout;
        loop {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), returned)) => {
                    if Instant::now() > deadline {
                        return Err(Fault::detected("write: the broker accepts no more records"));
                    }
                    // Back-pressure is ours with a BaseProducer: a FutureProducer would sleep
                    // 100 ms here. Less than 1 ms would starve the broker on a small machine.
                    self.producer.poll(Duration::from_millis(1));
                    record = returned;
                }
                Err((error, _)) => {
                    return Err(self.fault(&format!("write to {topic}"), error));
                }
            }
        }
    }

    /// Commits the open transaction together with the input offsets.
    ///
    /// # Errors
    /// With [`Fault::Refused`] if the brokers refuse a record of the transaction.
    pub(crate) fn commit(
        &mut self,
        offsets: &TopicPartitionList,
        group: &ConsumerGroupMetadata,
    ) -> Result<(), Fault> {
        if is_enabled(Defence::OffsetsInTransaction) {
            self.watchdog
                .watch("send_offsets_to_transaction", || {
                    self.producer.send_offsets_to_transaction(offsets, group, self.timeout)
                })
                .map_err(|error| self.fault("commit offsets", error))?;
        }
        // Before the commit, which would flush by rdkafka's slow loop: see `flush`.
        self.watchdog.watch("flush", || self.flush())?;
        crash_point(CrashPoint::BeforeCommit);
        crash_point(CrashPoint::DuringCommit);
        // Before the call: once EndTxn is sent, the broker decides, and an abort after a timeout
        // could meet a transaction that is already committed.
        self.is_open = false;
        self.watchdog
            .watch("commit_transaction", || self.producer.commit_transaction(self.timeout))
            .map_err(|error| self.fault("commit", error))?;
        crash_point(CrashPoint::AfterCommit);
        // Serves librdkafka's error callbacks; without polls they queue up.
        self.producer.poll(Duration::ZERO);
        Ok(())
    }

    /// Waits until the brokers have acknowledged every record, or refused one.
    fn flush(&self) -> Result<(), Fault> {
        let deadline = Instant::now() + self.timeout;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let flushed = flush(&self.producer, left.min(REPORT_INTERVAL));
            // A refused record counts as not flushed until its report is taken.
            self.producer.poll(Duration::ZERO);
            if let Some(refused) = self.refusal("flush") {
                return Err(refused);
            }
            match flushed {
                Ok(()) => return Ok(()),
                Err(RDKafkaErrorCode::OperationTimedOut) if !left.is_zero() => {}
                Err(error) => return Err(Fault::log("flush", error)),
            }
        }
    }

    fn refusal(&self, action: &str) -> Option<Fault> {
        self.producer.context().fault(action).filter(|_| is_enabled(Defence::Refusal))
    }

    /// The fault of an error during an action: the refusal of a record, if one has caused it.
    fn fault(&self, action: &str, error: KafkaError) -> Fault {
        match error {
            // librdkafka checks the size itself: there is no report.
            KafkaError::MessageProduction(code) if classify(code) == DeliveryError::Refusal => {
                self.producer.context().keep(&error);
            }
            _ => self.producer.poll(REPORT_WAIT),
        }
        self.refusal(action).unwrap_or_else(|| Fault::log(action, error))
    }

    /// Limits every later call to `timeout`, because the process shuts down.
    pub(crate) fn cap_timeout(&mut self, timeout: Duration) {
        self.timeout = self.timeout.min(timeout);
    }

    /// Aborts the open transaction if the broker can be reached; otherwise fencing aborts it.
    pub(crate) fn abort(&mut self) {
        if self.is_open && self.producer.client().fatal_error().is_none() {
            let timeout = self.timeout.min(Duration::from_secs(2));
            let abort = || self.producer.abort_transaction(timeout);
            if let Err(error) = self.watchdog.watch("abort_transaction", abort) {
                tracing::debug!(%error, "could not abort; the next producer fences the transaction");
            }
        }
        self.is_open = false;
    }
}

/// Waits until the brokers have acknowledged every record sent.
///
/// `BaseProducer::flush`, which `commit_transaction` calls as well, polls for delivery reports 100 ms
/// at a time without returning early: 103 ms for a commit. With `delivery.report.only.error` there
/// are no reports to wait for, and librdkafka's own flush returns as soon as the last record is
/// acknowledged: 3.4 ms for the whole transaction. `commit_transaction` then finds an empty queue.
#[allow(unsafe_code, reason = "rdkafka wraps rd_kafka_flush in a loop that costs 100 ms")]
fn flush(producer: &BaseProducer<FirstRefusal>, timeout: Duration) -> Result<(), RDKafkaErrorCode> {
    let millis = i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX);
    // SAFETY: the pointer belongs to `producer`, which outlives the call, and rd_kafka_flush may
    // be called from any thread.
    let code = unsafe { rdkafka::bindings::rd_kafka_flush(producer.client().native_ptr(), millis) };
    match RDKafkaErrorCode::from(code) {
        RDKafkaErrorCode::NoError => Ok(()),
        error => Err(error),
    }
}
