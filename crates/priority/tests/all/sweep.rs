//! Sweeps: after a reload or an incident, each record re-scores a bounded number of open mentions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mention::{IncidentStatus, topics};
use priority::{MENTIONS_PER_RECORD, Tenants};
use stage::TimeDelta;
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::{MemoryBroker, RulesSchedule};

use crate::scene::{
    append, changed_rules, complaint, incident, outcome, prioritized, profile, second, stage,
    tenants, without_faults,
};

const OPEN: usize = 40;
/// The second of the reload: after every mention.
const RELOAD: i64 = 100;
const RULES: &str = "the rules have changed";
const INCIDENT: &str = "an incident began, changed or ended";

fn new_rules() -> Arc<Tenants> {
    changed_rules("negative = 40 ", "negative = 90 ")
}

fn reload() -> RulesSchedule<Tenants> {
    RulesSchedule::from(tenants()).then(second(RELOAD), new_rules())
}

fn broker_with_mentions() -> MemoryBroker {
    let broker = MemoryBroker::new(1);
    for n in 0..OPEN {
        append(&broker, &complaint(&format!("author-{n}"), &n.to_string(), n as i64, "broken"));
    }
    broker
}

/// Appends a record that itself decides nothing, at each of these seconds: the tombstone of a
/// profile that the stage does not have.
fn append_ticks(broker: &MemoryBroker, seconds: std::ops::Range<i64>) {
    seconds.for_each(|at| profile(broker, "nobody", at, None));
}

/// The ids of the mentions revised in each second for a cause.
fn revised(broker: &MemoryBroker, cause: &str) -> BTreeMap<i64, Vec<String>> {
    let times = broker
        .records(topics::PRIORITIZED)
        .into_iter()
        .map(|raw| raw.time.interval(TimeDelta::SECOND));
    let mut revised = BTreeMap::<_, Vec<_>>::new();
    for (at, fact) in times.zip(prioritized(broker)) {
        if fact.priority.reviewed.as_deref() == Some(cause) {
            revised.entry(at).or_default().push(fact.mention.id);
        }
    }
    revised
}

fn counts(revised: &BTreeMap<i64, Vec<String>>) -> Vec<(i64, usize)> {
    revised.iter().map(|(at, ids)| (*at, ids.len())).collect()
}

/// The changelog entry of the sweep.
fn sweep_entry(broker: &MemoryBroker) -> Vec<u8> {
    let entries = broker.changelog("priority").into_iter();
    entries.filter(|(_, key, _)| key == &[0x17]).map(|(_, _, value)| value).next().unwrap()
}

#[test]
fn a_record_after_a_reload_rescores_a_bounded_number_and_later_records_the_rest() {
    let broker = broker_with_mentions();
    append_ticks(&broker, RELOAD..RELOAD + 6);
    run_to_end(stage(), reload(), &broker, FaultPlan::default());
    let revised = revised(&broker, RULES);
    let most = MENTIONS_PER_RECORD;
    let expected = [(RELOAD, most), (RELOAD + 1, most), (RELOAD + 2, OPEN - 2 * most)];
    assert_eq!(counts(&revised), expected);
    let ids: BTreeSet<_> = revised.values().flatten().collect();
    assert_eq!(ids.len(), OPEN, "each mention once");
    assert_eq!(prioritized(&broker).len(), 2 * OPEN, "one decision and one revision each");
}

#[test]
fn a_finished_sweep_does_nothing_more() {
    let broker = broker_with_mentions();
    append_ticks(&broker, RELOAD..RELOAD + 3);
    run_to_end(stage(), reload(), &broker, FaultPlan::default());
    let (entry, published) = (sweep_entry(&broker), prioritized(&broker).len());
    append_ticks(&broker, RELOAD + 3..RELOAD + 9);
    run_to_end(stage(), reload(), &broker, without_faults(Some(RELOAD + 60)));
    assert_eq!((sweep_entry(&broker), prioritized(&broker).len()), (entry, published));
}

#[test]
fn time_without_records_finishes_a_sweep() {
    let broker = broker_with_mentions();
    append_ticks(&broker, RELOAD..RELOAD + 1);
    run_to_end(stage(), reload(), &broker, without_faults(Some(RELOAD + 60)));
    let rest = OPEN - MENTIONS_PER_RECORD;
    let expected = [(RELOAD, MENTIONS_PER_RECORD), (RELOAD + 60, rest)];
    assert_eq!(counts(&revised(&broker, RULES)), expected);
}

#[test]
fn a_restarted_stage_continues_a_sweep() {
    let undisturbed = broker_with_mentions();
    append_ticks(&undisturbed, RELOAD..RELOAD + 6);
    run_to_end(stage(), reload(), &undisturbed, FaultPlan::default());
    for restart in RELOAD + 1..RELOAD + 6 {
        let broker = broker_with_mentions();
        append_ticks(&broker, RELOAD..restart);
        run_to_end(stage(), reload(), &broker, FaultPlan::default());
        append_ticks(&broker, restart..RELOAD + 6);
        run_to_end(stage(), reload(), &broker, FaultPlan::default());
        assert_eq!(revised(&broker, RULES), revised(&undisturbed, RULES), "restart at {restart}");
        assert!(outcome(&broker) == outcome(&undisturbed), "restart at {restart}");
    }
}

#[test]
fn a_restart_with_the_same_rules_begins_no_sweep() {
    let broker = broker_with_mentions();
    run_to_end(stage(), new_rules(), &broker, FaultPlan::default());
    let entry = sweep_entry(&broker);
    append_ticks(&broker, RELOAD..RELOAD + 3);
    run_to_end(stage(), new_rules(), &broker, FaultPlan::default());
    assert_eq!((sweep_entry(&broker), prioritized(&broker).len()), (entry.clone(), OPEN));
    append_ticks(&broker, RELOAD + 3..RELOAD + 6);
    run_to_end(stage(), tenants(), &broker, FaultPlan::default());
    assert_ne!(sweep_entry(&broker), entry, "other rules begin one");
}

#[test]
fn an_incident_during_a_sweep_keeps_the_cause_of_the_mentions_that_it_has_not_reached() {
    let broker = broker_with_mentions();
    let run = |ticks| {
        append_ticks(&broker, ticks);
        run_to_end(stage(), reload(), &broker, FaultPlan::default());
    };
    run(RELOAD..RELOAD + 2);
    let reached: BTreeSet<_> = revised(&broker, RULES).into_values().flatten().collect();
    assert_eq!(reached.len(), 2 * MENTIONS_PER_RECORD);
    // A second change, before the sweep for the first has come as far as the one for the rules.
    incident(&broker, 1, 20, IncidentStatus::Open);
    run(RELOAD + 2..RELOAD + 3);
    incident(&broker, 2, 30, IncidentStatus::Open);
    run(RELOAD + 3..RELOAD + 9);
    let (by_rules, by_incident) = (revised(&broker, RULES), revised(&broker, INCIDENT));
    let (most, rest) = (MENTIONS_PER_RECORD, OPEN - 2 * MENTIONS_PER_RECORD);
    assert_eq!(counts(&by_rules), [(RELOAD, most), (RELOAD + 1, most), (RELOAD + 5, rest)]);
    let ids: BTreeSet<_> = by_rules.into_values().flatten().collect();
    assert_eq!(ids.len(), OPEN, "every mention once for the rules");
    assert_eq!(counts(&by_incident), (2..5).map(|n| (RELOAD + n, most)).collect::<Vec<_>>());
    let ids: BTreeSet<_> = by_incident.into_values().flatten().collect();
    assert_eq!(ids, reached, "for the incident only those that had the new rules");
}

#[test]
fn another_reload_during_a_sweep_rescores_every_mention_by_the_last_rules() {
    let broker = broker_with_mentions();
    append_ticks(&broker, RELOAD..RELOAD + 6);
    let last = changed_rules("negative = 40 ", "negative = 60 ");
    let rules = reload().then(second(RELOAD + 1), last);
    run_to_end(stage(), rules, &broker, FaultPlan::default());
    let expected = [MENTIONS_PER_RECORD; 3].into_iter().zip(RELOAD..).map(|(n, at)| (at, n));
    let rest = (RELOAD + 3, OPEN - 2 * MENTIONS_PER_RECORD);
    assert_eq!(counts(&revised(&broker, RULES)), expected.chain([rest]).collect::<Vec<_>>());
    let mut scores = BTreeMap::new();
    for fact in prioritized(&broker) {
        scores.insert(fact.mention.id, (fact.priority.score, fact.priority.rules_version));
    }
    assert_eq!(scores.into_values().collect::<BTreeSet<_>>().len(), 1, "one score by one version");
}
