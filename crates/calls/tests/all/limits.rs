//! The limits under storms.

use std::collections::{BTreeMap, BTreeSet};

use calls::Config;
use mention::{Call, Cause, Raised, topics};
use proptest::prelude::*;
use stage::memory::MemoryBroker;
use stage::{EventTime, TimeDelta};

use crate::naive::{self, ModelCall};
use crate::storm::{self, Escalation, START};

const SECOND: TimeDelta = TimeDelta::SECOND;
const MINUTE: TimeDelta = TimeDelta::MINUTE;

/// Never more than the limit in an hour, and never two calls of a path within its interval.
fn assert_within_limits(calls: &[Call], config: &Config) {
    let mut by_contact = BTreeMap::<&str, Vec<&Call>>::new();
    for call in calls {
        by_contact.entry(&call.callee).or_default().push(call);
    }
    for (contact, calls) in by_contact {
        for (i, call) in calls.iter().enumerate() {
            let hour = |other: &&&Call| {
                let apart = other.called_at - call.called_at;
                apart >= TimeDelta::ZERO && apart < TimeDelta::HOUR
            };
            let in_hour = calls.iter().filter(hour).count();
            assert!(
                in_hour <= config.per_hour,
                "{contact}: {in_hour} calls from {}",
                call.called_at
            );
            for other in &calls[i + 1..] {
                let is_shared = other.paths.iter().any(|path| call.paths.contains(path));
                let apart = other.called_at - call.called_at;
                assert!(
                    !is_shared || apart >= config.path_interval,
                    "{contact}: {:?} and {:?} are {apart} µs apart",
                    call.paths,
                    other.paths
                );
            }
        }
    }
}

fn of_model(call: &Call) -> ModelCall {
    ModelCall {
        contact: call.callee.clone(),
        at: call.called_at,
        paths: call.paths.iter().cloned().collect(),
        cases: call.cases.iter().map(|case| case.case_id.clone()).collect(),
        count: call.count,
    }
}

/// Escalations in bursts: most within seconds, some after minutes or an hour, some a little back.
fn storms() -> impl Strategy<Value = Vec<Escalation>> {
    let step = prop_oneof![
        8 => 0..2_000_i64,
        3 => 0..90_000_i64,
        2 => 0..3_700_000_i64,
        1 => -500_000..0_i64,
    ];
    let escalation = (step, 0..3_u8, 0..4_u8, 0..70_u8);
    prop::collection::vec(escalation, 1..250).prop_map(|steps| {
        let (mut at, mut latest) = (START, START);
        let escalation = |(step, contact, path, case)| {
            // Never further back than clocks differ.
            at = (at + step * TimeDelta::MILLISECOND).max(latest - 9 * MINUTE);
            latest = latest.max(at);
            Escalation::new(at, &format!("c{contact}"), &format!("p{path}"), &format!("{case}"))
        };
        steps.into_iter().map(escalation).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_storm_gives_the_calls_of_the_naive_model_and_never_exceeds_a_limit(
        storm in storms(),
        per_hour in 1..6_usize,
        interval in prop_oneof![1..120_i64, 600..3_600_i64],
    ) {
        let config = Config { per_hour, path_interval: interval * SECOND, ..Config::default() };
        let end = START + 1_000 * TimeDelta::HOUR;
        let calls = storm::calls(&storm, config, end);
        assert_within_limits(&calls, &config);
        let found: Vec<ModelCall> = calls.iter().map(of_model).collect();
        prop_assert_eq!(&found, &naive::calls(&storm, &config, end));
        // Nobody is forgotten: each case is on a list, or counted beyond one.
        let listed: BTreeSet<_> = found.iter().flat_map(|it| it.cases.iter().map(|c| (&it.contact, c))).collect();
        let raised: BTreeSet<_> = storm.iter().map(|it| (&it.contact, &it.case)).collect();
        let unlisted: i64 = found.iter().map(|call| call.count - call.cases.len() as i64).sum();
        prop_assert!(raised.difference(&listed).count() as i64 <= unlisted);
    }
}

/// What was seen: one fast clock made 1,476 escalations at once.
#[test]
fn a_storm_of_1476_escalations_becomes_one_call_and_one_summary() {
    let escalation = |n: i64| {
        let (contact, path) = ("duty", format!("path-{}", n % 3));
        Escalation::new(START + n * TimeDelta::MILLISECOND, contact, &path, &n.to_string())
    };
    let storm: Vec<Escalation> = (0..1_476).map(escalation).collect();
    let calls = storm::calls(&storm, Config::default(), START + 3 * TimeDelta::HOUR);
    let [first, second, third, summary] = &calls[..] else { panic!("{}", calls.len()) };
    for (n, call) in [first, second, third].into_iter().enumerate() {
        assert_eq!((call.count, call.is_summary, call.held_at), (1, false, None));
        assert_eq!(call.called_at, START + n as i64 * TimeDelta::MILLISECOND);
        assert_eq!(call.explanation, format!("{n} is past its target"));
    }
    // A minute after the last call about any of its paths.
    assert_eq!(summary.called_at, third.called_at + MINUTE);
    assert_eq!((summary.count, summary.is_summary), (1_473, true));
    assert_eq!(summary.explanation, "1473 cases past their target");
    assert_eq!((summary.cases.len(), summary.cases[0].case_id.as_str()), (50, "3"));
    assert_eq!(summary.held_at, Some(START + 3 * TimeDelta::MILLISECOND));
    assert_eq!((first.calls_left, summary.calls_left), (11, 8));
}

#[test]
fn the_thirteenth_call_of_an_hour_waits_and_lists_what_came_since() {
    let escalation =
        |n: i64| Escalation::new(START + n * MINUTE, "duty", "care-duty", &n.to_string());
    let storm: Vec<Escalation> = (0..49).map(escalation).collect();
    let calls = storm::calls(&storm, Config::default(), START + 3 * TimeDelta::HOUR);
    assert_eq!(calls.len(), 13);
    let at_once = |call: &Call| call.held_at.is_none() && !call.is_summary && call.count == 1;
    assert!(calls[..12].iter().all(at_once));
    let left: Vec<i64> = calls.iter().map(|call| call.calls_left).collect();
    assert_eq!(left, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]);
    let summary = &calls[12];
    assert_eq!(summary.called_at, START + TimeDelta::HOUR);
    assert_eq!(summary.explanation, "37 cases past their target");
    assert_eq!((summary.count, summary.cases.len()), (37, 37));
}

#[test]
fn a_case_that_escalates_again_while_it_waits_is_listed_once_with_its_last_escalation() {
    let mut storm: Vec<Escalation> = Vec::new();
    for (seconds, case) in [(0, "1"), (1, "2"), (2, "3"), (3, "2")] {
        storm.push(Escalation::new(START + seconds * SECOND, "duty", "care-duty", case));
    }
    let broker = storm::broker(1, &storm[..3]);
    let mut again = storm[3].raised();
    (again.step, again.cause) = (2, Cause::Foreseen);
    storm::append(&broker, storm[3].at, &again);
    storm::run(&broker, Config::default(), START + TimeDelta::HOUR);
    let [_, summary] = &storm::read(&broker)[..] else { panic!() };
    let listed: Vec<_> = summary.cases.iter().map(|it| (it.case_id.as_str(), it.step)).collect();
    assert_eq!((summary.count, listed), (2, vec![("2", 2), ("3", 1)]));
    assert_eq!(summary.explanation, "2 cases past their target or about to miss it");
}

#[test]
fn the_limits_of_one_contact_leave_others_alone() {
    let mut storm: Vec<Escalation> =
        (0..100).map(|n| Escalation::new(START, "ada", "p", &n.to_string())).collect();
    storm.push(Escalation::new(START, "bob", "p", "b"));
    let calls = storm::calls(&storm, Config::default(), START);
    let at_once: Vec<_> = calls.iter().map(|call| call.contact.as_str()).collect();
    assert_eq!(at_once, ["ada", "bob"]);
}

#[test]
fn a_timer_fires_at_its_time_although_no_record_follows_and_not_before() {
    let storm: Vec<Escalation> =
        (0..2).map(|n| Escalation::new(START, "duty", "p", &n.to_string())).collect();
    let until = |end: EventTime| storm::calls(&storm, Config::default(), end);
    assert_eq!(until(START + 59 * SECOND).len(), 1);
    let calls = until(START + 600 * SECOND);
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[1].called_at, START + MINUTE);
    // Ten minutes after the call: the process was down.
    assert!(calls[1].is_late && !calls[0].is_late);
}

#[test]
fn an_escalation_under_the_key_of_another_contact_is_rejected() {
    let broker = storm::broker(1, &[Escalation::new(START, "duty", "p", "1")]);
    let mut value = Vec::new();
    mention::codec::write(&Escalation::new(START, "duty", "p", "2").raised(), &mut value);
    broker.append(topics::RAISED, START, b"northline/other", Some(value));
    storm::run(&broker, Config::default(), START + TimeDelta::HOUR);
    assert_eq!((storm::read(&broker).len(), broker.dead_letters().len()), (1, 1));
}

#[test]
fn the_duties_of_one_person_share_the_limits() {
    let broker = MemoryBroker::new(1);
    for n in 0..40 {
        let (at, contact) = (START + n * SECOND, ["lead", "manager"][n as usize % 2]);
        let raised = Escalation::new(at, contact, &format!("path-{n}"), &n.to_string()).raised();
        storm::append(&broker, at, &Raised { person: "staff-7".into(), ..raised });
    }
    storm::run(&broker, Config::default(), START + 10 * MINUTE);
    assert!(broker.dead_letters().is_empty(), "{:?}", broker.dead_letters());
    let calls = storm::read(&broker);
    assert_eq!(calls.len(), Config::default().per_hour);
    assert!(calls.iter().all(|call| call.callee == "staff-7"));
    assert_eq!((calls[0].contact.as_str(), calls[1].contact.as_str()), ("lead", "manager"));
    assert_eq!(calls[1].cases[0].contact, "manager");
}
