//! Re-scoring: a changed input of a decision gives a revision, never a second mention.

use mention::{Channel, IncidentStatus, Level, Novelty, Prioritized, Tone, topics};
use priority::{Bounds, Prioritizer};
use stage::TimeDelta;
use stage::fault_injection::{FaultPlan, assert_fault_tolerant, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};

use crate::scene::{
    append, complaint, edited, incident, outcome, prioritized, profile, run, second, stage,
    tenants, without_faults,
};

/// Id and revision of each decision in order, and whether it states a cause.
fn decisions(broker: &MemoryBroker) -> Vec<(String, i64, bool)> {
    let of = |fact: Prioritized| {
        (fact.mention.id, fact.priority.revision, fact.priority.reviewed.is_some())
    };
    prioritized(broker).into_iter().map(of).collect()
}

fn line(id: &str, revision: i64, reviewed: bool) -> (String, i64, bool) {
    (id.to_owned(), revision, reviewed)
}

#[test]
fn a_profile_that_changes_the_score_revises_the_open_mentions_of_its_author() {
    let broker = MemoryBroker::new(1);
    append(&broker, &complaint("ann", "1", 10, "my router is broken"));
    append(&broker, &complaint("bob", "2", 11, "my router is broken"));
    profile(&broker, "ann", 20, Some("platinum"));
    profile(&broker, "ann", 21, Some("platinum"));
    run(&broker, None);
    assert_eq!(decisions(&broker), [line("1", 1, false), line("2", 1, false), line("1", 2, true)]);
    let facts = prioritized(&broker);
    let points = facts[2].priority.score - facts[0].priority.score;
    assert_eq!(points, 20, "the points of the tier, once");
    assert_eq!(facts[2].mention, facts[0].mention, "the mention itself is unchanged");
    let times = broker
        .records(topics::PRIORITIZED)
        .into_iter()
        .map(|raw| raw.time.interval(TimeDelta::SECOND));
    assert_eq!(times.collect::<Vec<_>>(), [10, 11, 20], "a revision has the time of its cause");
}

#[test]
fn an_incident_is_attached_to_open_mentions_and_detached_when_it_ends() {
    let broker = MemoryBroker::new(1);
    append(&broker, &complaint("ann", "1", 10, "my router is broken"));
    run(&broker, None);
    incident(&broker, 1, 20, IncidentStatus::Open);
    run(&broker, Some(30));
    // Another revision of the incident with the same points does not change the decision.
    incident(&broker, 2, 20, IncidentStatus::Open);
    run(&broker, Some(40));
    incident(&broker, 3, 20, IncidentStatus::Closed);
    run(&broker, Some(50));
    assert_eq!(decisions(&broker), [line("1", 1, false), line("1", 2, true), line("1", 3, true)]);
    let priorities: Vec<_> = prioritized(&broker).into_iter().map(|fact| fact.priority).collect();
    let incidents: Vec<_> =
        priorities.iter().map(|priority| priority.incident_id.as_deref()).collect();
    assert_eq!(incidents, [None, Some("fibre"), None]);
    let notices: Vec<_> =
        priorities.iter().map(|priority| priority.incident_notice.as_deref()).collect();
    assert_eq!(notices, [None, Some("We are on it."), None]);
}

#[test]
fn an_edit_restarts_the_revisions_and_a_withdrawal_closes_the_mention() {
    let broker = MemoryBroker::new(1);
    let scored = complaint("ann", "1", 10, "my router is broken");
    append(&broker, &scored);
    let changed = edited(complaint("ann", "1", 10, "all good again, sorry"), Novelty::Edit, 12);
    append(&broker, &changed);
    profile(&broker, "ann", 20, Some("gold"));
    append(&broker, &edited(scored, Novelty::Withdrawal, 25));
    profile(&broker, "ann", 30, None);
    run(&broker, None);
    let expected =
        [line("1", 1, false), line("1", 1, true), line("1", 2, true), line("1", 0, false)];
    assert_eq!(decisions(&broker), expected);
    let repeats = prioritized(&broker)[1].priority.terms.iter().any(|term| term.name == "repeat");
    assert!(!repeats, "an edit does not count as another contact");
}

#[test]
fn earlier_mentions_of_the_author_count_until_the_history_expires() {
    let broker = MemoryBroker::new(1);
    for (id, at) in [("1", 10), ("2", 20), ("3", 30), ("4", 5 * 24 * 3_600)] {
        append(&broker, &complaint("ann", id, at, "my router is broken"));
    }
    run(&broker, None);
    let repeat = |fact: Prioritized| {
        let terms = fact.priority.terms;
        terms.into_iter().find(|term| term.name == "repeat").map(|term| term.points)
    };
    let points: Vec<_> = prioritized(&broker).into_iter().map(repeat).collect();
    assert_eq!(points, [None, Some(3), Some(6), None]);
}

#[test]
fn a_public_mention_after_a_private_complaint_adds_points() {
    let broker = MemoryBroker::new(1);
    let mut private = complaint("ann", "1", 10, "my router is broken");
    private.mention.channel = Channel::DirectMessage;
    append(&broker, &private);
    append(&broker, &complaint("ann", "2", 20, "nobody helps me, my router is broken"));
    run(&broker, None);
    let facts = prioritized(&broker);
    assert_eq!(facts[0].priority.tone, []);
    assert_eq!(facts[1].priority.tone, [Tone::WiderChannel]);
    let names: Vec<_> = facts[1].priority.terms.iter().map(|term| term.name.as_str()).collect();
    assert!(["repeat", "wider_channel", "vengeance"].iter().all(|name| names.contains(name)));
    // A re-score keeps the tones of the arrival, although the history has moved on.
    profile(&broker, "ann", 30, Some("gold"));
    run(&broker, None);
    let again = prioritized(&broker).into_iter().rfind(|fact| fact.mention.id == "2").unwrap();
    assert_eq!((again.priority.revision, again.priority.tone), (2, vec![Tone::WiderChannel]));
}

#[test]
fn own_and_p5_mentions_are_not_rescored() {
    let broker = MemoryBroker::new(1);
    let mut own = complaint("ann", "1", 10, "my router is broken");
    own.mention.is_own = true;
    append(&broker, &own);
    let mut quiet = complaint("ann", "2", 11, "lighthouse");
    quiet.understanding = mention::Understanding {
        sentiment: Some(mention::Sentiment { negative: 0.0, neutral: 1.0, positive: 0.0 }),
        intents: vec![mention::IntentFinding { probability: 1.0, ..Default::default() }],
        ..mention::Understanding::default()
    };
    quiet.mention.author.followers = None;
    append(&broker, &quiet);
    run(&broker, None);
    assert!(prioritized(&broker).iter().all(|fact| fact.priority.level == Level::P5));
    profile(&broker, "ann", 20, Some("platinum"));
    run(&broker, None);
    assert_eq!(decisions(&broker).len(), 2);
}

#[test]
fn mentions_beyond_the_bounds_are_not_rescored() {
    let bounds =
        Bounds { open_for: TimeDelta::MINUTE, open_most: 2, open_bytes: 600, ..Bounds::default() };
    let cases = [
        ("two mentions", vec![("1", 10, 1), ("2", 11, 1)], 20, vec!["1", "2"]),
        (
            "the oldest of three is closed",
            vec![("1", 10, 1), ("2", 70, 1), ("3", 71, 1)],
            80,
            vec!["2", "3"],
        ),
        ("a text too long", vec![("1", 10, 500), ("2", 11, 1)], 20, vec!["2"]),
        ("after two minutes", vec![("1", 10, 1)], 200, vec![]),
    ];
    for (case, mentions, changed_at, expected) in cases {
        let broker = MemoryBroker::new(1);
        for (id, at, times) in mentions {
            append(&broker, &complaint("ann", id, at, &"broken ".repeat(times)));
        }
        profile(&broker, "ann", changed_at, Some("gold"));
        run_to_end(Prioritizer::new(bounds), tenants(), &broker, without_faults(None));
        let revised = decisions(&broker).into_iter().filter(|(_, revision, _)| *revision > 1);
        let mut revised: Vec<_> = revised.map(|(id, ..)| id).collect();
        revised.sort();
        assert_eq!(revised, expected, "{case}");
    }
}

#[test]
fn every_revision_is_emitted_once_under_every_fault_plan() {
    let plans = assert_fault_tolerant(None, &|plan| {
        let broker = MemoryBroker::new(2);
        for n in 0..8_i64 {
            let by = format!("author-{}", n % 3);
            append(&broker, &complaint(&by, &n.to_string(), n, "my router is broken"));
            profile(&broker, &by, n + 20, Some(["gold", "silver"][n as usize % 2]));
        }
        run_to_end(stage(), tenants(), &broker, FaultPlan::default());
        incident(&broker, 1, 20, IncidentStatus::Open);
        for n in 8..14_i64 {
            let by = format!("author-{}", n % 3);
            append(&broker, &complaint(&by, &n.to_string(), n + 100, "my router is broken"));
        }
        // The first run leaves a changelog, so that the faults also hit a restored stage.
        run_to_end(stage(), tenants(), &broker, plan);
        let until = DeliveryPlan { end_time: Some(second(1_000_000)), ..DeliveryPlan::default() };
        run_to_end(
            stage(),
            tenants(),
            &broker,
            FaultPlan { delivery: until, panicking_call: None },
        );
        outcome(&broker)
    });
    assert!(plans > 300, "{plans}");
}

#[test]
fn a_clock_that_jumped_ahead_comes_back_while_no_record_arrives() {
    let clock = |broker: &MemoryBroker| {
        let entries = broker.changelog("priority").into_iter();
        let clock = entries.filter(|(_, key, _)| key == &[0x15]).map(|(_, _, value)| value).next();
        u32::from_be_bytes(clock.unwrap()[1..].try_into().unwrap())
    };
    let broker = MemoryBroker::new(1);
    append(&broker, &complaint("ann", "1", 600, "my router is broken"));
    append(&broker, &complaint("bob", "2", 90_000_000, "my router is broken"));
    run(&broker, None);
    assert_eq!(clock(&broker), 1_500_000, "minutes");
    run(&broker, Some(660));
    assert_eq!(clock(&broker), 11);
}
