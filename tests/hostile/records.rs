//! A good record of each topic that a stage reads, all of one author.

use mention::{
    Call, CalledCase, CaseEvent, CaseEventKind, Customer, LabelCorrection, Level, Media, Mention,
    Parent, Prioritized, Profile, Raised, Reaction, Routed, Scored, Signal, StoppedClock, Unique,
};
use stage::{EventTime, TimeDelta};

use super::START;

pub(super) fn mention(id: &str, at: EventTime) -> Mention {
    let some = |text: &str| Some(text.to_owned());
    let mut mention = Mention {
        tenant: "northline".to_owned(),
        platform: "x".to_owned(),
        id: id.to_owned(),
        version: 1,
        text: "No internet since nine, this is the worst service ever. Fix it now!".to_owned(),
        claimed_language: some("en"),
        url: some("https://x.example/1"),
        account: some("northlinecare"),
        rating: Some(0.2),
        root_id: some("7"),
        published_at: Some(at),
        received_at: at,
        traceparent: some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ..Mention::default()
    };
    mention.author.id = "ann".to_owned();
    mention.author.handle = some("ann");
    mention.author.name = some("Ann");
    mention.author.followers = Some(100);
    mention.author.created_at = Some(START - TimeDelta::DAY);
    mention.in_reply_to =
        Some(Parent { id: "7".to_owned(), author_id: some("bob"), text: some("Hello") });
    mention.media = vec![Media { kind: "image".into(), url: some("u"), alt: some("a") }];
    mention
}

pub(super) fn unique(id: &str, at: EventTime) -> Unique {
    let mut unique = Unique { mention: mention(id, at), ..Unique::default() };
    (unique.findings.first_received_at, unique.findings.revision) = (at, 1);
    unique.findings.cluster = Some("00ff".to_owned());
    unique
}

pub(super) fn scored(id: &str, at: EventTime) -> Scored {
    let Unique { mention, findings } = unique(id, at);
    Scored { mention, findings, ..Scored::default() }
}

pub(super) fn prioritized(id: &str, at: EventTime) -> Prioritized {
    let Unique { mention, findings } = unique(id, at);
    let mut fact = Prioritized { mention, findings, ..Prioritized::default() };
    (fact.priority.level, fact.priority.place) = (Level::P2, Some(at));
    fact
}

pub(super) fn routed(id: &str, at: EventTime) -> Routed {
    let Prioritized { mention, findings, understanding, priority } = prioritized(id, at);
    let (mention_id, case_id) = (mention.mention_id(), "northline/x/ann/1".to_owned());
    let stopped = Some(StoppedClock::default());
    Routed {
        mention_id,
        case_id,
        mention,
        findings,
        understanding,
        priority,
        decided_at: at,
        stopped,
        ..Routed::default()
    }
}

pub(super) fn case_event(at: EventTime) -> CaseEvent {
    let some = |text: &str| Some(text.to_owned());
    CaseEvent {
        tenant: "northline".to_owned(),
        platform: "x".to_owned(),
        author_id: "ann".to_owned(),
        case_id: "northline/x/ann/1".to_owned(),
        kind: CaseEventKind::Accepted,
        by: "ada".to_owned(),
        note: some("seen"),
        occurred_at: at,
        event_id: "e1".to_owned(),
        mention_id: some("northline/x/1"),
        team: some("care"),
        reason: some("wrong team"),
        is_public: Some(true),
        label: Some(LabelCorrection {
            task: "intent".to_owned(),
            was: "praise".to_owned(),
            is: "complaint".to_owned(),
        }),
        capacity: Some(3),
        ..CaseEvent::default()
    }
}

pub(super) fn raised(at: EventTime) -> Raised {
    let [tenant, platform, author_id] = ["northline", "x", "ann"].map(str::to_owned);
    Raised {
        tenant,
        platform,
        author_id,
        case_id: "00000000000000c1".to_owned(),
        mention_id: "northline/x/1".to_owned(),
        due_at: at,
        step: 1,
        owner: "care".to_owned(),
        contact: "duty".to_owned(),
        next_at: Some(at + TimeDelta::HOUR),
        explanation: "care has not responded to the author in time".to_owned(),
        path: "care-duty".to_owned(),
        ..Raised::default()
    }
}

pub(super) fn call(at: EventTime) -> Call {
    let Raised { tenant, contact, path, case_id, .. } = raised(at);
    Call {
        tenant,
        contact,
        paths: vec![path],
        called_at: at,
        count: 1,
        cases: vec![CalledCase { case_id, ..CalledCase::default() }],
        held_at: Some(at),
        calls_left: 3,
        ..Call::default()
    }
}

pub(super) fn profile(at: EventTime) -> Profile {
    let customer = Customer {
        customer_id: "c1".to_owned(),
        tier: "gold".to_owned(),
        matched_by: "login".to_owned(),
        confidence: 0.9,
        value: 900,
        open_cases: 1,
    };
    let [tenant, platform, author_id] = ["northline", "x", "ann"].map(str::to_owned);
    Profile { tenant, platform, author_id, customer, updated_at: at }
}

pub(super) fn reaction(at: EventTime) -> Reaction {
    let [tenant, platform, author_id] = ["northline", "x", "ann"].map(str::to_owned);
    let [original_id, id, by] = ["1", "9", "bob"].map(str::to_owned);
    let followers = 10;
    Reaction {
        tenant,
        platform,
        author_id,
        original_id,
        id,
        by,
        followers,
        received_at: at,
        ..Reaction::default()
    }
}

pub(super) fn signal(at: EventTime) -> Signal {
    Signal {
        tenant: "northline".to_owned(),
        value: "outage".to_owned(),
        second_at: at,
        mentions: 3,
        negative: 2,
        reach: 100,
        young: 1,
        authors: vec![1, 2],
        terms: vec!["internet".to_owned()],
        posts: vec!["northline/x/1".to_owned()],
        reposts: 1,
        ..Signal::default()
    }
}
