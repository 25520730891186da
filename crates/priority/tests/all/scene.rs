//! A small world to tell stories in: one partition's worth of authors, times in seconds.
#![allow(clippy::expect_used, reason = "a fixture that fails fails its test")]

use std::sync::LazyLock;

use mention::{
    Author, Customer, Facet, Incident, IncidentStatus, Intent, IntentFound, Likely, Mention,
    Novelty, Prioritized, Profile, Scored, Sentiment, Signal, Understanding, codec, topics,
};
use priority::{Bounds, Lists, Priority, Tenant, Tenants};
use rules::{Rules, Weights, northline};
use stage::memory::{Broker, Plan};
use stage::prove::{Outcome, Trouble, drive};

pub(crate) const SECOND: i64 = 1_000_000;

pub(crate) fn stage() -> Priority {
    bounded(Bounds::default())
}

pub(crate) fn bounded(bounds: Bounds) -> Priority {
    let mut lists = Lists::default();
    lists.add(mention::NamedKind::Product, "FibreOne", []);
    lists.add(mention::NamedKind::Executive, "Ada Quill", []);
    Priority::new(Tenants::all(Tenant { weights: weights(), lists }), bounds)
}

/// Those of the sample.
pub(crate) fn weights() -> Weights {
    static SAMPLE: LazyLock<Weights> = LazyLock::new(|| {
        let rules = Rules::load(&northline()).expect("the sample is right");
        rules.weights("").expect("there are weights for everybody").clone()
    });
    SAMPLE.clone()
}

pub(crate) fn key(by: &str) -> Vec<u8> {
    let mut key = Vec::new();
    mention::author_key("northline", "x", by, &mut key);
    key
}

pub(crate) fn says(by: &str, id: &str, at: i64, text: &str) -> Scored {
    Scored {
        mention: Mention {
            tenant: "northline".into(),
            platform: "x".into(),
            id: id.into(),
            text: text.into(),
            author: Author { id: by.into(), followers: Some(100), ..Author::default() },
            received_at: at * SECOND,
            published_at: Some(at * SECOND),
            ..Mention::default()
        },
        understanding: Understanding {
            sentiment: Some(Sentiment { negative: 0.8, neutral: 0.1, positive: 0.1 }),
            intents: vec![IntentFound {
                intent: Intent::Complaint,
                probability: 0.9,
                evidence: None,
            }],
            reason: Some(Likely { name: "technical_failure".into(), probability: 0.9 }),
            ..Understanding::default()
        },
        ..Scored::default()
    }
}

pub(crate) fn edited(mut scored: Scored, novelty: Novelty, at: i64) -> Scored {
    scored.findings.novelty = novelty;
    scored.mention.received_at = at * SECOND;
    scored
}

pub(crate) fn tell(broker: &Broker, scored: &Scored) {
    let at = scored.mention.received_at;
    broker.append(topics::SCORED, at, &key(&scored.mention.author.id), Some(bytes(scored)));
}

pub(crate) fn profile(broker: &Broker, by: &str, at: i64, tier: Option<&str>) {
    let profile = |tier: &str| Profile {
        tenant: "northline".into(),
        platform: "x".into(),
        author_id: by.into(),
        customer: Customer {
            customer_id: "c-1".into(),
            tier: tier.into(),
            matched_by: "handle".into(),
            confidence: 0.9,
            ..Customer::default()
        },
        ..Profile::default()
    };
    broker.append(topics::PROFILE, at * SECOND, &key(by), tier.map(|t| bytes(&profile(t))));
}

pub(crate) fn incident(broker: &Broker, revision: i64, points: i32, status: IncidentStatus) {
    let incident = Incident {
        tenant: "northline".into(),
        incident_id: "fibre".into(),
        revision,
        points,
        status,
        facet: Facet::Reason,
        facet_value: "technical_failure".into(),
        notice: "We are on it.".into(),
        ..Incident::default()
    };
    broker.append(topics::INCIDENT, 0, b"northline/fibre", Some(bytes(&incident)));
}

pub(crate) fn bytes<F: codec::Fact>(fact: &F) -> Vec<u8> {
    let mut bytes = Vec::new();
    codec::write(fact, &mut bytes);
    bytes
}

/// Runs to the end of the input, and to this second when one is given.
pub(crate) fn run(broker: &Broker, until: Option<i64>) {
    drive(stage(), broker, calm(until));
}

pub(crate) fn calm(until: Option<i64>) -> Trouble {
    let plan = Plan { until: until.map(|at| at * SECOND), ..Plan::default() };
    Trouble { plan, panic: None }
}

/// What is left. Signals of several partitions meet in one, in no order that anybody promises.
pub(crate) fn outcome(broker: &Broker) -> Outcome {
    let mut outcome = Outcome::of(broker, &[topics::PRIORITIZED, topics::SIGNAL], &["priority"]);
    let first = outcome.records.partition_point(|(topic, ..)| *topic != topics::SIGNAL);
    outcome.records[first..].sort();
    outcome
}

pub(crate) fn prioritized(broker: &Broker) -> Vec<Prioritized> {
    let records = broker.records(topics::PRIORITIZED).into_iter();
    records.map(|raw| codec::read(&raw.value.unwrap()).unwrap()).collect()
}

pub(crate) fn signals(broker: &Broker) -> Vec<Signal> {
    let records = broker.records(topics::SIGNAL).into_iter();
    records.map(|raw| codec::read(&raw.value.unwrap()).unwrap()).collect()
}
