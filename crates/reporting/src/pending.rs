//! Entries changed by a batch. Buffering them writes each to the changelog once per batch.

use std::collections::{BTreeMap, BTreeSet};

use mention::Understanding;
use stage::{TimeDelta, Tx};

use crate::age::{AgeHistogram, Milestone};
use crate::drift::{ReferenceScores, ScoreHistograms};
use crate::family::CounterFamily;
use crate::key::CounterKey;
use crate::memory::{MAX_NAME, OTHER};
use crate::tracked_case::TrackedCase;
use crate::value::HourClock;
use crate::{Bounds, HourCounts, Key, KnownTenants, Reporting, State, Value};

/// Changed entries on top of a [`State`].
#[derive(Debug)]
pub(crate) struct PendingChanges {
    bounds: Bounds,
    /// What the state does not have yet.
    new_tenants: BTreeSet<String>,
    new_counters: usize,
    new_cases: usize,
    new_models: usize,
    /// What full stores did not keep.
    not_kept: BTreeMap<&'static str, u64>,
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
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            new_tenants: BTreeSet::new(),
            new_counters: 0,
            new_cases: 0,
            new_models: 0,
            not_kept: BTreeMap::new(),
            clock: None,
            counters: BTreeMap::new(),
            ages: BTreeMap::new(),
            hours: BTreeMap::new(),
            cases: BTreeMap::new(),
            scores: BTreeMap::new(),
            references: BTreeMap::new(),
            demand: BTreeMap::new(),
        }
    }

    /// The name under which records of a tenant are counted: its own, or [`OTHER`] if it is unknown
    /// or beyond the bound.
    pub(crate) fn admit_tenant<'a>(
        &mut self,
        state: &State,
        known: &KnownTenants,
        tenant: &'a str,
    ) -> &'a str {
        let tenant = if known.contains(tenant) { tenant } else { OTHER };
        if state.tenants.contains(tenant) || self.new_tenants.contains(tenant) {
            return tenant;
        }
        let known = state.tenants.len() + self.new_tenants.len();
        if known >= self.bounds.tenants_most && tenant != OTHER {
            self.count_not_kept("tenants");
            return OTHER;
        }
        self.new_tenants.insert(tenant.to_owned());
        tenant
    }

    /// The number of cases that the state does not have yet.
    pub(crate) fn new_cases(&self) -> usize {
        self.new_cases
    }

    fn count_not_kept(&mut self, store: &'static str) {
        *self.not_kept.entry(store).or_default() += 1;
    }

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
        let breakdown_bytes = breakdown.len();
        let (tenant, breakdown) = (tenant.to_owned(), breakdown.to_owned());
        let key = CounterKey { tenant, family, label_index: label, breakdown };
        let stored = state.counters.get(&key).copied();
        if stored.is_none() && !self.counters.contains_key(&key) {
            let is_full = state.counters.len() + self.new_counters >= self.bounds.counters_most;
            if is_full || breakdown_bytes > MAX_NAME {
                return self.count_not_kept("counters");
            }
            self.new_counters += 1;
        }
        let count = self.counters.entry(key).or_insert(stored.unwrap_or_default());
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
        let new_cases = &mut self.new_cases;
        self.cases.entry(id.to_owned()).or_insert_with(|| {
            state.cases.get(id).cloned().unwrap_or_else(|| {
                *new_cases += 1;
                TrackedCase::default()
            })
        })
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
        let is_known =
            state.references.contains_key(&model_key) || self.references.contains_key(&model_key);
        if !is_known {
            let is_full = state.references.len() + self.new_models >= self.bounds.models_most;
            if is_full || understanding.model.len() > MAX_NAME {
                return self.count_not_kept("models");
            }
            self.new_models += 1;
        }
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

    /// Sets all changed entries in the state and the changelog, and starts again without any.
    pub(crate) fn flush(&mut self, tx: &mut Tx<'_, Reporting>) {
        let changes = std::mem::replace(self, Self::new(self.bounds));
        for (store, entries) in changes.not_kept {
            tx.count_evictions(store, entries);
        }
        if let Some(clock) = changes.clock {
            tx.set(Key::Clock, Value::Clock(clock));
        }
        for (key, count) in changes.counters {
            tx.set(Key::Counter(key), Value::Count(count));
        }
        for ((tenant, milestone), ages) in changes.ages {
            tx.set(Key::Ages(tenant, milestone), Value::Ages(Box::new(ages)));
        }
        for ((tenant, hour), counts) in changes.hours {
            tx.set(Key::Hour(tenant, hour), Value::Hour(Box::new(counts)));
        }
        for (id, case) in changes.cases {
            tx.set(Key::Case(id), Value::Case(Box::new(case)));
        }
        for ((tenant, model, hour), scores) in changes.scores {
            tx.set(Key::Scores(tenant, model, hour), Value::Scores(Box::new(scores)));
        }
        for ((tenant, model), reference) in changes.references {
            tx.set(Key::Reference(tenant, model), Value::Reference(Box::new(reference)));
        }
        for ((tenant, hour), demand) in changes.demand {
            tx.set(Key::Demand(tenant, hour), Value::Count(demand));
        }
    }
}
