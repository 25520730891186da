//! Fixtures: mentions, profiles and incidents on a memory broker; times in seconds.
#![allow(clippy::expect_used, reason = "a broken fixture fails the test")]

use std::sync::{Arc, LazyLock};

use mention::{
    Author, Customer, DedupeResult, Facet, Incident, IncidentStatus, Intent, IntentFinding,
    LabelProbability, Mention, Novelty, Prioritized, Profile, Scored, Sentiment, Signal,
    Understanding, codec, topics,
};
use priority::{Bounds, Prioritizer, TenantScoring, Tenants, WatchlistMatcher};
use rules::{Rules, Weights, northline};
use stage::fault_injection::{FaultPlan, RunOutcome, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};
use stage::{EventTime, TimeDelta};

/// The start of a second since the epoch.
pub(crate) fn second(number: i64) -> EventTime {
    EventTime::default() + TimeDelta::from_secs(number)
}

pub(crate) fn stage() -> Prioritizer {
    Prioritizer::new(Bounds::default())
}

/// The rules of most tests: the sample weights and two watchlists.
pub(crate) fn tenants() -> Arc<Tenants> {
    static TENANTS: LazyLock<Arc<Tenants>> = LazyLock::new(|| {
        let mut watchlist = WatchlistMatcher::default();
        watchlist.add(mention::WatchlistKind::Product, "FibreOne", []);
        watchlist.add(mention::WatchlistKind::Executive, "Ada Quill", []);
        Arc::new(Tenants::all(TenantScoring { weights: weights(), watchlist }))
    });
    Arc::clone(&TENANTS)
}

/// The sample rules with one piece of their text replaced.
pub(crate) fn changed_rules(from: &str, to: &str) -> Arc<Tenants> {
    let mut sources = northline();
    for source in sources.iter_mut().filter(|source| source.file == "priority.toml") {
        assert!(source.text.contains(from), "{from}");
        source.text = source.text.replacen(from, to, 1);
    }
    let rules = Rules::load(&sources).expect("the rules are valid");
    Arc::new(Tenants::of(&rules).expect("the rules have default weights"))
}

/// The weights of the sample rules.
pub(crate) fn weights() -> Weights {
    static SAMPLE: LazyLock<Weights> = LazyLock::new(|| {
        let rules = Rules::load(&northline()).expect("the sample rules are valid");
        rules.weights("").expect("the sample has default weights").clone()
    });
    SAMPLE.clone()
}

pub(crate) fn key(by: &str) -> Vec<u8> {
    let mut key = Vec::new();
    mention::author_key("northline", "x", by, &mut key);
    key
}

pub(crate) fn complaint(by: &str, id: &str, at: i64, text: &str) -> Scored {
    Scored {
        mention: Mention {
            tenant: "northline".into(),
            platform: "x".into(),
            id: id.into(),
            text: text.into(),
            author: Author { id: by.into(), followers: Some(100), ..Author::default() },
            received_at: second(at),
            published_at: Some(second(at)),
            ..Mention::default()
        },
        findings: DedupeResult { first_received_at: second(at), ..DedupeResult::default() },
        understanding: Understanding {
            sentiment: Some(Sentiment { negative: 0.8, neutral: 0.1, positive: 0.1 }),
            intents: vec![IntentFinding {
                intent: Intent::Complaint,
                probability: 0.9,
                evidence: None,
            }],
            reason: Some(LabelProbability { name: "technical_failure".into(), probability: 0.9 }),
            ..Understanding::default()
        },
    }
}

pub(crate) fn edited(mut scored: Scored, novelty: Novelty, at: i64) -> Scored {
    scored.findings.novelty = novelty;
    scored.mention.received_at = second(at);
    scored
}

pub(crate) fn append(broker: &MemoryBroker, scored: &Scored) {
    let at = scored.mention.received_at;
    broker.append(topics::SCORED, at, &key(&scored.mention.author.id), Some(bytes(scored)));
}

pub(crate) fn profile(broker: &MemoryBroker, by: &str, at: i64, tier: Option<&str>) {
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
    broker.append(topics::PROFILE, second(at), &key(by), tier.map(|t| bytes(&profile(t))));
}

pub(crate) fn incident(broker: &MemoryBroker, revision: i64, points: i32, status: IncidentStatus) {
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
    broker.append(topics::INCIDENT, second(0), b"northline/fibre", Some(bytes(&incident)));
}

pub(crate) fn bytes<F: codec::AvroRecord>(fact: &F) -> Vec<u8> {
    let mut bytes = Vec::new();
    codec::write(fact, &mut bytes);
    bytes
}

/// Runs the stage to the end of the input and, if given, to this second.
pub(crate) fn run(broker: &MemoryBroker, until: Option<i64>) {
    run_to_end(stage(), tenants(), broker, without_faults(until));
}

pub(crate) fn without_faults(until: Option<i64>) -> FaultPlan {
    let plan = DeliveryPlan { end_time: until.map(second), ..DeliveryPlan::default() };
    FaultPlan { delivery: plan, panicking_call: None }
}

/// Outputs and state. Signals are sorted, because partitions write to the same topic in any order.
pub(crate) fn outcome(broker: &MemoryBroker) -> RunOutcome {
    let mut outcome =
        RunOutcome::read(broker, &[topics::PRIORITIZED, topics::SIGNAL], &["priority"]);
    let first = outcome.records.partition_point(|(topic, ..)| *topic != topics::SIGNAL);
    outcome.records[first..].sort();
    outcome
}

pub(crate) fn prioritized(broker: &MemoryBroker) -> Vec<Prioritized> {
    let records = broker.records(topics::PRIORITIZED).into_iter();
    records.map(|raw| codec::read(&raw.value.unwrap()).unwrap()).collect()
}

pub(crate) fn signals(broker: &MemoryBroker) -> Vec<Signal> {
    let records = broker.records(topics::SIGNAL).into_iter();
    records.map(|raw| codec::read(&raw.value.unwrap()).unwrap()).collect()
}
