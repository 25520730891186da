//! What was decided is decided again when what it was weighed by changes: a revision, never a
//! second mention.

use mention::{Channel, IncidentStatus, Level, Novelty, Prioritized, Tone, topics};
use priority::Bounds;
use stage::memory::{Broker, Plan};
use stage::prove::{Trouble, drive, prove};

use crate::scene::{
    SECOND, bounded, calm, edited, incident, outcome, prioritized, profile, run, says, stage, tell,
};

/// Id, revision and reason of each decision, in their order.
fn told(broker: &Broker) -> Vec<(String, i64, bool)> {
    let of = |fact: Prioritized| {
        (fact.mention.id, fact.priority.revision, fact.priority.reviewed.is_some())
    };
    prioritized(broker).into_iter().map(of).collect()
}

fn line(id: &str, revision: i64, reviewed: bool) -> (String, i64, bool) {
    (id.to_owned(), revision, reviewed)
}

#[test]
fn a_profile_that_changes_the_urgency_revises_what_is_open_of_its_author() {
    let broker = Broker::new(1);
    tell(&broker, &says("ann", "1", 10, "my router is broken"));
    tell(&broker, &says("bob", "2", 11, "my router is broken"));
    profile(&broker, "ann", 20, Some("platinum"));
    profile(&broker, "ann", 21, Some("platinum"));
    run(&broker, None);
    assert_eq!(told(&broker), [line("1", 1, false), line("2", 1, false), line("1", 2, true)]);
    let facts = prioritized(&broker);
    let points = facts[2].priority.score - facts[0].priority.score;
    assert_eq!(points, 20, "the points of platinum, and nothing twice");
    assert_eq!(facts[2].mention, facts[0].mention, "the mention itself is whole and unchanged");
    let times = broker.records(topics::PRIORITIZED).into_iter().map(|raw| raw.time / SECOND);
    assert_eq!(times.collect::<Vec<_>>(), [10, 11, 20], "a revision has the time of its cause");
}

#[test]
fn an_incident_that_begins_and_ends_attaches_and_detaches_what_is_open() {
    let broker = Broker::new(1);
    tell(&broker, &says("ann", "1", 10, "my router is broken"));
    run(&broker, None);
    incident(&broker, 1, 20, IncidentStatus::Open);
    run(&broker, Some(30));
    // A revision that weighs the same is no news for whoever works on the mention.
    incident(&broker, 2, 20, IncidentStatus::Open);
    run(&broker, Some(40));
    incident(&broker, 3, 20, IncidentStatus::Closed);
    run(&broker, Some(50));
    assert_eq!(told(&broker), [line("1", 1, false), line("1", 2, true), line("1", 3, true)]);
    let weighed: Vec<_> = prioritized(&broker).into_iter().map(|fact| fact.priority).collect();
    let incidents: Vec<_> = weighed.iter().map(|found| found.incident_id.as_deref()).collect();
    assert_eq!(incidents, [None, Some("fibre"), None]);
    let notices: Vec<_> = weighed.iter().map(|found| found.incident_notice.as_deref()).collect();
    assert_eq!(notices, [None, Some("We are on it."), None]);
}

#[test]
fn an_edit_begins_to_count_anew_and_a_withdrawal_ends_it() {
    let broker = Broker::new(1);
    let said = says("ann", "1", 10, "my router is broken");
    tell(&broker, &said);
    let changed = edited(says("ann", "1", 10, "all good again, sorry"), Novelty::Edit, 12);
    tell(&broker, &changed);
    profile(&broker, "ann", 20, Some("gold"));
    tell(&broker, &edited(said, Novelty::Withdrawal, 25));
    profile(&broker, "ann", 30, None);
    run(&broker, None);
    let expected =
        [line("1", 1, false), line("1", 1, true), line("1", 2, true), line("1", 0, false)];
    assert_eq!(told(&broker), expected);
    let repeats = prioritized(&broker)[1].priority.terms.iter().any(|term| term.name == "repeat");
    assert!(!repeats, "an edit is no repeated contact");
}

#[test]
fn who_comes_again_is_heard_as_such_until_that_is_forgotten() {
    let broker = Broker::new(1);
    for (id, at) in [("1", 10), ("2", 20), ("3", 30), ("4", 5 * 24 * 3_600)] {
        tell(&broker, &says("ann", id, at, "my router is broken"));
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
fn who_complained_in_private_and_comes_back_in_public_is_an_angry_customer() {
    let broker = Broker::new(1);
    let mut private = says("ann", "1", 10, "my router is broken");
    private.mention.channel = Channel::DirectMessage;
    tell(&broker, &private);
    tell(&broker, &says("ann", "2", 20, "nobody helps me, my router is broken"));
    run(&broker, None);
    let facts = prioritized(&broker);
    assert_eq!(facts[0].priority.tone, []);
    assert_eq!(facts[1].priority.tone, [Tone::WiderChannel]);
    let names: Vec<_> = facts[1].priority.terms.iter().map(|term| term.name.as_str()).collect();
    assert!(["repeat", "wider_channel", "vengeance"].iter().all(|name| names.contains(name)));
    // What was decided by stays with the mention when it is decided again.
    profile(&broker, "ann", 30, Some("gold"));
    run(&broker, None);
    let again = prioritized(&broker).into_iter().rfind(|fact| fact.mention.id == "2").unwrap();
    assert_eq!((again.priority.revision, again.priority.tone), (2, vec![Tone::WiderChannel]));
}

#[test]
fn what_nobody_waits_for_is_not_decided_again() {
    let broker = Broker::new(1);
    let mut own = says("ann", "1", 10, "my router is broken");
    own.mention.is_own = true;
    tell(&broker, &own);
    let mut quiet = says("ann", "2", 11, "lighthouse");
    quiet.understanding = mention::Understanding {
        sentiment: Some(mention::Sentiment { negative: 0.0, neutral: 1.0, positive: 0.0 }),
        intents: vec![mention::IntentFound { probability: 1.0, ..Default::default() }],
        ..mention::Understanding::default()
    };
    quiet.mention.author.followers = None;
    tell(&broker, &quiet);
    run(&broker, None);
    assert!(prioritized(&broker).iter().all(|fact| fact.priority.level == Level::P5));
    profile(&broker, "ann", 20, Some("platinum"));
    run(&broker, None);
    assert_eq!(told(&broker).len(), 2);
}

#[test]
fn what_is_too_old_too_many_or_too_long_is_decided_once() {
    let bounds =
        Bounds { open_for: 60 * SECOND, open_most: 2, open_bytes: 600, ..Bounds::default() };
    let cases = [
        ("one of two", vec![("1", 10, 1), ("2", 11, 1)], 20, vec!["1", "2"]),
        (
            "the oldest of three goes",
            vec![("1", 10, 1), ("2", 70, 1), ("3", 71, 1)],
            80,
            vec!["2", "3"],
        ),
        ("too long a text", vec![("1", 10, 500), ("2", 11, 1)], 20, vec!["2"]),
        ("after two minutes", vec![("1", 10, 1)], 200, vec![]),
    ];
    for (what, mentions, changed_at, expected) in cases {
        let broker = Broker::new(1);
        for (id, at, times) in mentions {
            tell(&broker, &says("ann", id, at, &"broken ".repeat(times)));
        }
        profile(&broker, "ann", changed_at, Some("gold"));
        drive(bounded(bounds), &broker, calm(None));
        let revised = told(&broker).into_iter().filter(|(_, revision, _)| *revision > 1);
        let mut revised: Vec<_> = revised.map(|(id, ..)| id).collect();
        revised.sort();
        assert_eq!(revised, expected, "{what}");
    }
}

#[test]
fn whatever_goes_wrong_every_revision_comes_out_once() {
    let plans = prove(None, &|trouble| {
        let broker = Broker::new(2);
        for n in 0..8_i64 {
            let by = format!("author-{}", n % 3);
            tell(&broker, &says(&by, &n.to_string(), n, "my router is broken"));
            profile(&broker, &by, n + 20, Some(["gold", "silver"][n as usize % 2]));
        }
        drive(stage(), &broker, Trouble::default());
        incident(&broker, 1, 20, IncidentStatus::Open);
        for n in 8..14_i64 {
            let by = format!("author-{}", n % 3);
            tell(&broker, &says(&by, &n.to_string(), n + 100, "my router is broken"));
        }
        // What was left to do stands in the log: everything else goes wrong from here on.
        drive(stage(), &broker, trouble);
        let until = Plan { until: Some(SECOND * 1_000_000), ..Plan::default() };
        drive(stage(), &broker, Trouble { plan: until, panic: None });
        outcome(&broker)
    });
    assert!(plans > 300, "{plans}");
}
