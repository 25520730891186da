//! Fault injection: the stage writes the same under aborts, lost answers, rebalances and panics.

use std::collections::BTreeSet;
use std::sync::Arc;

use mention::codec::AvroRecord as _;
use stage::EventTime;
use stage::fault_injection::{FaultPlan, RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::{MemoryBroker, RulesSchedule};

use super::*;
use crate::{Config, PlannedEvent, RulesView, Surge};

/// Signals that open, close and reopen an incident within hours, and invalid ones.
fn afternoon(broker: &MemoryBroker) {
    let reason =
        |name: &str, minute, mentions| Signal { value: name.into(), ..signal(minute, mentions) };
    for minute in 0..12 {
        append(broker, &reason("outage", START + minute, 2 + minute));
        append(broker, &reason("billing", START + minute, 1));
    }
    append(broker, &Signal { mentions: 0, ..signal(START + 12, 1) });
    append(broker, &Signal { tenant: String::new(), ..signal(START + 12, 1) });
    broker.append(topics::SIGNAL, start_of_minute(START + 13), b"x", Some(b"no signal".to_vec()));
    append(broker, &reason("outage", START + 95, 1));
    for minute in 150..156 {
        append(broker, &reason("outage", START + minute, 9));
        append(broker, &reason("outage", START + minute - 2, 1));
    }
}

fn without_warm_up() -> Surge {
    Surge::new(Config { warm_up_hours: 0, ..Config::default() })
}

#[test]
fn incidents_and_state_are_the_same_under_every_fault() {
    for until in [None, Some(start_of_minute(START + 240)), Some(start_of_minute(START + 100_000))]
    {
        let plans = assert_fault_tolerant(until, &|plan| {
            let broker = MemoryBroker::new(2);
            afternoon(&broker);
            run_to_end(without_warm_up(), RulesView::default(), &broker, plan);
            outcome(&broker)
        });
        assert!(plans > 300, "{plans}");
    }
}

/// Rules with playbook entries, then rules that have none but plan a rise in the afternoon.
fn reload(at: EventTime) -> RulesSchedule<RulesView> {
    let rules = Arc::new(rules::Rules::load(&rules::northline()).unwrap());
    let planned = PlannedEvent {
        name: "maintenance".into(),
        tenant: "northline".into(),
        facet: Facet::Reason,
        value: "outage".into(),
        from: START + 100,
        to: START + 200,
        factor: 1.5,
    };
    RulesSchedule::from(RulesView::from(rules)).then(at, RulesView::from(vec![planned]))
}

#[test]
fn a_reload_at_any_position_gives_the_same_incidents_under_every_fault() {
    let input = MemoryBroker::new(2);
    afternoon(&input);
    let times = input.records(topics::SIGNAL).into_iter().map(|raw| raw.time);
    let mut outcomes = BTreeSet::new();
    for at in times.collect::<BTreeSet<_>>() {
        let rules = reload(at);
        assert_fault_tolerant(Some(start_of_minute(START + 240)), &|plan| {
            let broker = MemoryBroker::new(2);
            afternoon(&broker);
            run_to_end(without_warm_up(), rules.clone(), &broker, plan);
            outcome(&broker)
        });
        let broker = MemoryBroker::new(2);
        afternoon(&broker);
        run_to_end(without_warm_up(), rules, &broker, FaultPlan::default());
        let old = incidents(&broker).into_iter().filter(|it| !it.rules_version.is_empty()).count();
        outcomes.insert((old, incidents(&broker).len() - old));
    }
    assert!(outcomes.iter().any(|(old, new)| *old > 0 && *new > 0), "{outcomes:?}");
    assert!(outcomes.len() > 5, "the reload decides which incidents are new: {outcomes:?}");
}

/// Incidents and state. Incidents of several partitions share a topic, in which only those of one
/// are in order, so they are sorted.
fn outcome(broker: &MemoryBroker) -> RunOutcome {
    let mut outcome = RunOutcome::read(broker, &[topics::INCIDENT], &["surge"]);
    outcome.records.sort_by_key(|(_, _, key, value)| {
        let incident = value.as_deref().map(|value| codec::read::<Incident>(value).unwrap());
        (key.clone(), incident.map_or(i64::MAX, |incident| incident.revision))
    });
    outcome
}

#[test]
fn invalid_signals_become_dead_letters() {
    let broker = MemoryBroker::new(2);
    afternoon(&broker);
    run_to_end(Surge::default(), RulesView::default(), &broker, FaultPlan::default());
    assert_eq!(broker.dead_letters().len(), 3);
    assert_eq!(Signal::SCHEMA, "harken.mention.Signal");
}
