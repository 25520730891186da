//! `harken explain` and `harken audit verify` over what the pipeline has written.

use harken::audit::Chains;
use harken::chain;
use harken::config::{Config, Layers};
use harken::demo::generator::{Generator, Mood};
use harken::explain::Story;
use mention::{Routed, codec, topics};
use stage::Taps;
use stage::memory::{Broker, Plan};
use stage::prove::{Trouble, drive};

use crate::binary::{file, harken, run};

const START: i64 = 1_773_406_800_000_000;
const MINUTE: i64 = 60_000_000;

fn afternoon() -> Broker {
    let broker = Broker::new(2);
    let mut generator = Generator::new(3);
    generator.feel(Mood::Outage);
    for n in 0..200 {
        let mention = generator.next(START + n * MINUTE);
        let (mut key, mut value) = (Vec::new(), Vec::new());
        mention.key(&mut key);
        codec::write(&mention, &mut value);
        broker.append(topics::RECEIVED, mention.received_at, &key, Some(value));
    }
    let config = Config::load(&Layers::default()).unwrap();
    let plan = Plan { until: Some(START + 24 * 60 * MINUTE), ..Plan::default() };
    let trouble = Trouble { plan, panic: None };
    drive(chain::fused(&config, Taps::On).unwrap(), &broker, trouble);
    broker
}

fn routed(broker: &Broker) -> Vec<(i32, Routed)> {
    let records = broker.records(topics::ROUTED).into_iter();
    records.map(|raw| (raw.at.partition, codec::read(&raw.value.unwrap()).unwrap())).collect()
}

#[test]
fn a_mention_is_followed_from_hearing_to_what_became_of_its_case() {
    let broker = afternoon();
    let records = routed(&broker);
    let breached = records.iter().find(|(_, said)| said.disposition.is_about_case()).unwrap();
    let id = &breached.1.mention_id;
    let mut story = Story::of(id);
    for topic in [
        topics::RECEIVED,
        topics::UNIQUE,
        topics::SPREAD,
        topics::SCORED,
        topics::PRIORITIZED,
        topics::ROUTED,
        topics::FILTERED,
        topics::RAISED,
        topics::CASE_EVENT,
    ] {
        for raw in broker.records(topic) {
            story.hear(topic, (raw.at.partition, raw.at.offset), raw.time, &raw.value.unwrap());
        }
    }
    let told = story.told();
    let parts =
        ["heard: ", "new, version 1", "model ", " = ", "Routed (rules ", "Breached", "Breach: "];
    let mut rest = told.as_str();
    for part in parts {
        let (_, after) =
            rest.split_once(part).unwrap_or_else(|| panic!("{part} is not in\n{told}"));
        rest = after;
    }
    let weighs = |line: &str| line.trim_start().starts_with(['+', '-']) && line.contains(": ");
    assert!(told.lines().any(weighs), "the words that weighed most are not in\n{told}");
    let text = &records.iter().find(|(_, said)| said.mention_id == *id).unwrap().1.mention.text;
    assert!(!told.contains(text.as_str()), "it does not repeat what was said");
    assert!(Story::of("nobody").is_empty());
}

#[test]
fn the_chains_of_a_pipeline_hold_and_a_record_taken_out_shows() {
    let records = routed(&afternoon());
    let verify = |records: &[(i32, Routed)]| {
        let mut chains = Chains::default();
        for (partition, record) in records {
            chains.follow(*partition, "somewhere", Some(record));
        }
        chains.told()
    };
    let whole = verify(&records);
    assert_eq!(whole.matches("unbroken").count(), 2, "{whole}");
    assert_eq!(whole.lines().count(), 2, "{whole}");
    let mut tampered = records.clone();
    tampered.remove(tampered.len() / 2);
    let found = verify(&tampered);
    assert_eq!(found.matches("one lacks before it").count(), 1, "{found}");
    let mut tampered = records;
    let place = tampered.len() / 2;
    tampered[place].1.route.owner.push('?');
    let found = verify(&tampered);
    assert_eq!(found.matches("not what was written").count(), 1, "{found}");
}

#[test]
fn a_replay_verifies_line_by_line_and_a_changed_line_ends_with_64() {
    let fixture = file("tests/fixtures/afternoon.ndjson");
    let replayed = run(harken(&["replay", fixture.to_str().unwrap()]), b"");
    let verified = run(harken(&["audit", "verify", "-"]), replayed.out.as_bytes());
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    assert!(verified.out.contains(", 1 to ") && verified.out.contains(": unbroken"));
    let changed = replayed.out.replacen("care-general", "care-special", 1);
    let verified = run(harken(&["audit", "verify", "-"]), changed.as_bytes());
    assert_eq!(verified.code, Some(64));
    assert!(verified.out.contains("line 1, decision 1: it, or"), "{}", verified.out);
}
