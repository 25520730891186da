//! The same comes out whatever goes wrong.

use mention::{
    Author, Customer, Findings, Incident, Mention, Novelty, Prioritized, Profile, Scored,
    Sentiment, Understanding, codec, topics,
};
use priority::{Bounds, Priority, Tenants};
use stage::memory::{Broker, Plan};
use stage::prove::{Trouble, drive, prove};

use crate::scene::{outcome, weights};

const SECOND: i64 = 1_000_000;
/// A week later: everything that expires is forgotten.
const UNTIL: i64 = 7 * 24 * 3_600 * SECOND;

fn stage() -> Priority {
    Priority::new(Tenants::all(weights().into()), Bounds::default())
}

fn author(n: usize) -> String {
    format!("author-{n}")
}

fn key(n: usize) -> Vec<u8> {
    let mut key = Vec::new();
    mention::author_key("northline", "x", &author(n), &mut key);
    key
}

fn bytes<F: codec::Fact>(fact: &F) -> Vec<u8> {
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
            received_at: n as i64 * SECOND,
            ..Mention::default()
        },
        findings: Findings {
            novelty: if n % 5 == 4 { Novelty::Withdrawal } else { Novelty::New },
            ..Findings::default()
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

fn afternoon() -> Broker {
    let broker = Broker::new(2);
    let incident = Incident {
        tenant: "northline".into(),
        incident_id: "leeds".into(),
        words: vec!["leeds".into()],
        points: 10,
        ..Incident::default()
    };
    broker.append(topics::INCIDENT, 0, b"northline/leeds", Some(bytes(&incident)));
    for n in 0..12 {
        let (by, time) = (n % 3, n as i64 * SECOND);
        broker.append(topics::SCORED, time, &key(by), Some(bytes(&scored(n, by))));
    }
    let told: [(usize, i64, Option<&str>); 5] = [
        (0, 1, Some("gold")),
        (1, 2, Some("silver")),
        (2, 3, None),
        (0, 5, None),
        (1, 6, Some("x")),
    ];
    for (by, at, tier) in told {
        let value = tier.map(|tier| bytes(&profile(by, tier)));
        broker.append(topics::PROFILE, at * SECOND, &key(by), value);
    }
    // A profile under the key of another author, and bytes that are nothing.
    broker.append(topics::PROFILE, 4 * SECOND, &key(2), Some(bytes(&profile(0, "gold"))));
    broker.append(topics::SCORED, 20 * SECOND, &key(0), Some(b"nothing".to_vec()));
    broker.append(topics::SCORED, 21 * SECOND, &key(0), None);
    broker
}

#[test]
fn whatever_goes_wrong_every_mention_comes_out_once_with_the_customer_known_at_its_time() {
    let plans = prove(Some(UNTIL), &|trouble| {
        let broker = afternoon();
        drive(stage(), &broker, trouble);
        outcome(&broker)
    });
    assert!(plans > 300, "{plans}");
}

#[test]
fn a_profile_counts_from_when_it_is_told_until_its_tombstone() {
    let broker = afternoon();
    drive(stage(), &broker, Trouble::default());
    let mut tiers: Vec<_> = broker
        .records(topics::PRIORITIZED)
        .into_iter()
        .filter_map(|raw| codec::read::<Prioritized>(&raw.value.unwrap_or_default()).ok())
        .filter(|fact| fact.priority.revision <= 1)
        .map(|p| (p.mention.received_at / SECOND, p.priority.customer.map(|c| c.tier)))
        .collect();
    tiers.sort();
    let tier = |n: i64| tiers.iter().find(|(at, _)| *at == n).and_then(|(_, tier)| tier.clone());
    let expected = [(0, None), (3, Some("gold")), (6, None), (1, None), (10, Some("x")), (2, None)];
    for (n, expected) in expected {
        assert_eq!(tier(n).as_deref(), expected, "mention {n}");
    }
    assert_eq!(tiers.len(), 12, "each mention once");
    assert_eq!(outcome(&broker).dead.len(), 3, "the misplaced profile and what is no mention");
    let plan = Plan { until: Some(UNTIL), ..Plan::default() };
    drive(stage(), &broker, Trouble { plan, panic: None });
    assert_eq!(outcome(&broker).changes.len(), 3, "a customer and two clocks are left");
}
