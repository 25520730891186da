//! The output does not depend on faults, on a candidate, or on the other mentions of a batch.

use mention::{Author, DedupeResult, Media, Mention, Scored, Unique, codec, topics};
use stage::fault_injection::{FaultPlan, RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};
use stage::{EventTime, TimeDelta};
use understanding::{Config, UnderstandingStage};

const START: EventTime = EventTime::from_micros(1_700_000_000_000_000);

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
        // Only a mention with an image may lack a text.
        media: vec![Media::default()],
        author,
        received_at: START + TimeDelta::from_secs(n as i64),
        ..Mention::default()
    };
    Unique { mention, findings: DedupeResult::default() }
}

fn broker_with(numbers: impl Iterator<Item = usize>) -> MemoryBroker {
    let broker = MemoryBroker::new(2);
    for unique in numbers.map(unique) {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        unique.mention.key(&mut key);
        codec::write(&unique, &mut value);
        broker.append(topics::UNIQUE, unique.mention.received_at, &key, Some(value));
    }
    broker
}

fn scored(broker: &MemoryBroker, faults: FaultPlan) -> RunOutcome {
    run_to_end(UnderstandingStage::new(Config::default()).unwrap(), (), broker, faults);
    RunOutcome::read(broker, &[topics::SCORED], &[])
}

#[test]
fn faults_do_not_change_the_output() {
    let plans = assert_fault_tolerant(None, &|faults| {
        let broker = broker_with(0..12);
        broker.append(topics::UNIQUE, START, b"bad", Some(b"nonsense".to_vec()));
        scored(&broker, faults)
    });
    assert!(plans >= 400, "{plans}");
}

#[test]
fn a_candidate_is_recorded_and_changes_nothing_else() {
    let read =
        |raw: stage::RawRecord| codec::read::<Scored>(raw.value.as_deref().unwrap()).unwrap();
    let score = |stage: UnderstandingStage| {
        let broker = broker_with(0..TEXTS.len());
        run_to_end(stage, (), &broker, FaultPlan::default());
        broker.records(topics::SCORED).into_iter().map(read).collect::<Vec<_>>()
    };
    let stage = || UnderstandingStage::new(Config::default()).unwrap();
    let alone = score(stage());
    // The same model under another name must give the same scores.
    let candidate = renamed(stage().model().to_bytes());
    let with_candidate = score(stage().with_candidate(&candidate).unwrap());
    assert_eq!(alone.len(), TEXTS.len());
    for (alone, mut with_candidate) in alone.into_iter().zip(with_candidate) {
        let shadow = with_candidate.understanding.shadow.take().unwrap();
        assert_eq!(alone, with_candidate);
        let found = alone.understanding;
        assert_eq!((shadow.sentiment, shadow.needs_answer), (found.sentiment, found.needs_answer));
        assert!(found.model.starts_with("mentions-"), "{}", found.model);
        assert!(shadow.model.starts_with("MENTIONS-"), "{}", shadow.model);
    }
}

/// The model under the name `MENTIONS`. The name is near the start of the file, the checksum at the end.
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
fn a_candidate_that_is_not_a_model_is_rejected() {
    let stage = UnderstandingStage::new(Config::default()).unwrap();
    let rejected = stage.with_candidate(b"nonsense").unwrap_err();
    assert_eq!(rejected.to_string(), "not a harken model");
}

#[test]
fn a_mention_is_scored_the_same_alone_and_in_a_batch() {
    let faults = FaultPlan { delivery: DeliveryPlan::default(), panicking_call: None };
    let together = scored(&broker_with(0..12), faults).records;
    assert_eq!(together.len(), 12);
    for n in 0..12 {
        let alone = scored(&broker_with(n..=n), faults).records;
        assert!(together.contains(&alone[0]), "{}", TEXTS[n % TEXTS.len()]);
    }
}
