//! Levels and terms of single mentions.

use mention::{
    Abstention, Author, Channel, Customer, DedupeResult, Incident, Intent, IntentFinding, Level,
    Mention, Novelty, Priority, Scored, Sentiment, Understanding,
};
use priority::{CustomerEntry, Incidents, ScoringContext, Tenants};

use crate::scene::{second, stage, weights};

fn mention(text: &str, negative: f32) -> Scored {
    let positive = (1.0 - negative) / 2.0;
    Scored {
        mention: Mention {
            tenant: "northline".into(),
            text: text.into(),
            received_at: second(3_600),
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

fn found(intent: Intent, probability: f32) -> IntentFinding {
    IntentFinding { intent, probability, evidence: None }
}

fn wants(intent: Intent, mut scored: Scored) -> Scored {
    scored.understanding.intents = vec![found(intent, 1.0)];
    scored
}

fn score(scored: &Scored) -> Priority {
    with(scored, None, &Incidents::default())
}

fn with(scored: &Scored, customer: Option<&CustomerEntry>, incidents: &Incidents) -> Priority {
    let context = ScoringContext { customer, ..ScoringContext::default() };
    let (tenants, now) = (Tenants::all(weights().into()), scored.mention.received_at);
    let priority = stage().score(scored, &tenants, now, &context, incidents);
    assert_eq!(
        priority::total_points(&priority.terms),
        priority.score,
        "the terms do not add up to the score"
    );
    priority
}

fn points(priority: &Priority, name: &str) -> Option<i32> {
    priority.terms.iter().find(|term| term.name == name).map(|term| term.points)
}

fn from(mut scored: Scored, followers: i64) -> Scored {
    scored.mention.author = Author { followers: Some(followers), ..Author::default() };
    scored
}

#[test]
fn typical_mentions_have_their_levels() {
    use Intent::{Complaint, Other, Praise, Question, Spam};
    let angry = || wants(Complaint, mention("no internet for three hours", 0.95));
    let cases = [
        ("an angry complaint without followers", angry(), Level::P2, Complaint),
        (
            "an angry complaint with a million followers",
            from(angry(), 1_000_000),
            Level::P1,
            Complaint,
        ),
        ("a plain question", wants(Question, mention("fibre?", 0.1)), Level::P3, Question),
        ("plain praise", wants(Praise, mention("thank you, all good", 0.0)), Level::P5, Praise),
        (
            "a statement without an intent",
            mention("northline has a lighthouse", 0.1),
            Level::P5,
            Other,
        ),
        ("spam that sounds angry", wants(Spam, mention("sick? no!", 0.9)), Level::P5, Spam),
    ];
    for (case, scored, level, intent) in cases {
        let priority = score(&scored);
        assert_eq!((priority.level, priority.intent), (level, intent), "{case}: {priority:?}");
    }
}

#[test]
fn a_mention_without_sentiment_is_scored_as_neutral_and_never_below_p3() {
    for intent in [Intent::Other, Intent::Praise, Intent::Spam] {
        let mut scored = wants(intent, mention("", 0.0));
        scored.understanding.sentiment = None;
        scored.understanding.abstained = Some("too short".into());
        let priority = score(&scored);
        assert_eq!(priority.level, Level::P3, "{intent:?}");
        assert_eq!(points(&priority, "sentiment"), Some(0), "{intent:?}");
        assert_eq!(priority.terms.last().map(|term| term.because.as_str()), Some("too short"));
    }
    let mut angry = from(wants(Intent::Complaint, mention("fix this", 0.0)), 1 << 30);
    angry.understanding.sentiment = None;
    assert_eq!(score(&angry).level, Level::P1, "the floor does not cap the level");
}

#[test]
fn a_mention_that_a_person_must_judge_is_never_below_p3() {
    let left = |task: &str| {
        let mut scored = mention("northline has a lighthouse", 0.1);
        let (task, reason) = (task.to_owned(), "undecided".to_owned());
        scored.understanding.abstentions = vec![Abstention { task, reason }];
        score(&scored)
    };
    for (task, level, floor) in [
        ("needs_answer", Level::P3, Some("not judged: needs_answer")),
        ("risk:safety", Level::P3, Some("not judged: risk:safety")),
        ("emotion", Level::P5, None),
    ] {
        let priority = left(task);
        assert_eq!((priority.level, priority.floor.as_deref()), (level, floor), "{task}");
    }
    let mut old = mention("northline has a lighthouse", 0.1);
    old.understanding.intents.clear();
    assert_eq!(score(&old).level, Level::P3, "the record has no intents");
}

#[test]
fn a_mention_whose_author_expects_a_reply_is_never_p5() {
    for (needs_answer, level) in [(0.49, Level::P5), (0.5, Level::P4), (1.0, Level::P4)] {
        let mut scored = mention("northline has a lighthouse", 0.1);
        scored.understanding.needs_answer = Some(needs_answer);
        assert_eq!(score(&scored).level, level, "{needs_answer}");
    }
}

#[test]
fn own_and_withdrawn_mentions_have_no_terms() {
    let mut own = mention("sorry to hear that your internet is down", 0.9);
    own.mention.is_own = true;
    let mut withdrawn = mention("", 0.9);
    withdrawn.understanding.sentiment = None;
    withdrawn.findings = DedupeResult { novelty: Novelty::Withdrawal, ..DedupeResult::default() };
    for scored in [own, withdrawn] {
        let expected = Priority { level: Level::P5, ..Priority::default() };
        assert_eq!(score(&scored), expected);
    }
}

#[test]
fn a_doubtful_customer_match_adds_no_points() {
    let scored = mention("my router is broken", 0.5);
    let cases = [
        ("gold", 0.95, Some(15)),
        ("gold", 0.8, Some(15)),
        ("gold", 0.79, Some(0)),
        ("gold", f32::NAN, Some(0)),
        ("unknown", 1.0, None),
    ];
    for (tier, confidence, expected) in cases {
        let customer = CustomerEntry::from(Customer {
            customer_id: "7".into(),
            tier: tier.into(),
            matched_by: "handle".into(),
            confidence,
            ..Customer::default()
        });
        let priority = with(&scored, Some(&customer), &Incidents::default());
        assert_eq!(points(&priority, "customer"), expected, "{tier} {confidence}");
        let named = priority.customer.map(|customer| customer.customer_id);
        assert_eq!(named.as_deref(), Some("7"), "the record names the customer anyway");
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
    for (published, expected) in [(20, Some(20)), (4_000, Some(40)), (-20, None)] {
        incidents.set(b"k", Some(incident(published)));
        let priority = with(&mention("nothing works in LEEDS", 0.4), None, &incidents);
        assert_eq!(priority.incident_id.as_deref(), Some("fibre-leeds"));
        assert_eq!(priority.incident_revision, 4);
        assert_eq!(points(&priority, "incident"), expected, "{published}");
    }
}

#[test]
fn channel_rating_reach_and_age_each_have_a_term() {
    let mut scored = from(mention("hm", 0.0), 1_023);
    scored.mention.channel = Channel::DirectMessage;
    scored.mention.rating = Some(0.0);
    scored.mention.promoted = true;
    scored.mention.engagement.views = 6_300;
    scored.mention.published_at = Some(second(15 * 60));
    let priority = score(&scored);
    let expected = [
        ("followers", 10),
        ("engagement", 6),
        ("channel", 5),
        ("rating", 20),
        ("promoted", 5),
        ("age", 3),
    ];
    for (name, expected) in expected {
        assert_eq!(points(&priority, name), Some(expected), "{name}");
    }
}
