//! Overflow teams, the last resort, and path steps that hand a case off.

use std::sync::Arc;

use escalation::{Config, Escalation};
use mention::{CaseEventKind, Clock, Disposition, Intent, Level, Risk, RiskKind};
use rules::{Rules, Source, northline};
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};
use stage::{EventTime, TimeDelta};

use crate::fixtures::{
    at_minute, escalations, event, full_config, mention_of, publish_event, publish_mention, routed,
    routed_records, rules, run,
};

/// Monday, 4 January 2027, 10:00 in London, in minutes: every team is at work.
const MONDAY: i64 = 29_984_760;

fn minutes_since_monday(time: EventTime) -> i64 {
    time.interval(TimeDelta::MINUTE) - MONDAY
}

/// Minutes since `MONDAY`, new owner and explanation of each hand-off.
fn hand_offs(broker: &MemoryBroker) -> Vec<(i64, String, String)> {
    let routed_records = routed_records(broker).into_iter();
    let moved = routed_records.filter(|record| record.disposition == Disposition::HandedOff);
    moved
        .map(|r| (minutes_since_monday(r.decided_at), r.route.owner, r.route.explanation))
        .collect()
}

/// Lets `care` accept the questions of this many authors.
fn occupy(broker: &MemoryBroker, authors: usize) {
    for n in 0..authors {
        let author = format!("busy{n}");
        let mut question = mention_of(&author, &author, MONDAY);
        question.priority.intent = Intent::Question;
        question.priority.level = Level::P3;
        publish_mention(broker, &question);
        publish_event(broker, &event(&question, CaseEventKind::Accepted, MONDAY));
    }
}

#[test]
fn an_unacknowledged_case_goes_to_an_overflow_team_and_keeps_its_due_times() {
    let broker = MemoryBroker::new(1);
    publish_mention(&broker, &mention_of("alice", "m1", MONDAY));
    run(&broker, (MONDAY + 30) * TimeDelta::MINUTE);
    let opened = &routed(&broker)[0].route;
    assert_eq!(opened.owner, "care-urgent");
    let why = "care-urgent has not acknowledged the case for 15m: care takes over as overflow team and \
               must acknowledge it.";
    assert_eq!(hand_offs(&broker), [(15, "care".to_owned(), why.to_owned())]);
    let moved =
        routed_records(&broker).into_iter().find(|r| r.disposition == Disposition::HandedOff);
    let moved = moved.unwrap().route;
    assert_eq!(moved.due, opened.due, "the due times are unchanged");
    assert_eq!(
        (moved.queue.as_str(), moved.watchers.as_slice()),
        ("care-general", &["care-urgent".to_owned()][..])
    );
    assert_eq!(escalations(&broker)[0].due_at, opened.due.acknowledge_at.unwrap());
}

#[test]
fn a_case_that_is_acknowledged_in_time_keeps_its_owner() {
    let broker = MemoryBroker::new(1);
    let opening = mention_of("alice", "m1", MONDAY);
    publish_mention(&broker, &opening);
    publish_event(&broker, &event(&opening, CaseEventKind::Accepted, MONDAY + 14));
    run(&broker, (MONDAY + 600) * TimeDelta::MINUTE);
    assert_eq!(hand_offs(&broker), []);
}

#[test]
fn teams_without_room_are_skipped_and_the_last_resort_takes_the_case() {
    let broker = MemoryBroker::new(1);
    // Enough accepted cases to fill `care`: its capacity is 120.
    occupy(&broker, 130);
    publish_mention(&broker, &mention_of("alice", "m1", MONDAY + 1));
    run(&broker, (MONDAY + 200) * TimeDelta::MINUTE);
    let moves: Vec<_> = hand_offs(&broker).into_iter().map(|(at, owner, _)| (at, owner)).collect();
    assert_eq!(
        moves,
        [(31, "triage".to_owned())],
        "care is full, so the last resort takes the case"
    );
}

#[test]
fn each_partition_has_its_share_of_a_capacity() {
    let hand_off_count = |shares: u32| {
        let broker = MemoryBroker::new(1);
        occupy(&broker, 20);
        publish_mention(&broker, &mention_of("alice", "m1", MONDAY + 1));
        let config = Config { partitions: shares, ..Config::default() };
        let plan =
            DeliveryPlan { end_time: Some(at_minute(MONDAY + 20)), ..DeliveryPlan::default() };
        run_to_end(
            Escalation::new(config),
            rules(),
            &broker,
            FaultPlan { delivery: plan, panicking_call: None },
        );
        hand_offs(&broker).len()
    };
    assert_eq!(hand_off_count(1), 1, "20 of 120");
    assert_eq!(hand_off_count(12), 0, "20 of 10");
}

#[test]
fn a_step_of_the_path_hands_the_case_off_and_the_path_continues_after_it() {
    let broker = MemoryBroker::new(1);
    let mut fire = mention_of("alice", "m1", MONDAY);
    let risk = Risk { kind: RiskKind::Safety, ..Risk::default() };
    fire.understanding.risks = vec![risk];
    fire.priority.level = Level::P1;
    publish_mention(&broker, &fire);
    let plan = DeliveryPlan {
        end_time: Some(at_minute(MONDAY) + TimeDelta::DAY),
        ..DeliveryPlan::default()
    };
    run_to_end(
        Escalation::default(),
        without_overflow_team(),
        &broker,
        FaultPlan { delivery: plan, panicking_call: None },
    );
    let reassigned = hand_offs(&broker);
    let why =
        "This step of the path hands the case off from safety: care-urgent must acknowledge it.";
    let (at, owner, routed_records) = &reassigned[0];
    assert_eq!((owner.as_str(), routed_records.as_str()), ("care-urgent", why), "{reassigned:?}");
    let calls: Vec<_> = escalations(&broker)
        .into_iter()
        .filter(|call| call.clock == Clock::Acknowledge)
        .map(|call| (minutes_since_monday(call.due_at), call.owner, call.contact))
        .collect();
    let contacts: Vec<_> = calls.iter().map(|(_, _, contact)| contact.as_str()).collect();
    assert_eq!(contacts[..4], ["safeguarding-lead", "care-manager", "care-lead", "care-manager"]);
    let owners: Vec<_> = calls.iter().map(|(_, owner, _)| owner.as_str()).collect();
    assert_eq!(owners[..3], ["safety", "safety", "care-urgent"]);
    assert_eq!(calls[1].0, *at, "the case moves with the call");
    assert!(calls[2].0 > *at, "the new owner has time to acknowledge it");
}

/// The rules of Northline without an overflow team of the safety team.
fn without_overflow_team() -> Arc<Rules> {
    let helps = r#"overflow = [{ to = "care-urgent", after = "5m" }]"#;
    let without = |Source { file, text }| Source { file, text: text.replace(helps, "") };
    crate::fixtures::rules_of(&northline().into_iter().map(without).collect::<Vec<_>>())
}

#[test]
fn a_decision_lists_its_future_relaxations() {
    let broker = MemoryBroker::new(1);
    let mut loud = mention_of("alice", "m1", MONDAY);
    loud.mention.author.followers = Some(500_000);
    publish_mention(&broker, &loud);
    publish_mention(&broker, &mention_of("bob", "m2", MONDAY));
    let config = full_config();
    let plan = DeliveryPlan { end_time: Some(at_minute(MONDAY)), ..DeliveryPlan::default() };
    run_to_end(
        Escalation::new(config),
        rules(),
        &broker,
        FaultPlan { delivery: plan, panicking_call: None },
    );
    let routed = routed(&broker);
    let (loud, plain) = (&routed[0].route, &routed[1].route);
    assert_eq!((loud.owner.as_str(), loud.skills.len()), ("press", loud.proficiency.len()));
    assert!(loud.relaxes.is_empty(), "the press office relaxes nothing");
    assert_eq!(plain.owner, "care-urgent");
    assert_eq!(plain.skills.len(), plain.proficiency.len());
    let from: Vec<_> = plain.relaxes.iter().map(|r| minutes_since_monday(r.from_at)).collect();
    assert!(from.is_sorted(), "{from:?}");
}
