//! The bounds of the state: which cases a full store removes, and that none with a running clock goes
//! without a word.

use std::collections::{BTreeMap, BTreeSet};

use escalation::{Bounds, Cases, Config, Escalation};
use mention::hash_chain::ChainHead;
use mention::{CaseEventKind, Cause, Disposition, topics};
use stage::fault_injection::{FaultPlan, RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog};
use stage::{CommitObserver, Eviction, Quarantine, State as _, TimeDelta, run as run_loop};

use crate::fixtures::{
    as_praise, at_minute, by_partition, case_count, escalations, event, full_config, mention_of,
    publish_event, publish_mention, routed_records, rules, run_with,
};

fn few(cases_most: usize) -> Config {
    Config { memory: Bounds { cases_most, ..Bounds::default() }, ..Config::default() }
}

#[derive(Default)]
struct Evicted(BTreeMap<&'static str, u64>);

impl CommitObserver<Escalation> for Evicted {
    fn on_commit(&mut self, _: &BTreeMap<i32, Cases>) {}

    fn on_evictions(&mut self, evictions: &[Eviction]) {
        for it in evictions {
            *self.0.entry(it.store).or_default() += it.entries;
        }
    }
}

fn evictions(config: Config, broker: &MemoryBroker) -> BTreeMap<&'static str, u64> {
    let mut evicted = Evicted::default();
    let mut log = MemoryLog::new::<Escalation>(broker, rules(), DeliveryPlan::default());
    run_loop(&Escalation::new(config), &mut log, &mut Quarantine::default(), &mut evicted).unwrap();
    evicted.0
}

/// The authors with a case in the changelog.
fn authors(broker: &MemoryBroker) -> BTreeSet<String> {
    let entries = broker.changelog("escalation").into_iter().filter(|(_, key, _)| key[0] != 0);
    let keys = entries.map(|(_, key, _)| String::from_utf8(key).unwrap());
    keys.map(|key| key.rsplit_once('/').unwrap().1.to_owned()).collect()
}

fn restored(broker: &MemoryBroker) -> Cases {
    let mut state = Cases::default();
    for (_, key, value) in broker.changelog("escalation") {
        state.restore("escalation", &key, Some(&value)).unwrap();
    }
    state
}

/// Cases of `closed-1`, `closed-2`, `lane-1`, `lane-2`, `open-1` and `open-2`, in the order of least
/// worth from the last minute on.
fn six_cases() -> MemoryBroker {
    let broker = MemoryBroker::new(1);
    for n in [1, 2] {
        let open = mention_of(&format!("open-{n}"), &format!("o{n}"), n);
        let lane = as_praise(mention_of(&format!("lane-{n}"), &format!("l{n}"), n));
        let closed = mention_of(&format!("closed-{n}"), &format!("c{n}"), n);
        publish_mention(&broker, &open);
        publish_mention(&broker, &lane);
        publish_mention(&broker, &closed);
        publish_event(&broker, &event(&closed, CaseEventKind::Resolved, 2 + n));
    }
    broker
}

#[test]
fn closed_cases_go_first_then_those_without_a_clock_and_open_ones_last() {
    let order = ["closed-1", "closed-2", "lane-1", "lane-2", "open-1", "open-2"];
    for kept in 1..=6 {
        let broker = six_cases();
        run_with(Config::default(), &broker, 5 * TimeDelta::MINUTE);
        // The bound is lowered, and another message arrives.
        publish_mention(&broker, &mention_of("open-2", "o3", 10));
        let evicted = evictions(few(kept), &broker);
        let expected: BTreeSet<String> =
            order[6 - kept..].iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(authors(&broker), expected, "{kept}");
        let open = u64::from(kept == 1);
        assert_eq!(evicted.get("open_cases").copied().unwrap_or(0), open);
        assert_eq!(evicted.get("cases").copied().unwrap_or(0), 6 - kept as u64 - open);
    }
}

#[test]
fn a_case_with_a_running_clock_is_handed_over_before_it_is_forgotten() {
    let broker = MemoryBroker::new(1);
    let first = mention_of("ann", "a1", 0);
    publish_mention(&broker, &first);
    publish_mention(&broker, &mention_of("ben", "b1", 1));
    publish_event(&broker, &event(&first, CaseEventKind::Accepted, 2));
    publish_mention(&broker, &mention_of("ann", "a2", 3));
    run_with(few(1), &broker, 4 * TimeDelta::MINUTE);
    assert_eq!(case_count(&broker), 1);

    let records = routed_records(&broker);
    use Disposition::{HandedOff, Routed};
    let dispositions: Vec<_> = records.iter().map(|it| it.disposition).collect();
    // Ann's case goes for Ben's, and his for her next one; the event about the first is ignored.
    assert_eq!(dispositions, [Routed, Routed, HandedOff, Routed, HandedOff]);
    let last_resort = rules().last_resort().unwrap().name.clone();
    assert_eq!(records[2].route.owner, last_resort);
    assert_eq!(records[2].case_id, records[0].case_id);
    assert_eq!(records[2].route.due, records[0].route.due, "the due times stay with the record");
    assert_eq!(records[2].route.next_at, None, "nobody is notified after this");
    assert!(records[2].route.explanation.contains("has no room for another case"));
    assert_ne!(records[3].case_id, records[0].case_id, "a further message opens another case");

    let calls = escalations(&broker);
    assert_eq!(calls.len(), 2);
    assert_eq!((calls[0].cause, calls[0].next_at), (Cause::Foreseen, None));
    assert_eq!(calls[0].case_id, records[0].case_id);
    assert_eq!(calls[0].contact, records[0].route.next_contact);
    assert!(
        calls[0].explanation.contains("watches this one no longer"),
        "{}",
        calls[0].explanation
    );
    let mut head = ChainHead::default();
    records.iter().for_each(|record| assert_eq!(head.verify_next(record), Ok(())));
}

#[test]
fn cases_are_bounded_in_bytes_too_and_their_bytes_return_to_zero() {
    let broker = MemoryBroker::new(1);
    for n in 0..100 {
        let id = format!("{n}{}", "x".repeat(300));
        publish_mention(&broker, &as_praise(mention_of(&format!("author-{n}"), &id, n)));
    }
    let memory = Bounds { cases_bytes: 10_000, ..Bounds::default() };
    let evicted = evictions(Config { memory, ..Config::default() }, &broker);
    let mut state = restored(&broker);
    assert!((8_000..=10_000).contains(&state.case_bytes()), "{}", state.case_bytes());
    assert_eq!(evicted["cases"] as usize, 100 - case_count(&broker));
    for (_, key, _) in broker.changelog("escalation") {
        state.restore("escalation", &key, None).unwrap();
    }
    assert_eq!((state.case_bytes(), state.len()), (0, 0));
}

#[test]
fn the_pace_of_the_team_that_answered_longest_ago_is_forgotten_first() {
    let broker = MemoryBroker::new(1);
    let (first, second) = (mention_of("ann", "a1", 0), mention_of("ben", "b1", 0));
    publish_mention(&broker, &first);
    publish_mention(&broker, &second);
    publish_event(&broker, &event(&first, CaseEventKind::Responded, 5));
    let mut reassigned = event(&second, CaseEventKind::Reassigned, 6);
    reassigned.team = Some("press".into());
    publish_event(&broker, &reassigned);
    publish_event(&broker, &event(&second, CaseEventKind::Responded, 9));
    let teams = |teams_most| {
        let broker = broker.clone();
        let memory = Bounds { teams_most, ..Bounds::default() };
        let evicted = evictions(Config { memory, ..Config::default() }, &broker);
        (restored(&broker).pace("press").is_some(), evicted.get("teams").copied())
    };
    assert_eq!(teams(1), (true, Some(1)));
}

#[test]
fn full_stores_give_the_same_under_every_fault() {
    let config = || Config { memory: few(2).memory, ..full_config() };
    let scenario = || {
        let broker = MemoryBroker::new(2);
        let mentions: Vec<_> =
            (0..12).map(|n| mention_of(&format!("by-{}", n % 7), &format!("m{n}"), n)).collect();
        for (mention, n) in mentions.iter().zip(0..) {
            match n % 3 {
                0 => publish_mention(&broker, &as_praise(mention.clone())),
                _ => publish_mention(&broker, mention),
            }
        }
        publish_event(&broker, &event(&mentions[1], CaseEventKind::Accepted, 2));
        publish_event(&broker, &event(&mentions[2], CaseEventKind::Resolved, 5));
        publish_event(&broker, &event(&mentions[11], CaseEventKind::Responded, 20));
        broker
    };
    let evicted = evictions(config(), &scenario());
    assert!(evicted["cases"] > 1 && evicted["open_cases"] > 1, "{evicted:?}");
    let plans = assert_fault_tolerant(Some(at_minute(600)), &|plan: FaultPlan| {
        let broker = scenario();
        run_to_end(Escalation::new(config()), rules(), &broker, plan);
        for records in by_partition(&broker).values() {
            let mut head = ChainHead::default();
            records.iter().for_each(|record| assert_eq!(head.verify_next(record), Ok(())));
        }
        assert!(case_count(&broker) <= 4, "two in each partition");
        RunOutcome::read(&broker, &[topics::ROUTED, topics::RAISED], &["escalation"])
    });
    assert!(plans > 300, "{plans}");
}
