//! Fault injection: the outputs do not depend on faults, with timers, events and time after the
//! input.

use std::collections::BTreeSet;
use std::sync::Arc;

use escalation::{Config, Escalation, Filter};
use mention::hash_chain::ChainHead;
use mention::{CaseEvent, CaseEventKind, Novelty, topics};
use rules::{Rules, Source, northline};
use stage::fault_injection::{FaultPlan, RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::{MemoryBroker, RulesSchedule};
use stage::{EventTime, TimeDelta};

use crate::fixtures::{
    as_praise, at_minute, by_partition, event, full_config, mention_of, publish_event,
    publish_mention, revise, routed_records, rules, rules_of,
};

fn scenario() -> MemoryBroker {
    let broker = MemoryBroker::new(2);
    let (alice, bob) = (mention_of("alice", "a1", 0), mention_of("bob", "b1", 3));
    publish_mention(&broker, &alice);
    publish_mention(&broker, &bob);
    publish_mention(&broker, &as_praise(mention_of("carol", "c1", 4)));
    publish_mention(&broker, &mention_of("alice", "a2", 20));
    publish_mention(&broker, &revise(mention_of("bob", "b1", 25), Novelty::Edit));
    publish_mention(&broker, &mention_of("carol", "c2", 50));
    publish_mention(&broker, &revise(mention_of("bob", "b1", 60), Novelty::Withdrawal));
    publish_mention(&broker, &mention_of("bob", "b2", 70));
    publish_mention(&broker, &mention_of("alice", "a3", 400));
    broker.append(topics::PRIORITIZED, at_minute(401), b"northline/x/bob", Some(vec![1, 2, 3]));
    publish_event(&broker, &event(&alice, CaseEventKind::Accepted, 15));
    publish_event(&broker, &event(&bob, CaseEventKind::Accepted, 16));
    publish_event(&broker, &event(&bob, CaseEventKind::Returned, 30));
    publish_event(&broker, &event(&alice, CaseEventKind::Responded, 200));
    publish_event(&broker, &event(&alice, CaseEventKind::Resolved, 300));
    let reassigned =
        CaseEvent { team: Some("press".into()), ..event(&bob, CaseEventKind::Reassigned, 35) };
    publish_event(&broker, &reassigned);
    publish_event(&broker, &event(&bob, CaseEventKind::PeerAnswered, 36));
    publish_event(&broker, &event(&bob, CaseEventKind::Accepted, 40));
    broker
}

fn assert_tolerant_until(until: Option<EventTime>) -> usize {
    assert_tolerant(until, &rules().into())
}

fn assert_tolerant(until: Option<EventTime>, rules: &RulesSchedule<Arc<Rules>>) -> usize {
    assert_fault_tolerant(until, &|faults| {
        let broker = scenario();
        run_to_end(Escalation::new(full_config()), rules.clone(), &broker, faults);
        for records in by_partition(&broker).values() {
            let mut head = ChainHead::default();
            records.iter().for_each(|record| assert_eq!(head.verify_next(record), Ok(())));
        }
        RunOutcome::read(&broker, &[topics::ROUTED, topics::RAISED], &["escalation"])
    })
}

/// The rules of Northline with shorter targets for the mentions of the scenario.
fn urgent_rules() -> Arc<Rules> {
    let (from, to) =
        (r#"acknowledge = "30m", respond = "2h""#, r#"acknowledge = "15m", respond = "1h""#);
    let sources = northline().into_iter();
    let changed = |Source { file, text }| Source { file, text: text.replace(from, to) };
    rules_of(&sources.map(changed).collect::<Vec<_>>())
}

#[test]
fn faults_do_not_change_the_decisions_around_a_reload_at_any_position() {
    let (old, new) = (rules(), urgent_rules());
    let input = [topics::PRIORITIZED, topics::CASE_EVENT].map(|topic| scenario().records(topic));
    let times: BTreeSet<EventTime> = input.into_iter().flatten().map(|raw| raw.time).collect();
    let mut by_old_rules = BTreeSet::new();
    for reload_at in times {
        let schedule = RulesSchedule::from(Arc::new(Arc::clone(&old)));
        let schedule = schedule.then(reload_at, Arc::new(Arc::clone(&new)));
        assert_tolerant(Some(at_minute(600)), &schedule);
        let broker = scenario();
        run_to_end(Escalation::new(full_config()), schedule, &broker, FaultPlan::default());
        for record in routed_records(&broker) {
            // The time at which it was decided: the input's record time, as memory has no clock.
            let decided_at = record.routed_at.as_event_time();
            let expected = if decided_at < reload_at { &old } else { &new };
            assert_eq!(record.route.rules_version, expected.version, "{reload_at}: {record:?}");
        }
        let is_old = |version: &String| *version == old.version;
        let versions = routed_records(&broker).into_iter().map(|record| record.route.rules_version);
        by_old_rules.insert(versions.filter(is_old).count());
    }
    assert!(by_old_rules.len() > 10, "{by_old_rules:?}");
}

#[test]
fn faults_do_not_change_routed_mentions_and_escalations() {
    assert!(assert_tolerant_until(None) > 300);
}

#[test]
fn faults_do_not_change_escalations_after_the_end_of_the_input() {
    assert!(assert_tolerant_until(Some(at_minute(600))) > 300);
}

#[test]
fn faults_do_not_change_filtered_mentions() {
    let plans = assert_fault_tolerant(Some(at_minute(600)), &|faults| {
        let broker = scenario();
        let filter = Filter::from_names(["praise"], &rules()).unwrap();
        run_to_end(
            Escalation::new(Config { filter, ..Config::default() }),
            rules(),
            &broker,
            faults,
        );
        assert_eq!(broker.records(topics::FILTERED).len(), 1);
        RunOutcome::read(
            &broker,
            &[topics::ROUTED, topics::FILTERED, topics::RAISED],
            &["escalation"],
        )
    });
    assert!(plans > 300);
}

#[test]
fn faults_do_not_change_the_expiry_of_cases() {
    assert!(assert_tolerant_until(Some(at_minute(0) + 40 * TimeDelta::DAY)) > 300);
}
