//! Workers: one thread each, a stage and its log, started over after every fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use stage::{Fault, Observe, Quarantine, Stage, run};

use crate::log::KafkaLog;
use crate::{Meter, Settings};

/// Asks workers to end.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether somebody has asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// The flag itself, for a signal handler to set.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    /// Waits so long, or until somebody asks.
    fn wait(&self, time: Duration) {
        let mut left = time;
        while !self.is_asked() && !left.is_zero() {
            let nap = left.min(Duration::from_millis(50));
            std::thread::sleep(nap);
            left -= nap;
        }
    }
}

/// A worker has ended though nobody asked it to.
#[derive(Debug)]
pub struct Failed(pub Fault);

/// Runs one worker on this thread until it is asked to stop.
///
/// # Errors
/// With a fault that starting over cannot mend.
pub fn work<S: Stage>(
    stage: &S,
    settings: &Settings,
    worker: usize,
    stop: &Stop,
    meter: &Arc<dyn Meter>,
    observe: &mut dyn Observe<S>,
) -> Result<(), Failed> {
    // A broker gives a static member its old partitions back without asking what it reads now, so
    // a stage and a chain that begins with it are two members.
    let names = S::names().join("-");
    let member = format!("{}.{names}.{}.{worker}", settings.prefix, settings.instance);
    let mut quarantine = Quarantine::default();
    let mut pause = Duration::from_millis(100);
    while !stop.is_asked() {
        let fault = match KafkaLog::open::<S>(settings, &member, stop, meter) {
            Ok(mut log) => {
                let began = std::time::Instant::now();
                let ended = run(stage, &mut log, &mut quarantine, observe);
                log.close();
                if began.elapsed() > Duration::from_secs(30) {
                    pause = Duration::from_millis(100);
                }
                match ended {
                    Ok(()) => return Ok(()),
                    Err(fault) => fault,
                }
            }
            Err(fault) => fault,
        };
        if fault.is_final {
            return Err(Failed(fault));
        }
        if stop.is_asked() {
            break;
        }
        meter.restarted();
        tracing::warn!(worker = member, "starting over: failed to {fault}");
        stop.wait(pause);
        pause = (pause * 2).min(Duration::from_secs(5));
    }
    Ok(())
}
