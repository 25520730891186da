//! The same comes out whatever goes wrong, and in whatever company a mention is scored.

use mention::{Author, Findings, Mention, Scored, Unique, codec, topics};
use stage::memory::{Broker, Plan};
use stage::prove::{Outcome, Trouble, drive, prove};
use understanding::{Config, Sentiment};

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
fn a_candidate_is_in_the_record_beside_the_model_that_decides_and_changes_nothing_else() {
    let read = |raw: stage::Raw| codec::read::<Scored>(raw.value.as_deref().unwrap()).unwrap();
    let score = |stage: Sentiment| {
        let broker = broker_with(0..TEXTS.len());
        drive(stage, &broker, Trouble::default());
        broker.records(topics::SCORED).into_iter().map(read).collect::<Vec<_>>()
    };
    let stage = || Sentiment::new(Config::default()).unwrap();
    let alone = score(stage());
    // The same model by another name must say the same.
    let candidate = renamed(stage().model().to_bytes());
    let beside = score(stage().beside(&candidate).unwrap());
    assert_eq!(alone.len(), TEXTS.len());
    for (alone, mut beside) in alone.into_iter().zip(beside) {
        let shadow = beside.understanding.shadow.take().unwrap();
        assert_eq!(alone, beside);
        let found = alone.understanding;
        assert_eq!((shadow.sentiment, shadow.needs_answer), (found.sentiment, found.needs_answer));
        assert!(found.model.starts_with("mentions-"), "{}", found.model);
        assert!(shadow.model.starts_with("MENTIONS-"), "{}", shadow.model);
    }
}

/// The model by the name `MENTIONS`: the name stands near the beginning, the checksum at the end.
fn renamed(mut model: Vec<u8>) -> Vec<u8> {
    let name = b"mentions";
    let at = model.windows(name.len()).position(|bytes| bytes == name).unwrap();
    model[at..at + name.len()].make_ascii_uppercase();
    let end = model.len() - 8;
    let checksum = xxhash_rust::xxh3::xxh3_64(&model[..end]);
    model[end..].copy_from_slice(&checksum.to_le_bytes());
    model
}

#[test]
fn a_candidate_that_is_no_model_is_refused() {
    let stage = Sentiment::new(Config::default()).unwrap();
    let refused = stage.beside(b"nonsense").unwrap_err();
    assert_eq!(refused.to_string(), "not a harken model");
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
