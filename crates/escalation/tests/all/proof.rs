//! The same comes out whatever goes wrong, with timers, events, and the time after the end.

use escalation::{Escalation, Filter, Settings};
use mention::chain::Head;
use mention::{CaseEvent, CaseEventKind, Novelty, topics};
use stage::memory::Broker;
use stage::prove::{Outcome, drive, prove};

use crate::world::{
    DAY, MINUTE, again, by_partition, event, everything, hear, praises, rules, says, tell,
};

fn afternoon() -> Broker {
    let broker = Broker::new(2);
    let (alice, bob) = (says("alice", "a1", 0), says("bob", "b1", 3));
    hear(&broker, &alice);
    hear(&broker, &bob);
    hear(&broker, &praises(says("carol", "c1", 4)));
    hear(&broker, &says("alice", "a2", 20));
    hear(&broker, &again(says("bob", "b1", 25), Novelty::Edit));
    hear(&broker, &says("carol", "c2", 50));
    hear(&broker, &again(says("bob", "b1", 60), Novelty::Withdrawal));
    hear(&broker, &says("bob", "b2", 70));
    hear(&broker, &says("alice", "a3", 400));
    broker.append(topics::PRIORITIZED, 401 * MINUTE, b"northline/x/bob", Some(vec![1, 2, 3]));
    tell(&broker, &event(&alice, CaseEventKind::Accepted, 15));
    tell(&broker, &event(&bob, CaseEventKind::Accepted, 16));
    tell(&broker, &event(&bob, CaseEventKind::Returned, 30));
    tell(&broker, &event(&alice, CaseEventKind::Responded, 200));
    tell(&broker, &event(&alice, CaseEventKind::Resolved, 300));
    let given =
        CaseEvent { team: Some("press".into()), ..event(&bob, CaseEventKind::Reassigned, 35) };
    tell(&broker, &given);
    tell(&broker, &event(&bob, CaseEventKind::PeerAnswered, 36));
    tell(&broker, &event(&bob, CaseEventKind::Accepted, 40));
    broker
}

fn prove_until(until: Option<i64>) -> usize {
    prove(until, &|trouble| {
        let broker = afternoon();
        drive(Escalation::new(rules()).with(everything()), &broker, trouble);
        for said in by_partition(&broker).values() {
            let mut head = Head::default();
            said.iter().for_each(|record| assert_eq!(head.follow(record), Ok(())));
        }
        Outcome::of(&broker, &[topics::ROUTED, topics::RAISED], &["escalation"])
    })
}

#[test]
fn whatever_goes_wrong_the_same_is_routed_and_raised() {
    assert!(prove_until(None) > 300);
}

#[test]
fn whatever_goes_wrong_the_same_is_raised_after_the_end_of_the_input() {
    assert!(prove_until(Some(600 * MINUTE)) > 300);
}

#[test]
fn whatever_goes_wrong_the_same_is_filtered() {
    let plans = prove(Some(600 * MINUTE), &|trouble| {
        let broker = afternoon();
        let filter = Filter::of(["praise"], &rules()).unwrap();
        drive(
            Escalation::new(rules()).with(Settings { filter, ..Settings::default() }),
            &broker,
            trouble,
        );
        assert_eq!(broker.records(topics::FILTERED).len(), 1);
        Outcome::of(&broker, &[topics::ROUTED, topics::FILTERED, topics::RAISED], &["escalation"])
    });
    assert!(plans > 300);
}

#[test]
fn whatever_goes_wrong_cases_are_forgotten_alike() {
    assert!(prove_until(Some(40 * DAY)) > 300);
}
