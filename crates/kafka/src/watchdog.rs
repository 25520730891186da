//! Ends the process when a transactional call does not return.
//!
//! Such calls exist: when a broker goes away in the middle of `send_offsets_to_transaction`,
//! librdkafka 2.12 looks for the group's coordinator without a timeout (`rdkafka_coord.c`). The
//! next process fences the transaction, as after a crash.
//!
//! Must not know: which call it is, or what it does.

use std::cell::Cell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Stop;
use crate::faults::{Defence, is_enabled};

/// Time that a process in shutdown gives such a call: a shutdown may take 15 s in all.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(8);
/// Interval at which the watchdog checks the call in progress.
const CHECK_INTERVAL: Duration = Duration::from_millis(200);

/// Watches the calls of one producer, on a thread of its own.
pub(crate) struct Watchdog {
    in_progress: Arc<Mutex<Option<CallInProgress>>>,
    calls: Cell<u64>,
}

/// Sequence number of the call, and its name in librdkafka.
type CallInProgress = (u64, &'static str);

fn lock(call: &Mutex<Option<CallInProgress>>) -> MutexGuard<'_, Option<CallInProgress>> {
    call.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watchdog {
    /// Starts the thread. A call longer than `limit` ends the process with code 70; once `stop` is
    /// requested, a call longer than [`SHUTDOWN_GRACE`] ends it with code 0.
    pub(crate) fn start(limit: Duration, stop: Stop) -> Self {
        let in_progress = Arc::new(Mutex::new(None));
        if !is_enabled(Defence::Watchdog) {
            return Self { in_progress, calls: Cell::new(0) };
        }
        // Weak: the thread ends when the producer that owns the watchdog is dropped.
        let watched = Arc::downgrade(&in_progress);
        let check_until_dropped = move || {
            let (mut last, mut running, mut stopping) = (None, Duration::ZERO, Duration::ZERO);
            while let Some(call) = watched.upgrade() {
                let now = *lock(&call);
                let is_same = now.is_some() && now == last;
                // Counts its own ticks instead of reading a clock: while the process is frozen
                // (SIGSTOP, a suspended machine) the call cannot return, so that time must not
                // count.
                running = if is_same { running + CHECK_INTERVAL } else { Duration::ZERO };
                stopping = if is_same && stop.is_requested() {
                    stopping + CHECK_INTERVAL
                } else {
                    Duration::ZERO
                };
                last = now;
                if let Some((_, name)) = now {
                    exit_if_late(name, running > limit, stopping > SHUTDOWN_GRACE);
                }
                std::thread::sleep(CHECK_INTERVAL);
            }
        };
        let thread = std::thread::Builder::new().name("watchdog".to_owned());
        if thread.spawn(check_until_dropped).is_err() {
            tracing::warn!("could not start the watchdog: a transactional call may block for ever");
        }
        Self { in_progress, calls: Cell::new(0) }
    }

    /// Runs a call under watch; `name` is its name in librdkafka.
    pub(crate) fn watch<T>(&self, name: &'static str, call: impl FnOnce() -> T) -> T {
        // The number tells two calls of the same name apart, between two checks.
        self.calls.set(self.calls.get() + 1);
        *lock(&self.in_progress) = Some((self.calls.get(), name));
        let result = call();
        *lock(&self.in_progress) = None;
        result
    }
}

fn exit_if_late(call: &str, is_over_limit: bool, is_over_grace: bool) {
    if is_over_grace {
        // Exits with 0: a shutdown was requested, and the next start fences the open transaction.
        tracing::warn!(call, "the call does not return; ending without it");
        std::process::exit(0);
    }
    if is_over_limit {
        tracing::error!(call, "the call does not return; ending the process for a restart");
        std::process::exit(70);
    }
}
