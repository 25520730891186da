//! The bounds of the state: what a full store removes, and that it publishes what it ends.

use mention::IncidentStatus;
use stage::State as _;
use stage::fault_injection::{FaultPlan, RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::DeliveryPlan;

use super::*;
use crate::{Bounds, Config, RulesView, State, Surge};

fn bounded(memory: Bounds) -> Surge {
    Surge::new(Config { warm_up_hours: 0, memory, ..Config::default() })
}

fn few(series_most: usize) -> Bounds {
    Bounds { series_most, ..Bounds::default() }
}

fn of(facet: Facet, value: &str, minute: i64, mentions: i64) -> Signal {
    Signal { facet, value: value.into(), ..signal(minute, mentions) }
}

/// A series of a reason, then near-duplicates, each heard of once.
fn flood(broker: &MemoryBroker) {
    append(broker, &of(Facet::Reason, "billing", START, 1));
    for minute in 0..300 {
        append(broker, &of(Facet::Cluster, &format!("{minute:016x}"), START + minute, 1));
    }
}

/// Two outbreaks processed without a bound, and signals that are not.
fn with_a_lowered_bound(broker: &MemoryBroker) {
    two_outbreaks(broker);
    run(bounded(Bounds::default()), broker);
    for minute in 12..20 {
        append(broker, &of(Facet::Cluster, &format!("{minute:016x}"), START + minute, 1));
        append(broker, &of(Facet::Reason, "outage", START + minute, 20));
    }
}

/// Two outbreaks at the same time.
fn two_outbreaks(broker: &MemoryBroker) {
    for minute in 0..12 {
        append(broker, &of(Facet::Reason, "billing", START + minute, 3 + minute));
        append(broker, &of(Facet::Reason, "outage", START + minute, 3 + minute));
    }
}

fn run(stage: Surge, broker: &MemoryBroker) {
    run_to_end(stage, RulesView::default(), broker, FaultPlan::default());
}

fn restored(broker: &MemoryBroker) -> State {
    let mut state = State::default();
    for (_, key, value) in broker.changelog("surge") {
        state.restore("surge", &key, Some(&value)).unwrap();
    }
    state
}

#[test]
fn a_full_store_removes_the_longest_silent_near_duplicates_first() {
    let broker = MemoryBroker::new(1);
    flood(&broker);
    run(bounded(few(20)), &broker);
    let state = restored(&broker);
    let held: Vec<_> = state.all_series().map(|(id, _)| (id.facet, id.value.clone())).collect();
    assert_eq!(held.len(), 20);
    assert_eq!(held[0], (Facet::Reason, "billing".to_owned()), "silent for longest, worth more");
    let expected = (300 - 19..300).map(|minute| (Facet::Cluster, format!("{minute:016x}")));
    assert_eq!(held[1..], expected.collect::<Vec<_>>());
}

#[test]
fn series_are_bounded_in_bytes_too() {
    let broker = MemoryBroker::new(1);
    flood(&broker);
    run(bounded(Bounds { series_bytes: 100_000, ..Bounds::default() }), &broker);
    let state = restored(&broker);
    assert!((80_000..=100_000).contains(&state.series_bytes()), "{}", state.series_bytes());
    assert!((12..=18).contains(&state.series_count()), "{}", state.series_count());
}

#[test]
fn the_bytes_of_a_state_return_to_zero_with_its_entries() {
    let broker = MemoryBroker::new(1);
    two_outbreaks(&broker);
    run(bounded(few(20)), &broker);
    let mut state = restored(&broker);
    assert!(state.series_bytes() > 10_000);
    for (_, key, _) in broker.changelog("surge") {
        state.restore("surge", &key, None).unwrap();
    }
    assert_eq!((state.series_bytes(), state.ended_count(), state.len()), (0, 0, 0));
}

#[test]
fn the_incident_of_a_removed_series_is_closed_and_gets_its_tombstone() {
    let broker = MemoryBroker::new(1);
    with_a_lowered_bound(&broker);
    run(bounded(few(1)), &broker);
    let records = incidents(&broker);
    let last = |value: &str| records.iter().rfind(|it| it.facet_value == value).map(|it| it.status);
    let open = ["billing", "outage"].map(|value| last(value) == Some(IncidentStatus::Open));
    assert!(!(open[0] && open[1]), "one of the two had to go: {records:?}");
    assert!(records.iter().any(|it| it.status == IncidentStatus::Closed));
    // The tombstone follows after the setting `keep_incident`.
    let end_time = Some(start_of_minute(START + 40 * 1440));
    let delivery = DeliveryPlan { end_time, ..DeliveryPlan::default() };
    let stage = bounded(few(1));
    run_to_end(stage, RulesView::default(), &broker, FaultPlan { delivery, panicking_call: None });
    let ids: std::collections::BTreeSet<_> = records.iter().map(|it| &it.incident_id).collect();
    let tombstones =
        broker.records(topics::INCIDENT).iter().filter(|it| it.value.is_none()).count();
    assert_eq!(tombstones, ids.len());
}

#[test]
fn an_ended_incident_gets_its_tombstone_early_when_there_are_too_many() {
    let count = |ended_most| {
        let broker = MemoryBroker::new(1);
        two_outbreaks(&broker);
        // A day later both have ended.
        append(&broker, &of(Facet::Reason, "other", START + 1440, 1));
        run(bounded(Bounds { ended_most, ..Bounds::default() }), &broker);
        broker.records(topics::INCIDENT).iter().filter(|it| it.value.is_none()).count()
    };
    assert_eq!([count(10), count(1)], [0, 1]);
}

#[test]
fn full_stores_publish_the_same_under_every_fault() {
    let plans = assert_fault_tolerant(Some(start_of_minute(START + 240)), &|plan| {
        let broker = MemoryBroker::new(2);
        with_a_lowered_bound(&broker);
        let memory = Bounds { ended_most: 1, ..few(1) };
        run_to_end(bounded(memory), RulesView::default(), &broker, plan);
        RunOutcome::read(&broker, &[], &["surge"]).with_sorted_incidents(&broker)
    });
    assert!(plans > 300, "{plans}");
}

trait WithIncidents {
    fn with_sorted_incidents(self, broker: &MemoryBroker) -> Self;
}

impl WithIncidents for RunOutcome {
    /// Incidents of several partitions share a topic, in which only those of one are in order.
    fn with_sorted_incidents(mut self, broker: &MemoryBroker) -> Self {
        self.records = RunOutcome::read(broker, &[topics::INCIDENT], &[]).records;
        self.records.sort();
        self
    }
}
