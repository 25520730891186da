//! The entries that a batch has changed, so that each is written to the changelog once.

use std::collections::BTreeMap;

use mention::Understanding;
use stage::Tx;

use crate::age::{Ages, Point};
use crate::case::Case;
use crate::drift::{Reference, Scores};
use crate::family::Family;
use crate::key::Total;
use crate::value::Clock;
use crate::{Hour, Key, Metrics, State, Value};

/// Changed entries on top of a [`State`].
#[derive(Debug, Default)]
pub(crate) struct Draft {
    clock: Option<Clock>,
    totals: BTreeMap<Total, i64>,
    ages: BTreeMap<(String, u8), Ages>,
    hours: BTreeMap<(String, i64), Hour>,
    cases: BTreeMap<String, Case>,
    scores: BTreeMap<(String, String, i64), Scores>,
    references: BTreeMap<(String, String), Reference>,
    demand: BTreeMap<(String, i64), i64>,
}

impl Draft {
    /// Where event time stands, or would start.
    pub(crate) fn tick(&self, state: &State, start: i64) -> i64 {
        self.clock.or(state.clock).map_or(start, |clock| clock.tick)
    }

    /// Starts the clock, unless it runs.
    pub(crate) fn start(&mut self, state: &State, tick: i64, partition: i32) {
        if self.clock.or(state.clock).is_none() {
            self.clock = Some(Clock { tick, partition });
        }
    }

    /// Counts one into a total.
    pub(crate) fn add(
        &mut self,
        state: &State,
        tenant: &str,
        (family, label): (Family, u8),
        part: &str,
    ) {
        self.add_many(state, tenant, (family, label), part, 1);
    }

    /// Counts so many into a total.
    pub(crate) fn add_many(
        &mut self,
        state: &State,
        tenant: &str,
        (family, label): (Family, u8),
        part: &str,
        many: i64,
    ) {
        let (tenant, part) = (tenant.to_owned(), part.to_owned());
        let key = Total { tenant, family, label, part };
        let start = state.totals.get(&key).copied().unwrap_or_default();
        let total = self.totals.entry(key).or_insert(start);
        *total = total.saturating_add(many);
    }

    /// Counts an age.
    pub(crate) fn age(&mut self, state: &State, tenant: &str, point: Point, micros: i64) {
        let key = (tenant.to_owned(), point as u8);
        let start = || state.ages.get(&(tenant.to_owned(), point as u8)).cloned();
        self.ages.entry(key).or_insert_with(|| start().unwrap_or_default()).add(micros);
    }

    /// The counts of an hour, to be changed.
    pub(crate) fn hour(&mut self, state: &State, tenant: &str, hour: i64) -> &mut Hour {
        let key = (tenant.to_owned(), hour);
        let start = || state.hours.get(&(tenant.to_owned(), hour)).cloned();
        let hour = self.hours.entry(key).or_insert_with(|| start().unwrap_or_default());
        hour.is_changed = true;
        hour
    }

    /// A case, to be changed.
    pub(crate) fn case(&mut self, state: &State, id: &str) -> &mut Case {
        let start = || state.cases.get(id).cloned();
        self.cases.entry(id.to_owned()).or_insert_with(|| start().unwrap_or_default())
    }

    /// Counts the scores of a mention heard in an hour, and learns what is usual for their model.
    pub(crate) fn scores(
        &mut self,
        state: &State,
        (tenant, hour, reference_hours): (&str, i64, i64),
        found: &Understanding,
    ) {
        let of_model = (tenant.to_owned(), found.model.clone());
        let key = (tenant.to_owned(), found.model.clone(), hour);
        let start = || state.scores.get(&key).cloned().unwrap_or_default();
        self.scores.entry(key.clone()).or_insert_with(start).add(found);
        let start = || state.references.get(&of_model).cloned();
        let reference = self.references.entry(of_model.clone());
        let reference = reference.or_insert_with(|| start().unwrap_or(Reference::new(hour)));
        reference.learn(hour, reference_hours, found);
    }

    /// Counts an answer that an hour asked for.
    pub(crate) fn demand(&mut self, state: &State, tenant: &str, hour: i64) {
        let key = (tenant.to_owned(), hour);
        let start = state.demand.get(&key).copied().unwrap_or_default();
        *self.demand.entry(key).or_insert(start) += 1;
    }

    /// Writes the changes.
    pub(crate) fn flush(self, tx: &mut Tx<'_, Metrics>) {
        if let Some(clock) = self.clock {
            tx.set(Key::Clock, Value::Clock(clock));
        }
        for (key, total) in self.totals {
            tx.set(Key::Total(key), Value::Total(total));
        }
        for ((tenant, point), ages) in self.ages {
            tx.set(Key::Ages(tenant, point), Value::Ages(Box::new(ages)));
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
            tx.set(Key::Demand(tenant, hour), Value::Total(demand));
        }
    }
}
