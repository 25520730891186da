//! `harken explain` and `harken audit verify` on records that the pipeline wrote.

use harken::audit::ChainVerifier;
use harken::demo::generator::{Generator, Phase};
use harken::explain::MentionTrace;
use mention::{Routed, codec, topics};
use pipeline::config::{Config, Layers};
use pipeline::routing_chain;
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};
use stage::{EventTime, Taps, TimeDelta};

use crate::binary::{file, harken, run};

/// 2026-03-13 13:00 UTC.
const START: EventTime = EventTime::from_micros(1_773_406_800_000_000);

/// A broker on which the fused chain, with taps, has processed 200 mentions of an outage.
fn processed_outage() -> MemoryBroker {
    let broker = MemoryBroker::new(2);
    let mut generator = Generator::new(3);
    generator.set_phase(Phase::Outage);
    for n in 0..200 {
        let mention = generator.next(START + n * TimeDelta::MINUTE);
        let (mut key, mut value) = (Vec::new(), Vec::new());
        mention.key(&mut key);
        codec::write(&mention, &mut value);
        broker.append(topics::RECEIVED, mention.received_at, &key, Some(value));
    }
    let config = Config::load(&Layers::default()).unwrap();
    // A day later every timer of the cases has fired, so the records include breaches.
    let plan = DeliveryPlan { end_time: Some(START + TimeDelta::DAY), ..DeliveryPlan::default() };
    let faults = FaultPlan { delivery: plan, panicking_call: None };
    let (chain, rules) = routing_chain::build(&config, Taps::On).unwrap();
    run_to_end(chain, rules, &broker, faults);
    broker
}

fn routed(broker: &MemoryBroker) -> Vec<(i32, Routed)> {
    let records = broker.records(topics::ROUTED).into_iter();
    records.map(|raw| (raw.at.partition, codec::read(&raw.value.unwrap()).unwrap())).collect()
}

#[test]
fn explain_follows_a_mention_from_receipt_to_the_breach_of_its_case() {
    let broker = processed_outage();
    let records = routed(&broker);
    let (_, breached) =
        records.iter().find(|(_, record)| record.disposition.is_case_control()).unwrap();
    let id = &breached.mention_id;
    let mut explanation = MentionTrace::of_mention(id);
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
            explanation.add_record(
                topic,
                (raw.at.partition, raw.at.offset),
                raw.time,
                &raw.value.unwrap(),
            );
        }
    }
    let text = explanation.render();
    let parts_in_order = [
        "received: ",
        "new, version 1",
        "model ",
        " = ",
        "; place ",
        "Routed (rules ",
        "Breached",
        "Breach: ",
    ];
    let mut rest = text.as_str();
    for part in parts_in_order {
        let (_, after) =
            rest.split_once(part).unwrap_or_else(|| panic!("{part} is not in\n{text}"));
        rest = after;
    }
    let is_evidence = |line: &str| line.trim_start().starts_with(['+', '-']) && line.contains(": ");
    assert!(text.lines().any(is_evidence), "the words with the highest weights are not in\n{text}");
    // People share explanations in tickets: they must not spread what an author wrote.
    let (_, first) = records.iter().find(|(_, record)| record.mention_id == *id).unwrap();
    let quote = first.mention.text.as_str();
    assert!(!text.contains(quote), "the explanation quotes the mention");
    assert!(MentionTrace::of_mention("nobody").is_empty());
}

#[test]
fn audit_verifies_the_hash_chain_and_finds_removed_and_changed_records() {
    let records = routed(&processed_outage());
    let verify = |records: &[(i32, Routed)]| {
        let mut chains = ChainVerifier::default();
        for (partition, record) in records {
            chains.verify_next(*partition, "a place", Some(record));
        }
        chains.report()
    };
    // One chain for each of the two partitions.
    let intact = verify(&records);
    assert_eq!(intact.matches("unbroken").count(), 2, "{intact}");
    assert_eq!(intact.lines().count(), 2, "{intact}");
    let mut tampered = records.clone();
    tampered.remove(tampered.len() / 2);
    let found = verify(&tampered);
    assert_eq!(found.matches("1 decision is missing before it").count(), 1, "{found}");
    let mut tampered = records;
    let middle = tampered.len() / 2;
    tampered[middle].1.route.owner.push('?');
    let found = verify(&tampered);
    assert_eq!(found.matches("was altered").count(), 1, "{found}");
}

#[test]
fn audit_verifies_the_output_of_a_replay_and_exits_with_64_on_a_changed_line() {
    let fixture = file("tests/fixtures/afternoon.ndjson");
    let replayed = run(harken(&["replay", fixture.to_str().unwrap()]), b"");
    let verified = run(harken(&["audit", "verify", "-"]), replayed.out.as_bytes());
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    assert!(verified.out.contains(", 1 to ") && verified.out.contains(": unbroken"));
    let changed = replayed.out.replacen("care-general", "care-special", 1);
    let verified = run(harken(&["audit", "verify", "-"]), changed.as_bytes());
    assert_eq!(verified.code, Some(64));
    assert!(verified.out.contains("line 1, decision 1: this decision or"), "{}", verified.out);
}
