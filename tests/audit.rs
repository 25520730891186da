//! `harken explain` and `harken audit verify` on records that the pipeline wrote.

use std::collections::BTreeMap;

use harken::audit::ChainVerifier;
use harken::audit::cases::CaseFollower;
use harken::demo::generator::{Generator, Phase};
use harken::explain::MentionTrace;
use mention::hash_chain::ChainHead;
use mention::{CaseEvent, CaseEventKind, Mention, Routed, codec, topics};
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
        append_mention(&broker, &generator.next(START + n * TimeDelta::MINUTE));
    }
    // A day later every timer of the cases has fired, so the records include breaches.
    run_until(&broker, START + TimeDelta::DAY);
    broker
}

fn append_mention(broker: &MemoryBroker, mention: &Mention) {
    let (mut key, mut value) = (Vec::new(), Vec::new());
    mention.key(&mut key);
    codec::write(mention, &mut value);
    broker.append(topics::RECEIVED, mention.received_at, &key, Some(value));
}

/// Runs the fused chain, with taps, to the end of its input and to this time.
fn run_until(broker: &MemoryBroker, end: EventTime) {
    let config = Config::load(&Layers::default()).unwrap();
    let plan = DeliveryPlan { end_time: Some(end), ..DeliveryPlan::default() };
    let faults = FaultPlan { delivery: plan, panicking_call: None };
    let (chain, rules) = routing_chain::build(&config, Taps::On).unwrap();
    run_to_end(chain, rules, broker, faults);
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

const KINDS: [CaseEventKind; 7] = [
    CaseEventKind::Accepted,
    CaseEventKind::Returned,
    CaseEventKind::Reassigned,
    CaseEventKind::Responded,
    CaseEventKind::Resolved,
    CaseEventKind::Reopened,
    CaseEventKind::PeerAnswered,
];

/// An event of the contact centre about the case of a decision, with a clock that is up to 20 minutes
/// slow.
fn event_about(routed: &Routed, at: EventTime, number: u64, team: &str) -> CaseEvent {
    CaseEvent {
        tenant: routed.mention.tenant.clone(),
        platform: routed.mention.platform.clone(),
        author_id: routed.mention.author.id.clone(),
        case_id: routed.case_id.clone(),
        kind: KINDS[(number % 7) as usize],
        by: "agent-7".to_owned(),
        team: Some(team.to_owned()),
        occurred_at: at - (number / 7 % 20) as i64 * TimeDelta::MINUTE,
        event_id: format!("event-{number}-{}", at.as_micros()),
        ..CaseEvent::default()
    }
}

/// A broker on which agents have worked on the cases of an outage for seven hours at random.
fn worked_outage() -> MemoryBroker {
    const ROUND: TimeDelta = TimeDelta::MINUTE.times(7);
    let broker = MemoryBroker::new(2);
    let mut generator = Generator::new(5);
    generator.set_phase(Phase::Outage);
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..60 {
        let at = START + round * ROUND;
        for _ in 0..3 {
            append_mention(&broker, &generator.next(at));
        }
        let decisions: BTreeMap<String, Routed> = routed(&broker)
            .into_iter()
            .map(|(_, record)| (record.case_id.clone(), record))
            .collect();
        let decisions: Vec<&Routed> = decisions.values().collect();
        for _ in 0..decisions.len().min(6) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let chosen = |bits: u64| decisions[(bits % decisions.len() as u64) as usize];
            let (about, team) = (chosen(random >> 8), &chosen(random >> 24).route.owner);
            let event = event_about(about, at, random >> 40, team);
            let (mut key, mut value) = (Vec::new(), Vec::new());
            about.mention.key(&mut key);
            codec::write(&event, &mut value);
            broker.append(topics::CASE_EVENT, at, &key, Some(value));
        }
        run_until(&broker, at + ROUND / 2);
    }
    // Days later every timer has fired; the last mentions tell the time in both partitions.
    for _ in 0..20 {
        append_mention(&broker, &generator.next(START + 10 * TimeDelta::DAY));
    }
    run_until(&broker, START + 10 * TimeDelta::DAY);
    broker
}

/// The report about the cases of these decisions, and their number.
fn forgotten_cases(decisions: &[(i32, Routed)]) -> (usize, String) {
    let config = Config::load(&Layers::default()).unwrap();
    let mut cases =
        CaseFollower::new(pipeline::rules::load(config.escalation.rules.path()).unwrap());
    for (partition, record) in decisions {
        cases.follow(*partition, record);
    }
    (cases.forgotten(), cases.report(None, 10).join("\n"))
}

/// What escalation writes if the state of a case is removed after its first decision: no further one
/// about it, and an unbroken chain.
fn without_later_decisions(decisions: &[(i32, Routed)], case_id: &str) -> Vec<(i32, Routed)> {
    let (mut is_known, mut chains) = (false, BTreeMap::<i32, ChainHead>::new());
    let mut kept = Vec::new();
    for (partition, record) in decisions {
        let is_of_case = record.case_id == case_id;
        if !(is_of_case && is_known) {
            let mut record = record.clone();
            chains.entry(*partition).or_default().seal(&mut record);
            kept.push((*partition, record));
        }
        is_known |= is_of_case;
    }
    kept
}

#[test]
fn a_case_whose_state_was_removed_is_named_and_no_other_whatever_agents_do() {
    let decisions = routed(&worked_outage());
    let kinds: std::collections::BTreeSet<_> =
        decisions.iter().map(|(_, record)| record.disposition).collect();
    assert!(kinds.len() >= 8, "the agents did little: {kinds:?}");
    assert_eq!(forgotten_cases(&decisions), (0, String::new()));
    let mut firsts = BTreeMap::new();
    for (_, record) in &decisions {
        firsts.entry(record.case_id.as_str()).or_insert(record);
    }
    let end = START + 10 * TimeDelta::DAY;
    let with_clock = firsts.values().filter(|first| first.route.next_at.is_some_and(|at| at < end));
    let with_clock: Vec<_> = with_clock.filter(|first| first.decided_at < end).collect();
    assert!(with_clock.len() > 20, "{} cases have a clock", with_clock.len());
    for first in with_clock {
        let (count, report) = forgotten_cases(&without_later_decisions(&decisions, &first.case_id));
        assert_eq!(count, 1, "{report}");
        assert!(report.contains(&format!("case {} was forgotten", first.case_id)), "{report}");
    }
}

#[test]
fn audit_verify_names_a_forgotten_case_and_exits_with_64() {
    let fixture = file("tests/fixtures/afternoon.ndjson");
    let replayed = run(harken(&["replay", fixture.to_str().unwrap()]), b"");
    let decisions: Vec<(i32, Routed)> =
        replayed.out.lines().map(|line| (0, serde_json::from_str(line).unwrap())).collect();
    let last = decisions.iter().map(|(_, record)| record.decided_at).max().unwrap();
    let (_, first) = decisions
        .iter()
        .find(|(_, record)| record.route.next_at.is_some_and(|at| at < last))
        .unwrap();
    let lines = without_later_decisions(&decisions, &first.case_id).into_iter();
    let lines: String =
        lines.map(|(_, record)| serde_json::to_string(&record).unwrap() + "\n").collect();
    let verified = run(harken(&["audit", "verify", "-"]), lines.as_bytes());
    assert_eq!(verified.code, Some(64), "{}{}", verified.out, verified.err);
    assert!(verified.out.contains(": unbroken"), "{}", verified.out);
    let expected = format!("case {} was forgotten: no decision followed", first.case_id);
    assert_eq!(verified.out.matches("was forgotten").count(), 1, "{}", verified.out);
    assert!(verified.out.contains(&expected), "{}", verified.out);
}
