//! The same comes out whatever goes wrong, and in whatever company a mention is scored.

use mention::{Author, Findings, Mention, Unique, codec, topics};
use sentiment::{Config, Sentiment};
use stage::memory::{Broker, Plan};
use stage::prove::{Outcome, Trouble, drive, prove};

const TEXTS: [&str; 6] = [
    "No signal again, this is terrible",
    "Thank you, it works!",
    "Mein Internet ist schon wieder weg",
    "",
    "When does the shop open?",
    "😡",
];

fn unique(n: usize) -> Unique {
    let author = Author { id: format!("author-{}", n % 5), ..Author::default() };
    let mention = Mention {
        tenant: "northline".to_owned(),
        platform: "x".to_owned(),
        id: n.to_string(),
        text: TEXTS[n % TEXTS.len()].to_owned(),
        author,
        received_at: 1_700_000_000_000_000 + n as i64 * 1_000_000,
        ..Mention::default()
    };
    Unique { mention, findings: Findings::default() }
}

fn broker_with(numbers: impl Iterator<Item = usize>) -> Broker {
    let broker = Broker::new(2);
    for unique in numbers.map(unique) {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        unique.mention.key(&mut key);
        codec::write(&unique, &mut value);
        broker.append(topics::UNIQUE, unique.mention.received_at, &key, Some(value));
    }
    broker
}

fn scored(broker: &Broker, trouble: Trouble) -> Outcome {
    drive(Sentiment::new(Config::default()).unwrap(), broker, trouble);
    Outcome::of(broker, &[topics::SCORED], &[])
}

#[test]
fn the_same_is_scored_whatever_goes_wrong() {
    let plans = prove(None, &|trouble| {
        let broker = broker_with(0..12);
        broker.append(topics::UNIQUE, 1_700_000_000_000_000, b"bad", Some(b"nonsense".to_vec()));
        scored(&broker, trouble)
    });
    assert!(plans >= 400, "{plans}");
}

#[test]
fn a_mention_is_scored_the_same_alone_and_in_company() {
    let trouble = Trouble { plan: Plan::default(), panic: None };
    let together = scored(&broker_with(0..12), trouble).records;
    assert_eq!(together.len(), 12);
    for n in 0..12 {
        let alone = scored(&broker_with(n..=n), trouble).records;
        assert!(together.contains(&alone[0]), "{}", TEXTS[n % TEXTS.len()]);
    }
}
