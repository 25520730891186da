//! Who helps out when nobody accepts a case, and which step of a path gives it to another team.

use escalation::{Escalation, Settings};
use mention::{CaseEventKind, Clock, Disposition, Intent, Level, Risk, RiskKind};
use rules::{Rules, Source, northline};
use stage::memory::{Broker, Plan};
use stage::prove::{Trouble, drive};

use crate::world::{
    DAY, MINUTE, event, everything, hear, raised, routed, rules, run, says, tell, told,
};

/// Monday, 4 January 2027, 10:00 in London, in minutes: every team is at work.
const MONDAY: i64 = 29_984_760;

/// Minute since then, new owner and explanation of each time a case changed hands.
fn hands(broker: &Broker) -> Vec<(i64, String, String)> {
    let told = told(broker).into_iter();
    let moved = told.filter(|record| record.disposition == Disposition::HandedOff);
    moved.map(|r| (r.decided_at / MINUTE - MONDAY, r.route.owner, r.route.explanation)).collect()
}

/// So many authors whose questions `care` has accepted and works on.
fn busy(broker: &Broker, authors: usize) {
    for n in 0..authors {
        let author = format!("busy{n}");
        let mut question = says(&author, &author, MONDAY);
        question.priority.intent = Intent::Question;
        question.priority.level = Level::P3;
        hear(broker, &question);
        tell(broker, &event(&question, CaseEventKind::Accepted, MONDAY));
    }
}

#[test]
fn a_case_nobody_accepts_goes_to_who_helps_out_and_keeps_its_deadlines() {
    let broker = Broker::new(1);
    hear(&broker, &says("alice", "m1", MONDAY));
    run(&broker, (MONDAY + 30) * MINUTE);
    let opened = &routed(&broker)[0].route;
    assert_eq!(opened.owner, "care-urgent");
    let why = "care-urgent has not accepted the case for 15m: care helps out and must accept it.";
    assert_eq!(hands(&broker), [(15, "care".to_owned(), why.to_owned())]);
    let moved = told(&broker).into_iter().find(|r| r.disposition == Disposition::HandedOff);
    let moved = moved.unwrap().route;
    assert_eq!(moved.due, opened.due, "the author waits as long as before");
    assert_eq!(
        (moved.queue.as_str(), moved.watchers.as_slice()),
        ("care-general", &["care-urgent".to_owned()][..])
    );
    assert_eq!(raised(&broker)[0].due_at, opened.due.acknowledge_at.unwrap());
}

#[test]
fn a_case_that_was_accepted_in_time_stays() {
    let broker = Broker::new(1);
    let opening = says("alice", "m1", MONDAY);
    hear(&broker, &opening);
    tell(&broker, &event(&opening, CaseEventKind::Accepted, MONDAY + 14));
    run(&broker, (MONDAY + 600) * MINUTE);
    assert_eq!(hands(&broker), []);
}

/// A team with room for none is passed over; when nobody has room the last resort takes the case.
#[test]
fn a_team_without_room_takes_nothing_and_the_last_resort_takes_what_nobody_takes() {
    let broker = Broker::new(1);
    // Enough accepted cases to fill `care`: its capacity is 120.
    busy(&broker, 130);
    hear(&broker, &says("alice", "m1", MONDAY + 1));
    run(&broker, (MONDAY + 200) * MINUTE);
    let moves: Vec<_> = hands(&broker).into_iter().map(|(at, owner, _)| (at, owner)).collect();
    assert_eq!(moves, [(31, "triage".to_owned())], "care-urgent, care is full, the last resort");
}

#[test]
fn each_of_several_partitions_has_its_share_of_a_capacity() {
    let takes = |shares: u32| {
        let broker = Broker::new(1);
        busy(&broker, 20);
        hear(&broker, &says("alice", "m1", MONDAY + 1));
        let settings = Settings { shares, ..Settings::default() };
        let plan = Plan { until: Some((MONDAY + 20) * MINUTE), ..Plan::default() };
        drive(Escalation::new(rules()).with(settings), &broker, Trouble { plan, panic: None });
        hands(&broker).len()
    };
    assert_eq!(takes(1), 1, "20 of 120");
    assert_eq!(takes(12), 0, "20 of 10");
}

#[test]
fn a_step_of_the_path_gives_the_case_to_another_team_and_the_next_contact_is_called_after_it() {
    let broker = Broker::new(1);
    let mut fire = says("alice", "m1", MONDAY);
    let risk = Risk { kind: RiskKind::Safety, ..Risk::default() };
    fire.understanding.risks = vec![risk];
    fire.priority.level = Level::P1;
    hear(&broker, &fire);
    let plan = Plan { until: Some(MONDAY * MINUTE + DAY), ..Plan::default() };
    drive(Escalation::new(without_helpers()), &broker, Trouble { plan, panic: None });
    let given = hands(&broker);
    let why = "This step of the path takes the case from safety: care-urgent must accept it.";
    let (at, owner, told) = &given[0];
    assert_eq!((owner.as_str(), told.as_str()), ("care-urgent", why), "{given:?}");
    let calls: Vec<_> = raised(&broker)
        .into_iter()
        .filter(|call| call.clock == Clock::Acknowledge)
        .map(|call| (call.due_at / MINUTE - MONDAY, call.owner, call.contact))
        .collect();
    let contacts: Vec<_> = calls.iter().map(|(_, _, contact)| contact.as_str()).collect();
    assert_eq!(contacts[..4], ["safeguarding-lead", "care-manager", "care-lead", "care-manager"]);
    let owners: Vec<_> = calls.iter().map(|(_, owner, _)| owner.as_str()).collect();
    assert_eq!(owners[..3], ["safety", "safety", "care-urgent"]);
    assert_eq!(calls[1].0, *at, "with the call that gives it");
    assert!(calls[2].0 > *at, "who was given it has time to accept it");
}

/// The rules of Northline, but nobody helps out the safety team.
fn without_helpers() -> Rules {
    let helps = r#"overflow = [{ to = "care-urgent", after = "5m" }]"#;
    let without = |Source { file, text }| Source { file, text: text.replace(helps, "") };
    crate::world::rules_of(&northline().into_iter().map(without).collect::<Vec<_>>())
}

#[test]
fn what_is_asked_less_with_the_time_stands_in_the_decision_at_once() {
    let broker = Broker::new(1);
    let mut loud = says("alice", "m1", MONDAY);
    loud.mention.author.followers = Some(500_000);
    hear(&broker, &loud);
    hear(&broker, &says("bob", "m2", MONDAY));
    let settings = everything();
    let plan = Plan { until: Some(MONDAY * MINUTE), ..Plan::default() };
    drive(Escalation::new(rules()).with(settings), &broker, Trouble { plan, panic: None });
    let routed = routed(&broker);
    let (loud, plain) = (&routed[0].route, &routed[1].route);
    assert_eq!((loud.owner.as_str(), loud.skills.len()), ("press", loud.proficiency.len()));
    assert!(loud.relaxes.is_empty(), "the press office asks for no less later");
    assert_eq!(plain.owner, "care-urgent");
    assert_eq!(plain.skills.len(), plain.proficiency.len());
    let from: Vec<_> = plain.relaxes.iter().map(|r| r.from_at / MINUTE - MONDAY).collect();
    assert!(from.is_sorted(), "{from:?}");
}
