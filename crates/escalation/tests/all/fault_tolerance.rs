//! Fault injection: the outputs do not depend on faults, with timers, events and time after the
//! input.

use escalation::{Config, Escalation, Filter};
use mention::hash_chain::ChainHead;
use mention::{CaseEvent, CaseEventKind, Novelty, topics};
use stage::fault_injection::{RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::MemoryBroker;

use crate::fixtures::{
    DAY, MINUTE, as_praise, by_partition, event, full_config, mention_of, publish_event,
    publish_mention, revise, rules,
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
    broker.append(topics::PRIORITIZED, 401 * MINUTE, b"northline/x/bob", Some(vec![1, 2, 3]));
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

fn assert_tolerant_until(until: Option<i64>) -> usize {
    assert_fault_tolerant(until, &|faults| {
        let broker = scenario();
        run_to_end(Escalation::new(full_config()), rules(), &broker, faults);
        for records in by_partition(&broker).values() {
            let mut head = ChainHead::default();
            records.iter().for_each(|record| assert_eq!(head.verify_next(record), Ok(())));
        }
        RunOutcome::read(&broker, &[topics::ROUTED, topics::RAISED], &["escalation"])
    })
}

#[test]
fn faults_do_not_change_routed_mentions_and_escalations() {
    assert!(assert_tolerant_until(None) > 300);
}

#[test]
fn faults_do_not_change_escalations_after_the_end_of_the_input() {
    assert!(assert_tolerant_until(Some(600 * MINUTE)) > 300);
}

#[test]
fn faults_do_not_change_filtered_mentions() {
    let plans = assert_fault_tolerant(Some(600 * MINUTE), &|faults| {
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
    assert!(assert_tolerant_until(Some(40 * DAY)) > 300);
}
