//! What becomes of mentions, in sentences.

use mention::{
    Abstention, Author, Channel, Customer, Findings, Incident, Intent, IntentFound, Level, Mention,
    Novelty, Priority as Urgency, Scored, Sentiment, Understanding,
};
use priority::{Beside, Bounds, Incidents, Known, Priority, Tenants};

const HOUR: i64 = 3_600_000_000;

fn says(text: &str, negative: f32) -> Scored {
    let positive = (1.0 - negative) / 2.0;
    Scored {
        mention: Mention {
            tenant: "northline".into(),
            text: text.into(),
            received_at: HOUR,
            ..Mention::default()
        },
        understanding: Understanding {
            sentiment: Some(Sentiment { negative, neutral: positive, positive }),
            intents: vec![found(Intent::Other, 1.0)],
            ..Understanding::default()
        },
        ..Scored::default()
    }
}

fn found(intent: Intent, probability: f32) -> IntentFound {
    IntentFound { intent, probability, evidence: None }
}

fn wants(intent: Intent, mut scored: Scored) -> Scored {
    scored.understanding.intents = vec![found(intent, 1.0)];
    scored
}

fn stage() -> Priority {
    Priority::new(Tenants::all(crate::scene::weights().into()), Bounds::default())
}

fn urgency(scored: &Scored) -> Urgency {
    with(scored, None, &Incidents::default())
}

fn with(scored: &Scored, customer: Option<&Known>, incidents: &Incidents) -> Urgency {
    let beside = Beside { customer, ..Beside::default() };
    let urgency = stage().urgency(scored, scored.mention.received_at, &beside, incidents);
    assert_eq!(priority::sum(&urgency.terms), urgency.score, "the terms add up");
    urgency
}

fn points(urgency: &Urgency, name: &str) -> Option<i32> {
    urgency.terms.iter().find(|term| term.name == name).map(|term| term.points)
}

fn from(mut scored: Scored, followers: i64) -> Scored {
    scored.mention.author = Author { followers: Some(followers), ..Author::default() };
    scored
}

#[test]
fn each_kind_of_mention_gets_its_level() {
    use Intent::{Complaint, Other, Praise, Question, Spam};
    let angry = || wants(Complaint, says("no internet for three hours", 0.95));
    let cases = [
        ("an angry complaint of nobody", angry(), Level::P2, Complaint),
        ("of a million followers", from(angry(), 1_000_000), Level::P1, Complaint),
        ("a plain question", wants(Question, says("fibre?", 0.1)), Level::P3, Question),
        ("plain praise", wants(Praise, says("thank you, all good", 0.0)), Level::P5, Praise),
        ("plain talk", says("northline has a lighthouse", 0.1), Level::P5, Other),
        ("spam that sounds angry", wants(Spam, says("sick? no!", 0.9)), Level::P5, Spam),
    ];
    for (what, scored, level, intent) in cases {
        let urgency = urgency(&scored);
        assert_eq!((urgency.level, urgency.intent), (level, intent), "{what}: {urgency:?}");
    }
}

#[test]
fn an_abstained_sentiment_is_neutral_and_never_below_p3() {
    for intent in [Intent::Other, Intent::Praise, Intent::Spam] {
        let mut scored = wants(intent, says("", 0.0));
        scored.understanding.sentiment = None;
        scored.understanding.abstained = Some("too short".into());
        let urgency = urgency(&scored);
        assert_eq!(urgency.level, Level::P3, "{intent:?}");
        assert_eq!(points(&urgency, "sentiment"), Some(0), "{intent:?}");
        assert_eq!(urgency.terms.last().map(|term| term.because.as_str()), Some("too short"));
    }
    let mut angry = from(wants(Intent::Complaint, says("fix this", 0.0)), 1 << 30);
    angry.understanding.sentiment = None;
    assert_eq!(urgency(&angry).level, Level::P1, "it may be more urgent than that");
}

#[test]
fn what_has_to_be_judged_by_a_person_is_never_below_p3() {
    let left = |task: &str| {
        let mut scored = says("northline has a lighthouse", 0.1);
        let (task, reason) = (task.to_owned(), "undecided".to_owned());
        scored.understanding.abstentions = vec![Abstention { task, reason }];
        urgency(&scored)
    };
    for (task, level, floor) in [
        ("needs_answer", Level::P3, Some("not judged: needs_answer")),
        ("risk:safety", Level::P3, Some("not judged: risk:safety")),
        ("emotion", Level::P5, None),
    ] {
        let urgency = left(task);
        assert_eq!((urgency.level, urgency.floor.as_deref()), (level, floor), "{task}");
    }
    let mut old = says("northline has a lighthouse", 0.1);
    old.understanding.intents.clear();
    assert_eq!(urgency(&old).level, Level::P3, "a version before did not look for intents");
}

#[test]
fn who_waits_for_an_answer_is_never_where_nobody_looks() {
    for (needs_answer, level) in [(0.49, Level::P5), (0.5, Level::P4), (1.0, Level::P4)] {
        let mut scored = says("northline has a lighthouse", 0.1);
        scored.understanding.needs_answer = Some(needs_answer);
        assert_eq!(urgency(&scored).level, level, "{needs_answer}");
    }
}

#[test]
fn what_nobody_waits_for_has_no_terms() {
    let mut own = says("sorry to hear that your internet is down", 0.9);
    own.mention.is_own = true;
    let mut withdrawn = says("", 0.9);
    withdrawn.understanding.sentiment = None;
    withdrawn.findings = Findings { novelty: Novelty::Withdrawal, ..Findings::default() };
    for scored in [own, withdrawn] {
        let expected = Urgency { level: Level::P5, ..Urgency::default() };
        assert_eq!(urgency(&scored), expected);
    }
}

#[test]
fn a_doubtful_match_never_raises() {
    let scored = says("my router is broken", 0.5);
    let cases = [
        ("gold", 0.95, Some(15)),
        ("gold", 0.8, Some(15)),
        ("gold", 0.79, Some(0)),
        ("gold", f32::NAN, Some(0)),
        ("unheard of", 1.0, None),
    ];
    for (tier, confidence, expected) in cases {
        let customer = Known::from(Customer {
            customer_id: "7".into(),
            tier: tier.into(),
            matched_by: "handle".into(),
            confidence,
            ..Customer::default()
        });
        let urgency = with(&scored, Some(&customer), &Incidents::default());
        assert_eq!(points(&urgency, "customer"), expected, "{tier} {confidence}");
        let named = urgency.customer.map(|customer| customer.customer_id);
        assert_eq!(named.as_deref(), Some("7"), "the record names the customer all the same");
    }
}

#[test]
fn an_incident_is_named_with_its_revision_and_adds_its_points() {
    let mut incidents = Incidents::default();
    let incident = |points| Incident {
        tenant: "northline".into(),
        incident_id: "fibre-leeds".into(),
        revision: 4,
        words: vec!["leeds".into()],
        points,
        ..Incident::default()
    };
    for (told, expected) in [(20, Some(20)), (4_000, Some(40)), (-20, None)] {
        incidents.put(b"k", Some(incident(told)));
        let urgency = with(&says("nothing works in LEEDS", 0.4), None, &incidents);
        assert_eq!(urgency.incident_id.as_deref(), Some("fibre-leeds"));
        assert_eq!(urgency.incident_revision, 4);
        assert_eq!(points(&urgency, "incident"), expected, "{told}");
    }
}

#[test]
fn place_rating_reach_and_waiting_each_have_a_term() {
    let mut scored = from(says("hm", 0.0), 1_023);
    scored.mention.channel = Channel::DirectMessage;
    scored.mention.rating = Some(0.0);
    scored.mention.promoted = true;
    scored.mention.engagement.views = 6_300;
    scored.mention.published_at = Some(15 * 60_000_000);
    let urgency = urgency(&scored);
    let expected = [
        ("followers", 10),
        ("engagement", 6),
        ("channel", 5),
        ("rating", 20),
        ("promoted", 5),
        ("age", 3),
    ];
    for (name, expected) in expected {
        assert_eq!(points(&urgency, name), Some(expected), "{name}");
    }
}
