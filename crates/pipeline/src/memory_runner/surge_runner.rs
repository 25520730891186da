//! Runs the stage `surge` next to a chain on the memory log.
//!
//! The chain reads incidents from a broadcast table as soon as they are written, so the moment at which
//! `surge` runs affects decisions. It runs at the end of each minute of event time, independent of
//! the chunk size: the same input gives the same output.

use std::collections::BTreeMap;

use mention::{Incident, codec, topics};
use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog};
use stage::{EventTime, LoadedState, NoObserver, Quarantine, TimeDelta, run_with_state};
use surge::{RulesView, Surge};

use super::CHUNK;
use crate::{CommandError, Failure};

/// Maximum restarts of the stage in one run.
const MAX_FAULTS: usize = 100;

/// The stage with its state and its log.
#[derive(Debug)]
pub struct SurgeRunner {
    stage: Surge,
    state: LoadedState<Surge>,
    log: MemoryLog<RulesView>,
    quarantine: Quarantine,
    read_offsets: BTreeMap<i32, i64>,
    /// The minute of event time that is being fed; `None` if nothing was fed since the last run.
    minute: Option<i64>,
}

impl SurgeRunner {
    /// Attaches the stage to a broker.
    #[must_use]
    pub fn new(stage: Surge, rules: RulesView, broker: &MemoryBroker) -> Self {
        let log = MemoryLog::new::<Surge>(
            broker,
            rules,
            DeliveryPlan { max_batch: CHUNK, ..DeliveryPlan::default() },
        );
        let (state, quarantine, read_offsets) = Default::default();
        Self { stage, state, log, quarantine, read_offsets, minute: None }
    }

    /// Whether `time` is in a later minute than the records fed so far. If so, the caller processes
    /// all of those and calls [`Self::run_due`] before it feeds more.
    #[must_use]
    pub fn is_due(&self, time: EventTime) -> bool {
        self.minute.is_some_and(|minute| minute < time.interval(TimeDelta::MINUTE))
    }

    /// Notes that a record with this event time was fed.
    pub fn note_fed(&mut self, time: EventTime) {
        self.minute = self.minute.max(Some(time.interval(TimeDelta::MINUTE)));
    }

    /// Processes the signals written so far and returns the incident records that this produced.
    ///
    /// # Errors
    /// [`CommandError::Bug`] on a fatal fault or after too many restarts.
    pub fn run_due(&mut self, broker: &MemoryBroker) -> Result<Vec<Incident>, CommandError> {
        self.minute = None;
        self.log.resume();
        let (mut faults, stage) = (0, &self.stage);
        while let Err(fault) = run_with_state(
            stage,
            &mut self.state,
            &mut self.log,
            &mut self.quarantine,
            &mut NoObserver,
        ) {
            faults += 1;
            if fault.is_fatal() || faults > MAX_FAULTS {
                return Err(CommandError::Bug(fault.into()));
            }
            // A fault leaves the state half updated: restore it from the changelog.
            self.state = LoadedState::default();
            self.log.restart();
        }
        // All signals are in the state now; drained to bound memory.
        broker.drain(topics::SIGNAL);
        let new = broker.read_from(topics::INCIDENT, &mut self.read_offsets).into_iter();
        // Tombstones remove closed incidents: there is nothing to return.
        let read = new.filter_map(|raw| raw.value).map(|value| codec::read(&value));
        read.collect::<Result<_, _>>().map_err(|bad: stage::Malformed| {
            CommandError::Bug(Failure::new(format!("read back {}", topics::INCIDENT), bad))
        })
    }
}
