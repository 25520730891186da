//! Entries changed by a batch. Buffering them writes each to the changelog once per batch.

use std::collections::BTreeMap;

use mention::Understanding;
use stage::{TimeDelta, Tx};

use crate::age::{AgeHistogram, Milestone};
use crate::drift::{ReferenceScores, ScoreHistograms};
use crate::family::CounterFamily;
use crate::key::CounterKey;
use crate::tracked_case::TrackedCase;
use crate::value::HourClock;
use crate::{HourCounts, Key, Reporting, State, Value};

/// Changed entries on top of a [`State`].
#[derive(Debug, Default)]
pub(crate) struct PendingChanges {
    clock: Option<HourClock>,
    counters: BTreeMap<CounterKey, i64>,
    ages: BTreeMap<(String, u8), AgeHistogram>,
    hours: BTreeMap<(String, i64), HourCounts>,
    cases: BTreeMap<String, TrackedCase>,
    scores: BTreeMap<(String, String, i64), ScoreHistograms>,
    references: BTreeMap<(String, String), ReferenceScores>,
    demand: BTreeMap<(String, i64), i64>,
}

impl PendingChanges {
    /// Returns the first open hour, or `default` for a state without a clock.
    pub(crate) fn first_open_hour_or(&self, state: &State, default: i64) -> i64 {
        self.clock.or(state.clock).map_or(default, |clock| clock.first_open_hour)
    }

    /// Starts the clock unless it is running.
    pub(crate) fn start_clock(&mut self, state: &State, first_open_hour: i64, partition: i32) {
        if self.clock.or(state.clock).is_none() {
            self.clock = Some(HourClock { first_open_hour, partition });
        }
    }

    /// Adds 1 to a counter.
    pub(crate) fn increment(
        &mut self,
        state: &State,
        tenant: &str,
        (family, label): (CounterFamily, u8),
        breakdown: &str,
    ) {
        self.add(state, tenant, (family, label), breakdown, 1);
    }

    /// Adds `amount` to a counter.
    pub(crate) fn add(
        &mut self,
        state: &State,
        tenant: &str,
        (family, label): (CounterFamily, u8),
        breakdown: &str,
        amount: i64,
    ) {
        let (tenant, breakdown) = (tenant.to_owned(), breakdown.to_owned());
        let key = CounterKey { tenant, family, label_index: label, breakdown };
        let stored = state.counters.get(&key).copied().unwrap_or_default();
        let count = self.counters.entry(key).or_insert(stored);
        // `amount` comes from records; an absurd one must not panic.
        *count = count.saturating_add(amount);
    }

    /// Adds an age to the histogram of a milestone.
    pub(crate) fn add_age(
        &mut self,
        state: &State,
        tenant: &str,
        milestone: Milestone,
        age: TimeDelta,
    ) {
        let key = (tenant.to_owned(), milestone as u8);
        let stored = || state.ages.get(&(tenant.to_owned(), milestone as u8)).cloned();
        self.ages.entry(key).or_insert_with(|| stored().unwrap_or_default()).add(age);
    }

    /// Returns the counts of an hour for modification and marks the hour as changed.
    pub(crate) fn hour_mut(&mut self, state: &State, tenant: &str, hour: i64) -> &mut HourCounts {
        let key = (tenant.to_owned(), hour);
        let stored = || state.hours.get(&(tenant.to_owned(), hour)).cloned();
        let hour = self.hours.entry(key).or_insert_with(|| stored().unwrap_or_default());
        hour.is_changed = true;
        hour
    }

    /// Returns a case for modification.
    pub(crate) fn case_mut(&mut self, state: &State, id: &str) -> &mut TrackedCase {
        let stored = || state.cases.get(id).cloned();
        self.cases.entry(id.to_owned()).or_insert_with(|| stored().unwrap_or_default())
    }

    /// Counts the scores of a mention received in `hour`, also in the reference of the model while
    /// that is collected.
    pub(crate) fn add_scores(
        &mut self,
        state: &State,
        (tenant, hour, reference_hours): (&str, i64, i64),
        understanding: &Understanding,
    ) {
        let model_key = (tenant.to_owned(), understanding.model.clone());
        let key = (tenant.to_owned(), understanding.model.clone(), hour);
        let stored = || state.scores.get(&key).cloned().unwrap_or_default();
        self.scores.entry(key.clone()).or_insert_with(stored).add(understanding);
        // A model without a reference starts one with its first score.
        let stored = || state.references.get(&model_key).cloned();
        let reference = self.references.entry(model_key.clone());
        let reference = reference.or_insert_with(|| stored().unwrap_or(ReferenceScores::new(hour)));
        reference.observe(hour, reference_hours, understanding);
    }

    /// Counts one expected answer to a message received in `hour`.
    pub(crate) fn add_demand(&mut self, state: &State, tenant: &str, hour: i64) {
        let key = (tenant.to_owned(), hour);
        let stored = state.demand.get(&key).copied().unwrap_or_default();
        *self.demand.entry(key).or_insert(stored) += 1;
    }

    /// Sets all changed entries in the state and the changelog.
    pub(crate) fn flush(self, tx: &mut Tx<'_, Reporting>) {
        if let Some(clock) = self.clock {
            tx.set(Key::Clock, Value::Clock(clock));
        }
        for (key, count) in self.counters {
            tx.set(Key::Counter(key), Value::Count(count));
        }
        for ((tenant, milestone), ages) in self.ages {
            tx.set(Key::Ages(tenant, milestone), Value::Ages(Box::new(ages)));
        }
        for ((tenant, hour), counts) in self.hours {
            tx.set(Key::Hour(tenant, hour), Value::Hour(Box::new(counts)));
        }
        for (id, case) in self.cases {
            tx.set(Key::Case(id), Value::Case(Box::new(case)));
        }
        for ((tenant, model, hour), scores) in self.scores {
            tx.set(Key::Scores(tenant, model, hour), Value::Scores(Box::new(scores)));
        }
        for ((tenant, model), reference) in self.references {
            tx.set(Key::Reference(tenant, model), Value::Reference(Box::new(reference)));
        }
        for ((tenant, hour), demand) in self.demand {
            tx.set(Key::Demand(tenant, hour), Value::Count(demand));
        }
    }
}
