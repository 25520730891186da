//! Workers: one thread each, which runs a stage on its log and restarts it after every fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use stage::{CommitObserver, Fault, Finding, Quarantine, Reloadable, Stage, run};

use crate::faults::{Defence, is_enabled};
use crate::log::KafkaLog;
use crate::{KafkaSettings, LogMeter};

/// The pause before the first restart, and the cap up to which it doubles.
const PAUSE_RANGE: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];
/// A worker that has run this long was healthy: its next restart comes soon again.
const HEALTHY_RUN: Duration = Duration::from_secs(30);

/// Time within which two replacements by another member mean a second process with the same name.
const REPLACEMENT_WINDOW: Duration = Duration::from_secs(60);

/// A request to shut down, shared by all workers of a process.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Requests the shutdown.
    pub fn request(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether a shutdown is requested.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// The flag itself, for a signal handler to set.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    /// Sleeps for `time`, or until a shutdown is requested.
    fn sleep(&self, time: Duration) {
        let mut left = time;
        while !self.is_requested() && !left.is_zero() {
            // A signal handler may only set a flag, so the flag is polled.
            let nap = left.min(Duration::from_millis(50));
            std::thread::sleep(nap);
            left -= nap;
        }
    }
}

/// A worker ended with a fatal fault.
#[derive(Debug)]
pub struct WorkerFailed(pub Fault);

/// Runs one worker on this thread until `stop` is requested. A replaced version of `rules` takes
/// effect between two slices.
///
/// # Errors
/// With a fatal fault.
pub fn run_worker<S: Stage>(
    stage: &S,
    rules: &Reloadable<S::Rules>,
    settings: &KafkaSettings,
    worker: usize,
    stop: &Stop,
    meter: &Arc<dyn LogMeter>,
    observe: &mut dyn CommitObserver<S>,
) -> Result<(), WorkerFailed> {
    // The name holds the stages: a broker gives a static member its old partitions back without
    // asking which topics it reads now, so a stage and a chain that begins with it need two names.
    let names = S::stage_names().join("-");
    let member = format!("{}.{names}.{}.{worker}", settings.prefix, settings.instance);
    // Outlives the restarts, or it would count every fault as the first.
    let mut quarantine = Quarantine::default();
    let mut replacements = Replacements::default();
    let mut pause = PAUSE_RANGE[0];
    while !stop.is_requested() {
        let mut is_replaced = false;
        let fault = match KafkaLog::open::<S>(settings, rules, &member, stop, meter) {
            Ok(mut log) => {
                if quarantine.is_stuck() {
                    log.set_stuck();
                }
                let started_at = Instant::now();
                let ended = run(stage, &mut log, &mut quarantine, observe);
                is_replaced = ended.as_ref().is_err_and(|fault| log.is_replaced(fault));
                log.close();
                if started_at.elapsed() > HEALTHY_RUN {
                    pause = PAUSE_RANGE[0];
                }
                match ended {
                    Ok(()) => return Ok(()),
                    Err(fault) => fault,
                }
            }
            Err(fault) => fault,
        };
        let findings = quarantine.take_findings();
        findings.iter().for_each(|finding| log_finding(&member, finding));
        if findings.iter().any(|finding| matches!(finding, Finding::Quarantined { .. })) {
            // The cause is gone: several such records in a row must not add up to long pauses.
            pause = PAUSE_RANGE[0];
        }
        if fault.is_fatal() {
            return Err(WorkerFailed(fault));
        }
        if is_replaced && replacements.is_second(Instant::now()) {
            return Err(WorkerFailed(Fault::Blocked(format!(
                "keep its place as {member}: another process runs with worker.instance = {:?} and \
                 takes it over again and again; give each process a name of its own",
                settings.instance
            ))));
        }
        if stop.is_requested() {
            break;
        }
        meter.restarted();
        tracing::warn!(worker = member, "restarting the worker: failed to {fault}");
        stop.sleep(pause);
        pause = (pause * 2).min(PAUSE_RANGE[1]);
    }
    Ok(())
}

/// The times at which another member took the place of this worker.
#[derive(Debug, Default)]
struct Replacements(Option<Instant>);

impl Replacements {
    /// Whether this is the second one within [`REPLACEMENT_WINDOW`]. A worker that was frozen, or cut off
    /// for long, is replaced once: it takes its place back, and its successor is the second process.
    fn is_second(&mut self, now: Instant) -> bool {
        let last = self.0.replace(now);
        is_enabled(Defence::GiveUp)
            && last.is_some_and(|last| now.duration_since(last) < REPLACEMENT_WINDOW)
    }
}

/// Logs what a fault has shown about the records of its transaction.
fn log_finding(worker: &str, finding: &Finding) {
    match finding {
        Finding::Isolated { records, cause } => tracing::warn!(
            worker,
            records,
            cause,
            "a record of the transaction makes it fail: the records are processed one by one"
        ),
        Finding::Quarantined { at, message } => tracing::error!(
            worker,
            topic = at.topic,
            partition = at.partition,
            offset = at.offset,
            "the record is quarantined and becomes a dead letter: {message}"
        ),
        Finding::NoRecord { cause } => tracing::error!(
            worker,
            cause,
            "the output of a timer is refused: no record can be quarantined for it, so the worker \
             restarts until the log takes the output"
        ),
        Finding::DeadLetterFailed { at, cause } => tracing::error!(
            worker,
            topic = at.topic,
            partition = at.partition,
            offset = at.offset,
            cause,
            "the dead letter of the record is refused: check max.message.bytes of the dead-letter \
             topic; the worker restarts until the log takes it"
        ),
    }
}
