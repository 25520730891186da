//! One transaction after another on one producer.
//!
//! After any call whose outcome is unknown, and after a fatal one, the producer is dropped and its
//! successor calls `init_transactions` first: that fences a late EndTxn, which librdkafka's
//! client (no KIP-890) cannot tell from one of its own.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::TopicPartitionList;
use rdkafka::consumer::ConsumerGroupMetadata;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use stage::Fault;

use crate::faults::{Defence, Point, is_on, point};
use crate::{Settings, Stop};

/// The transactional producer of a worker.
pub(crate) struct Transactions {
    producer: BaseProducer,
    patience: Duration,
    is_open: bool,
    watchdog: Watchdog,
}

/// A record on its way out.
pub(crate) struct Sent<'a> {
    pub(crate) topic: &'a str,
    /// The partition; none leaves it to the key.
    pub(crate) partition: Option<i32>,
    pub(crate) key: &'a [u8],
    pub(crate) value: Option<&'a [u8]>,
    /// Milliseconds since the epoch; none for now.
    pub(crate) timestamp: Option<i64>,
    pub(crate) headers: Option<OwnedHeaders>,
}

impl Transactions {
    /// Creates the producer and fences whoever used its id before.
    pub(crate) fn open(settings: &Settings, member: &str, stop: &Stop) -> Result<Self, Fault> {
        let mut config = settings.transactional(member);
        if !is_on(Defence::Fence) {
            // A new id each time fences nobody.
            static FRESH: AtomicU64 = AtomicU64::new(0);
            let n = FRESH.fetch_add(1, Ordering::Relaxed);
            config.set("transactional.id", format!("{member}-{}-{n}", std::process::id()));
        }
        let producer: BaseProducer = config
            .create()
            .map_err(|error| Fault::new(format!("create the producer of {member}: {error}")))?;
        let watchdog = Watchdog::start(settings.patience * 3, stop.clone());
        let this = Self { producer, patience: settings.patience, is_open: false, watchdog };
        this.watchdog
            .watch("init_transactions", || this.producer.init_transactions(this.patience))
            .map_err(|error| {
                Fault::new(format!("fence earlier transactions of {member}: {error}"))
            })?;
        Ok(this)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Begins a transaction if none is open.
    pub(crate) fn begin(&mut self) -> Result<(), Fault> {
        if self.is_open {
            return Ok(());
        }
        // After a fatal error `begin_transaction` can wait for ever.
        if let Some((code, reason)) = self.producer.client().fatal_error() {
            return Err(Fault::new(format!("begin a transaction: {code}: {reason}")));
        }
        self.watchdog
            .watch("begin_transaction", || self.producer.begin_transaction())
            .map_err(|error| Fault::new(format!("begin a transaction: {error}")))?;
        self.is_open = true;
        Ok(())
    }

    /// Adds a record to the open transaction, waiting while the queue is full.
    pub(crate) fn send(&self, sent: Sent<'_>) -> Result<(), Fault> {
        let mut record = BaseRecord::<[u8], [u8]>::to(sent.topic).key(sent.key);
        record.payload = sent.value;
        record.partition = sent.partition;
        record.timestamp = sent.timestamp;
        record.headers = sent.headers;
        let deadline = Instant::now() + self.patience;
        loop {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                    if Instant::now() > deadline {
                        return Err(Fault::new("write: the broker takes no more records"));
                    }
                    self.producer.poll(Duration::from_millis(1));
                    record = back;
                }
                Err((error, _)) => {
                    return Err(Fault::new(format!("write to {}: {error}", sent.topic)));
                }
            }
        }
    }

    /// Commits the open transaction together with the offsets.
    pub(crate) fn commit(
        &mut self,
        offsets: &TopicPartitionList,
        group: &ConsumerGroupMetadata,
    ) -> Result<(), Fault> {
        let fault =
            |what: &str, error: &dyn std::fmt::Display| Fault::new(format!("{what}: {error}"));
        if is_on(Defence::OffsetsInTransaction) {
            self.watchdog
                .watch("send_offsets_to_transaction", || {
                    self.producer.send_offsets_to_transaction(offsets, group, self.patience)
                })
                .map_err(|error| fault("commit offsets", &error))?;
        }
        self.watchdog
            .watch("flush", || flush(&self.producer, self.patience))
            .map_err(|error| fault("flush", &error))?;
        point(Point::BeforeCommit);
        point(Point::DuringCommit);
        // From here on the outcome is the broker's to tell: there is nothing left to abort.
        self.is_open = false;
        self.watchdog
            .watch("commit_transaction", || self.producer.commit_transaction(self.patience))
            .map_err(|error| fault("commit", &error))?;
        point(Point::AfterCommit);
        self.producer.poll(Duration::ZERO);
        Ok(())
    }

    /// From here on no call may take longer than this: the process is to end.
    pub(crate) fn hurry(&mut self, patience: Duration) {
        self.patience = self.patience.min(patience);
    }

    /// Aborts what is open, as far as the broker can still be told; fencing does the rest.
    pub(crate) fn abort(&mut self) {
        if self.is_open && self.producer.client().fatal_error().is_none() {
            let patience = self.patience.min(Duration::from_secs(2));
            let abort = || self.producer.abort_transaction(patience);
            if let Err(error) = self.watchdog.watch("abort_transaction", abort) {
                tracing::debug!(%error, "could not abort; the next producer fences it");
            }
        }
        self.is_open = false;
    }
}

/// Waits until everything sent is acknowledged.
///
/// `BaseProducer::flush` polls for delivery reports 100 ms at a time without returning early,
/// which `commit_transaction` calls as well: 103 ms a commit. With `delivery.report.only.error`
/// there are none to wait for, and librdkafka's own flush returns as soon as the last record is
/// acknowledged: 3 ms.
#[allow(unsafe_code, reason = "rdkafka wraps rd_kafka_flush in a loop that costs 100 ms")]
fn flush(producer: &BaseProducer, patience: Duration) -> Result<(), RDKafkaErrorCode> {
    let millis = i32::try_from(patience.as_millis()).unwrap_or(i32::MAX);
    // SAFETY: the pointer belongs to `producer`, which outlives the call, and rd_kafka_flush may
    // be called from any thread.
    let code = unsafe { rdkafka::bindings::rd_kafka_flush(producer.client().native_ptr(), millis) };
    match RDKafkaErrorCode::from(code) {
        RDKafkaErrorCode::NoError => Ok(()),
        error => Err(error),
    }
}

/// Headers for a record, from pairs.
pub(crate) fn headers<'a>(
    pairs: impl Iterator<Item = (&'a str, &'a [u8])>,
) -> Option<OwnedHeaders> {
    let mut headers = None;
    for (key, value) in pairs {
        let all = headers.unwrap_or_else(|| OwnedHeaders::new_with_capacity(8));
        headers = Some(all.insert(Header { key, value: Some(value) }));
    }
    headers
}

/// Ends the process when a call that promised to return does not: the next process takes the one
/// road back. It counts its own ticks, so the time of a process that was frozen is not counted.
///
/// A process that was asked to end ends in good order: what such a call had begun is left to the
/// next start, as after a crash.
///
/// There are such calls: when a broker goes away in the middle of `send_offsets_to_transaction`,
/// librdkafka 2.12 looks for the group's coordinator without a timeout (`rdkafka_coord.c`).
struct Watchdog {
    /// The call under way.
    call: Arc<Mutex<Option<Call>>>,
    calls: Cell<u64>,
}

/// The how-manieth call it is, and its name in librdkafka.
type Call = (u64, &'static str);

/// How long a process that was asked to end waits for such a call: an end may take 15 s at most.
const GRACE: Duration = Duration::from_secs(8);
/// How often the watchdog looks.
const TICK: Duration = Duration::from_millis(200);

fn lock(call: &Mutex<Option<Call>>) -> MutexGuard<'_, Option<Call>> {
    call.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watchdog {
    fn start(limit: Duration, stop: Stop) -> Self {
        let call = Arc::new(Mutex::new(None));
        if !is_on(Defence::Watchdog) {
            return Self { call, calls: Cell::new(0) };
        }
        let seen = Arc::downgrade(&call);
        let bark = move || {
            let (mut last, mut waited, mut asked) = (None, Duration::ZERO, Duration::ZERO);
            while let Some(call) = seen.upgrade() {
                let now = *lock(&call);
                let is_same = now.is_some() && now == last;
                waited = if is_same { waited + TICK } else { Duration::ZERO };
                asked = if is_same && stop.is_asked() { asked + TICK } else { Duration::ZERO };
                last = now;
                if let (Some((_, call)), true) = (now, asked > GRACE) {
                    tracing::warn!(call, "does not return; ending, the next start does it anew");
                    std::process::exit(0);
                }
                if let (Some((_, call)), true) = (now, waited > limit) {
                    tracing::error!(call, ?limit, "does not return; giving up");
                    std::process::exit(70);
                }
                std::thread::sleep(TICK);
            }
        };
        if std::thread::Builder::new().name("watchdog".to_owned()).spawn(bark).is_err() {
            tracing::warn!("no watchdog: a transactional call may wait for ever");
        }
        Self { call, calls: Cell::new(0) }
    }

    fn watch<T>(&self, name: &'static str, call: impl FnOnce() -> T) -> T {
        self.calls.set(self.calls.get() + 1);
        *lock(&self.call) = Some((self.calls.get(), name));
        let result = call();
        *lock(&self.call) = None;
        result
    }
}
