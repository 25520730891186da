//! A memory log that asks a driver for more input instead of ending.

use std::sync::Arc;

use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog};
use stage::{
    ChangeVisitor, DeadLetter, Effects, Event, EventTime, Fault, Log, MAX_ATTEMPTS, NoObserver,
    Quarantine, RawRecord, Reloadable, Stage, run,
};

use super::{Driver, Progress};
use crate::CommandError;

/// Maximum number of records that a driver appends per call of `advance`.
pub const CHUNK: usize = 500;

/// Maximum faults between two calls of the driver. Each record of a chunk can panic up to
/// [`MAX_ATTEMPTS`] times before it is quarantined.
const MAX_FAULTS: usize = (MAX_ATTEMPTS as usize + 1) * CHUNK;

/// Runs a stage, or a fused chain, until the driver reports the end of its input.
///
/// # Errors
/// The error of the driver, or [`CommandError::Bug`] on a fatal fault or too many faults.
pub fn run_with_driver<S: Stage>(
    stage: &S,
    rules: &Reloadable<S::Rules>,
    broker: &MemoryBroker,
    driver: &mut dyn Driver,
) -> Result<(), CommandError> {
    let plan = DeliveryPlan { max_batch: CHUNK, ..DeliveryPlan::default() };
    let memory = MemoryLog::new::<S>(broker, rules.get(), plan);
    let (rules, active_rules) = (rules.clone(), None);
    let mut log = DrivenLog {
        memory,
        rules,
        active_rules,
        due_time: None,
        broker,
        driver,
        error: None,
        advances: 0,
    };
    let mut quarantine = Quarantine::default();
    let (mut advances_at_last_fault, mut faults) = (0, 0);
    while let Err(fault) = run(stage, &mut log, &mut quarantine, &mut NoObserver) {
        if let Some(problem) = log.error.take() {
            return Err(problem);
        }
        // Progress resets the count: only a fault that keeps recurring ends the run.
        faults = if log.advances == advances_at_last_fault { faults + 1 } else { 1 };
        advances_at_last_fault = log.advances;
        if fault.is_fatal() || faults > MAX_FAULTS {
            return Err(CommandError::Bug(fault.into()));
        }
        // Aborts the open transaction and rewinds to the last commit.
        log.memory.restart();
    }
    Ok(())
}

struct DrivenLog<'a, R> {
    memory: MemoryLog<R>,
    rules: Reloadable<R>,
    /// The version that the loop has; none before the first.
    active_rules: Option<Arc<R>>,
    /// The time that the driver has advanced to, until the loop gets it.
    due_time: Option<EventTime>,
    broker: &'a MemoryBroker,
    driver: &'a mut dyn Driver,
    error: Option<CommandError>,
    /// Calls of the driver so far: a change between two faults is progress.
    advances: usize,
}

impl<R> Log for DrivenLog<'_, R> {
    type Rules = R;

    fn next_event(&mut self) -> Result<Event<R>, Fault> {
        let current = self.rules.get();
        if self.active_rules.as_ref().is_none_or(|active| !Arc::ptr_eq(active, &current)) {
            self.active_rules = Some(Arc::clone(&current));
            return Ok(Event::Rules(current));
        }
        // After the rules: the driver may have reloaded them before it advanced the time.
        if let Some(now) = self.due_time.take() {
            return Ok(Event::Time(0, now.as_wall_time()));
        }
        match self.memory.next_event()? {
            // The version of the start: the loop has the current one.
            Event::Rules(_) => self.next_event(),
            // The memory log is drained and its transaction committed: time for more input.
            Event::Shutdown => {
                self.advances += 1;
                match self.driver.advance(self.broker) {
                    Ok(Progress::More) => {
                        self.memory.resume();
                        self.next_event()
                    }
                    // The driver appends to partition 0 only; its timers fire up to `now`.
                    Ok(Progress::AdvanceTime(now)) => {
                        self.memory.resume();
                        self.due_time = Some(now);
                        self.next_event()
                    }
                    Ok(Progress::End) => Ok(Event::Shutdown),
                    Err(error) => {
                        // The loop knows faults only: it ends, and the caller returns the error.
                        self.error = Some(error);
                        Err(Fault::Input)
                    }
                }
            }
            event => Ok(event),
        }
    }

    fn read_changelog(
        &mut self,
        partition: i32,
        each: &mut ChangeVisitor<'_>,
    ) -> Result<(), Fault> {
        self.memory.read_changelog(partition, each)
    }

    fn home_of(&mut self, record: &RawRecord) -> Result<Option<i32>, Fault> {
        self.memory.home_of(record)
    }

    fn write(&mut self, partition: i32, effects: Effects) -> Result<(), Fault> {
        self.memory.write(partition, effects)
    }

    fn reject_row(&mut self, letter: DeadLetter) -> Result<(), Fault> {
        self.memory.reject_row(letter)
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.memory.commit()
    }

    fn commit_except(&mut self, partition: i32, unprocessed: &[RawRecord]) -> Result<(), Fault> {
        self.memory.commit_except(partition, unprocessed)
    }
}
