//! Versions of the rules, and the event time from which each applies.

use std::sync::Arc;

use crate::EventTime;

/// The versions of the rules that a memory log hands out.
///
/// A version applies to records from a time on, in every partition, so that a run that restarts
/// gives each record the same rules as an undisturbed run. (On Kafka a reload has no position: a
/// batch that is processed again may get a newer version.)
#[derive(Debug)]
pub struct RulesSchedule<R> {
    first: Arc<R>,
    /// In order of time.
    later: Vec<(EventTime, Arc<R>)>,
}

impl<R> RulesSchedule<R> {
    /// Replaces the rules for records from `time` on, in microseconds. Calls must be in order of
    /// time.
    #[must_use]
    pub fn then(mut self, time: EventTime, rules: impl Into<Arc<R>>) -> Self {
        self.later.push((time, rules.into()));
        self
    }

    pub(super) fn index_at(&self, time: EventTime) -> usize {
        self.later.iter().take_while(|(from, _)| *from <= time).count()
    }

    pub(super) fn version(&self, index: usize) -> Arc<R> {
        let later = index.checked_sub(1).and_then(|index| self.later.get(index));
        Arc::clone(later.map_or(&self.first, |(_, rules)| rules))
    }
}

impl<R> Clone for RulesSchedule<R> {
    fn clone(&self) -> Self {
        Self { first: Arc::clone(&self.first), later: self.later.clone() }
    }
}

impl<R> From<R> for RulesSchedule<R> {
    fn from(rules: R) -> Self {
        Arc::new(rules).into()
    }
}

impl<R> From<Arc<R>> for RulesSchedule<R> {
    fn from(first: Arc<R>) -> Self {
        Self { first, later: Vec::new() }
    }
}
