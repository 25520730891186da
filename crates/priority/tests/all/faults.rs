//! Fault injection: faults do not change the outputs.

use mention::{
    Author, Customer, DedupeResult, Incident, Mention, Novelty, Prioritized, Profile, Scored,
    Sentiment, Understanding, codec, topics,
};
use stage::fault_injection::{FaultPlan, assert_fault_tolerant, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};
use stage::{EventTime, TimeDelta};

use crate::scene::{outcome, second, stage, tenants};

/// A week later, when every entry that can expire has expired.
fn week_later() -> EventTime {
    second(7 * 24 * 3_600)
}

fn author(n: usize) -> String {
    format!("author-{n}")
}

fn key(n: usize) -> Vec<u8> {
    let mut key = Vec::new();
    mention::author_key("northline", "x", &author(n), &mut key);
    key
}

fn bytes<F: codec::AvroRecord>(fact: &F) -> Vec<u8> {
    let mut bytes = Vec::new();
    codec::write(fact, &mut bytes);
    bytes
}

fn scored(n: usize, by: usize) -> Scored {
    Scored {
        mention: Mention {
            tenant: "northline".into(),
            platform: "x".into(),
            id: n.to_string(),
            text: "still no internet in Leeds?".into(),
            author: Author { id: author(by), ..Author::default() },
            received_at: second(n as i64),
            ..Mention::default()
        },
        findings: DedupeResult {
            novelty: if n % 5 == 4 { Novelty::Withdrawal } else { Novelty::New },
            ..DedupeResult::default()
        },
        understanding: Understanding {
            sentiment: Some(Sentiment { negative: 0.8, neutral: 0.1, positive: 0.1 }),
            ..Understanding::default()
        },
    }
}

fn profile(by: usize, tier: &str) -> Profile {
    Profile {
        tenant: "northline".into(),
        platform: "x".into(),
        author_id: author(by),
        customer: Customer {
            customer_id: format!("customer-{by}"),
            tier: tier.into(),
            matched_by: "handle".into(),
            confidence: 0.9,
            ..Customer::default()
        },
        ..Profile::default()
    }
}

fn afternoon() -> MemoryBroker {
    let broker = MemoryBroker::new(2);
    let incident = Incident {
        tenant: "northline".into(),
        incident_id: "leeds".into(),
        words: vec!["leeds".into()],
        points: 10,
        ..Incident::default()
    };
    broker.append(topics::INCIDENT, second(0), b"northline/leeds", Some(bytes(&incident)));
    for n in 0..12 {
        let (by, time) = (n % 3, second(n as i64));
        broker.append(topics::SCORED, time, &key(by), Some(bytes(&scored(n, by))));
    }
    let profiles: [(usize, i64, Option<&str>); 5] = [
        (0, 1, Some("gold")),
        (1, 2, Some("silver")),
        (2, 3, None),
        (0, 5, None),
        (1, 6, Some("x")),
    ];
    for (by, at, tier) in profiles {
        let value = tier.map(|tier| bytes(&profile(by, tier)));
        broker.append(topics::PROFILE, second(at), &key(by), value);
    }
    // A profile under the key of another author, undecodable bytes, and a tombstone.
    broker.append(topics::PROFILE, second(4), &key(2), Some(bytes(&profile(0, "gold"))));
    broker.append(topics::SCORED, second(20), &key(0), Some(b"nothing".to_vec()));
    broker.append(topics::SCORED, second(21), &key(0), None);
    broker
}

#[test]
fn every_mention_is_emitted_once_with_the_customer_of_its_time_under_every_fault_plan() {
    let plans = assert_fault_tolerant(Some(week_later()), &|plan| {
        let broker = afternoon();
        run_to_end(stage(), tenants(), &broker, plan);
        outcome(&broker)
    });
    assert!(plans > 300, "{plans}");
}

#[test]
fn a_profile_counts_from_its_record_until_its_tombstone() {
    let broker = afternoon();
    run_to_end(stage(), tenants(), &broker, FaultPlan::default());
    let mut tiers: Vec<_> = broker
        .records(topics::PRIORITIZED)
        .into_iter()
        .filter_map(|raw| codec::read::<Prioritized>(&raw.value.unwrap_or_default()).ok())
        .filter(|fact| fact.priority.revision <= 1)
        .map(|p| {
            (p.mention.received_at.interval(TimeDelta::SECOND), p.priority.customer.map(|c| c.tier))
        })
        .collect();
    tiers.sort();
    let tier = |n: i64| tiers.iter().find(|(at, _)| *at == n).and_then(|(_, tier)| tier.clone());
    let expected = [(0, None), (3, Some("gold")), (6, None), (1, None), (10, Some("x")), (2, None)];
    for (n, expected) in expected {
        assert_eq!(tier(n).as_deref(), expected, "mention {n}");
    }
    assert_eq!(tiers.len(), 12, "each mention is emitted once");
    assert_eq!(
        outcome(&broker).dead.len(),
        3,
        "the misplaced profile, the undecodable bytes and the tombstone"
    );
    let plan = DeliveryPlan { end_time: Some(week_later()), ..DeliveryPlan::default() };
    run_to_end(stage(), tenants(), &broker, FaultPlan { delivery: plan, panicking_call: None });
    assert_eq!(outcome(&broker).changes.len(), 5, "a customer, two clocks and two sweeps remain");
}
