//! State of one partition.

use std::collections::{BTreeMap, BTreeSet};

use stage::{KeyedState, Malformed};

use crate::age::AgeHistogram;
use crate::drift::{ReferenceScores, ScoreHistograms};
use crate::key::CounterKey;
use crate::tracked_case::TrackedCase;
use crate::value::HourClock;
use crate::{HourCounts, Key, Value};

/// Counters, hours and open cases of one partition.
#[derive(Debug, Default)]
pub struct State {
    pub(crate) clock: Option<HourClock>,
    /// The tenants of `counters`; not in the changelog. Every record has a counter of its tenant.
    pub(crate) tenants: BTreeSet<String>,
    pub(crate) counters: BTreeMap<CounterKey, i64>,
    pub(crate) ages: BTreeMap<(String, u8), AgeHistogram>,
    pub(crate) hours: BTreeMap<(String, i64), HourCounts>,
    pub(crate) cases: BTreeMap<String, TrackedCase>,
    /// Score distributions by tenant, model and hour.
    pub(crate) scores: BTreeMap<(String, String, i64), ScoreHistograms>,
    /// Reference distributions by tenant and model.
    pub(crate) references: BTreeMap<(String, String), ReferenceScores>,
    /// Expected answers by tenant and hour.
    pub(crate) demand: BTreeMap<(String, i64), i64>,
    /// Backlogs by tenant and owner, derived from `cases`; not in the changelog.
    pub(crate) backlogs: BTreeMap<(String, String), TeamBacklog>,
}

/// Number of cases in the backlog of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TeamBacklog {
    pub(crate) open: i64,
    pub(crate) waiting: i64,
}

impl State {
    /// Adds a case to the backlog of its owner (`sign` 1) or removes it (`sign` -1).
    fn add_to_backlog(&mut self, case: &TrackedCase, sign: i64) {
        // A case known only from `case.event` has no owner yet.
        if case.owner.is_empty() {
            return;
        }
        let team = (case.tenant.clone(), case.owner.clone());
        let backlog = self.backlogs.entry(team.clone()).or_default();
        backlog.open += sign * i64::from(case.is_open());
        backlog.waiting += sign * i64::from(case.is_waiting());
        // Teams come and go with the rules: an empty backlog reads 0 without an entry.
        if *backlog == TeamBacklog::default() {
            self.backlogs.remove(&team);
        }
    }

    fn set_case(&mut self, id: String, case: Option<TrackedCase>) {
        // Apply the difference: recomputing the backlog would need a scan of all cases.
        if let Some(case) = &case {
            self.add_to_backlog(case, 1);
        }
        let before = match case {
            Some(case) => self.cases.insert(id, case),
            None => self.cases.remove(&id),
        };
        if let Some(before) = before {
            self.add_to_backlog(&before, -1);
        }
    }
}

fn set<K: Ord, V>(entries: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => entries.insert(key, value),
        None => entries.remove(&key),
    };
}

impl KeyedState for State {
    const STAGE: &'static str = "metrics";
    type Key = Key;
    type Value = Value;

    fn apply(&mut self, key: Key, value: Option<Value>) -> Result<(), Malformed> {
        match (key, value) {
            (Key::Clock, Some(Value::Clock(clock))) => self.clock = Some(clock),
            (Key::Clock, None) => self.clock = None,
            (Key::Counter(key), Some(Value::Count(total))) => {
                if !self.tenants.contains(&key.tenant) {
                    self.tenants.insert(key.tenant.clone());
                }
                set(&mut self.counters, key, Some(total))
            }
            (Key::Counter(key), None) => set(&mut self.counters, key, None),
            (Key::Ages(tenant, milestone), Some(Value::Ages(ages))) => {
                set(&mut self.ages, (tenant, milestone), Some(*ages));
            }
            (Key::Ages(tenant, milestone), None) => set(&mut self.ages, (tenant, milestone), None),
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
            (Key::Demand(tenant, hour), Some(Value::Count(demand))) => {
                set(&mut self.demand, (tenant, hour), Some(demand));
            }
            (Key::Demand(tenant, hour), None) => set(&mut self.demand, (tenant, hour), None),
            (_, Some(_)) => return Err(Malformed::WrongValue),
        }
        Ok(())
    }

    fn len(&self) -> usize {
        let clock = usize::from(self.clock.is_some());
        let counted = self.counters.len() + self.ages.len() + self.hours.len() + self.cases.len();
        clock + counted + self.scores.len() + self.references.len() + self.demand.len()
    }
}
