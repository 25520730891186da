//! What the stage remembers about one partition.

use std::collections::BTreeMap;

use stage::Keyed;

use crate::age::Ages;
use crate::case::Case;
use crate::drift::{Reference, Scores};
use crate::key::Total;
use crate::value::Clock;
use crate::{Hour, Key, Value};

/// Counters, hours and open cases of one partition.
#[derive(Debug, Default)]
pub struct State {
    pub(crate) clock: Option<Clock>,
    pub(crate) totals: BTreeMap<Total, i64>,
    pub(crate) ages: BTreeMap<(String, u8), Ages>,
    pub(crate) hours: BTreeMap<(String, i64), Hour>,
    pub(crate) cases: BTreeMap<String, Case>,
    /// By tenant, model and hour.
    pub(crate) scores: BTreeMap<(String, String, i64), Scores>,
    /// By tenant and model.
    pub(crate) references: BTreeMap<(String, String), Reference>,
    /// Answers asked for, by tenant and hour.
    pub(crate) demand: BTreeMap<(String, i64), i64>,
    /// The cases by tenant and owner, added up.
    pub(crate) depths: BTreeMap<(String, String), Depth>,
}

/// How much work a team has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Depth {
    pub(crate) open: i64,
    pub(crate) waiting: i64,
}

impl State {
    /// Adds a case to its owner's work, or takes it away.
    fn weigh(&mut self, case: &Case, sign: i64) {
        if case.owner.is_empty() {
            return;
        }
        let depth = self.depths.entry((case.tenant.clone(), case.owner.clone())).or_default();
        depth.open += sign * i64::from(case.is_open());
        depth.waiting += sign * i64::from(case.is_waiting());
    }

    fn set_case(&mut self, id: String, case: Option<Case>) {
        if let Some(case) = &case {
            self.weigh(case, 1);
        }
        let before = match case {
            Some(case) => self.cases.insert(id, case),
            None => self.cases.remove(&id),
        };
        if let Some(before) = before {
            self.weigh(&before, -1);
        }
    }
}

fn set<K: Ord, V>(entries: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => entries.insert(key, value),
        None => entries.remove(&key),
    };
}

impl Keyed for State {
    const STAGE: &'static str = "metrics";
    type Key = Key;
    type Value = Value;

    fn apply(&mut self, key: Key, value: Option<Value>) {
        match (key, value) {
            (Key::Clock, Some(Value::Clock(clock))) => self.clock = Some(clock),
            (Key::Clock, None) => self.clock = None,
            (Key::Total(key), Some(Value::Total(total))) => set(&mut self.totals, key, Some(total)),
            (Key::Total(key), None) => set(&mut self.totals, key, None),
            (Key::Ages(tenant, point), Some(Value::Ages(ages))) => {
                set(&mut self.ages, (tenant, point), Some(*ages));
            }
            (Key::Ages(tenant, point), None) => set(&mut self.ages, (tenant, point), None),
            (Key::Hour(tenant, hour), Some(Value::Hour(counts))) => {
                set(&mut self.hours, (tenant, hour), Some(*counts));
            }
            (Key::Hour(tenant, hour), None) => set(&mut self.hours, (tenant, hour), None),
            (Key::Case(id), Some(Value::Case(case))) => self.set_case(id, Some(*case)),
            (Key::Case(id), None) => self.set_case(id, None),
            (Key::Scores(tenant, model, hour), Some(Value::Scores(scores))) => {
                set(&mut self.scores, (tenant, model, hour), Some(*scores));
            }
            (Key::Scores(tenant, model, hour), None) => {
                set(&mut self.scores, (tenant, model, hour), None);
            }
            (Key::Reference(tenant, model), Some(Value::Reference(reference))) => {
                set(&mut self.references, (tenant, model), Some(*reference));
            }
            (Key::Reference(tenant, model), None) => {
                set(&mut self.references, (tenant, model), None);
            }
            (Key::Demand(tenant, hour), Some(Value::Total(demand))) => {
                set(&mut self.demand, (tenant, hour), Some(demand));
            }
            (Key::Demand(tenant, hour), None) => set(&mut self.demand, (tenant, hour), None),
            // A value of another kind than its key: never written, so there is nothing to keep.
            (_, Some(_)) => {}
        }
    }

    fn len(&self) -> usize {
        let clock = usize::from(self.clock.is_some());
        let counted = self.totals.len() + self.ages.len() + self.hours.len() + self.cases.len();
        clock + counted + self.scores.len() + self.references.len() + self.demand.len()
    }
}
