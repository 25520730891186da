//! The limits of one contact: pure functions over the times of its last calls.
//!
//! Must not know: cases, records, the state of the partition.

use std::collections::{BTreeMap, BTreeSet};

use mention::admission::MAX_AHEAD;
use stage::EventTime;

use crate::config::{Config, HOUR};

/// The most paths whose last call is remembered. A call that would exceed it waits, so that the limit
/// of a path holds with a bounded state.
pub(crate) const MAX_PATHS: usize = 256;

/// The calls of one contact within the limits' spans, and the cases that wait.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// The times of the calls, ascending.
    pub(crate) calls: Vec<EventTime>,
    /// The last call of each path.
    pub(crate) paths: BTreeMap<String, EventTime>,
    /// The call that waits.
    pub(crate) waiting: Option<Waiting>,
}

/// A call that waits for the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// When its first case began to wait.
    pub(crate) held_at: EventTime,
    /// When the limits allow it.
    pub(crate) due_at: EventTime,
    /// The number of cases beyond the list.
    pub(crate) unlisted: u64,
}

impl Contact {
    /// The time of the contact at a record of this time: not before its last call, so that its calls
    /// ascend although the clocks of two brokers differ.
    ///
    /// A call further ahead than clocks differ had a wrong clock and is forgotten: it would block the
    /// contact until its time comes.
    pub(crate) fn advance(&mut self, time: EventTime) -> EventTime {
        let latest = time + MAX_AHEAD;
        self.calls.retain(|at| *at <= latest);
        self.paths.retain(|_, at| *at <= latest);
        self.last_call().map_or(time, |last| last.max(time))
    }

    /// The first time from `from` on at which both limits allow a call about these paths. `from` must
    /// not be before the last call.
    pub(crate) fn next_call_at(
        &self,
        paths: &BTreeSet<String>,
        from: EventTime,
        config: &Config,
    ) -> EventTime {
        // Each limit that holds at a time holds at every later one until the next call.
        [self.hour_allows_at(config), self.paths_allow_at(paths, config)]
            .into_iter()
            .flatten()
            .fold(from, EventTime::max)
    }

    /// When the call leaves the hour that would be one too many with the next one.
    fn hour_allows_at(&self, config: &Config) -> Option<EventTime> {
        let first = self.calls.len().checked_sub(config.per_hour)?;
        Some(*self.calls.get(first)? + HOUR)
    }

    fn paths_allow_at(&self, paths: &BTreeSet<String>, config: &Config) -> Option<EventTime> {
        let own = paths.iter().filter_map(|path| self.paths.get(path)).max();
        let others = self.paths.iter().filter(|(path, _)| !paths.contains(*path));
        let mut others: Vec<EventTime> = others.map(|(_, at)| *at).collect();
        others.sort_unstable();
        // So many must leave the span before there is room for the paths of this call.
        let excess = (others.len() + paths.len()).saturating_sub(MAX_PATHS);
        let room = excess.checked_sub(1).and_then(|last| others.get(last));
        own.max(room).map(|at| *at + config.path_interval)
    }

    /// Records a call about these paths, and forgets what no longer limits anything.
    pub(crate) fn record_call(&mut self, at: EventTime, paths: &BTreeSet<String>, config: &Config) {
        self.calls.retain(|call| *call + HOUR > at);
        self.calls.push(at);
        self.paths.retain(|_, last| *last + config.path_interval > at);
        self.paths.extend(paths.iter().map(|path| (path.clone(), at)));
    }

    /// How many further calls the hour before the last call leaves.
    pub(crate) fn calls_left(&self, config: &Config) -> usize {
        config.per_hour.saturating_sub(self.calls.len())
    }

    /// The time of the last call.
    pub(crate) fn last_call(&self) -> Option<EventTime> {
        self.calls.last().copied()
    }

    /// When the contact must be looked at again: its waiting call is due, or no call limits it any more.
    pub(crate) fn timer(&self) -> EventTime {
        match (self.waiting, self.last_call()) {
            (Some(waiting), _) => waiting.due_at,
            // A record from a clock that is behind may still count the call.
            (None, Some(last)) => last + HOUR + MAX_AHEAD,
            (None, None) => EventTime::MIN,
        }
    }
}

#[cfg(test)]
mod tests;
