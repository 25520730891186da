//! Fixtures: mentions, events, runs on the memory log, and readers of its outputs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failing fixture must fail its test")]

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use escalation::{AuthorKey as Key, Config, Escalation, Foresight};
use mention::codec::{self, AvroRecord};
use mention::{
    Author, CaseEvent, CaseEventKind, DedupeResult, Filtered, Intent, Level, Mention, Novelty,
    Prioritized, Priority, Raised, Routed, Sentiment, Understanding, topics,
};
use rules::{Rules, Source, northline};
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};
use stage::{EventTime, TimeDelta};

/// The event time of a minute, counted from the Unix epoch.
pub(crate) fn at_minute(minute: i64) -> EventTime {
    EventTime::from_micros(0) + minute * TimeDelta::MINUTE
}

/// The rules of Northline. Loaded once: fault injection asks for them thousands of times.
pub(crate) fn rules() -> Arc<Rules> {
    static RULES: LazyLock<Arc<Rules>> = LazyLock::new(|| rules_of(&northline()));
    Arc::clone(&RULES)
}

pub(crate) fn rules_of(sources: &[Source]) -> Arc<Rules> {
    Arc::new(Rules::load(sources).expect("the sample is valid"))
}

pub(crate) fn bytes<F: AvroRecord>(fact: &F) -> Vec<u8> {
    let mut bytes = Vec::new();
    codec::write(fact, &mut bytes);
    bytes
}

/// A P2 complaint of an author, received at this minute.
pub(crate) fn mention_of(author: &str, id: &str, minute: i64) -> Prioritized {
    Prioritized {
        mention: Mention {
            tenant: "northline".into(),
            platform: "x".into(),
            id: id.into(),
            text: "no signal".into(),
            author: Author { id: author.into(), ..Author::default() },
            received_at: at_minute(minute),
            ..Mention::default()
        },
        findings: DedupeResult { revision: 1, ..DedupeResult::default() },
        understanding: Understanding {
            sentiment: Some(Sentiment::default()),
            ..Understanding::default()
        },
        priority: Priority { level: Level::P2, intent: Intent::Complaint, ..Priority::default() },
    }
}

pub(crate) fn revise(mut fact: Prioritized, novelty: Novelty) -> Prioritized {
    fact.findings = DedupeResult { novelty, revision: 2, ..fact.findings };
    fact
}

pub(crate) fn as_praise(mut fact: Prioritized) -> Prioritized {
    fact.priority = Priority { level: Level::P5, intent: Intent::Praise, ..fact.priority };
    fact
}

/// An event about the case that this mention opened.
pub(crate) fn event(opened_by: &Prioritized, kind: CaseEventKind, minute: i64) -> CaseEvent {
    let alone = MemoryBroker::new(1);
    publish_mention(&alone, opened_by);
    run_to_end(Escalation::default(), rules(), &alone, FaultPlan::default());
    CaseEvent {
        tenant: opened_by.mention.tenant.clone(),
        platform: opened_by.mention.platform.clone(),
        author_id: opened_by.mention.author.id.clone(),
        case_id: routed(&alone).first().map(|routed| routed.case_id.clone()).unwrap_or_default(),
        kind,
        occurred_at: at_minute(minute),
        ..CaseEvent::default()
    }
}

pub(crate) fn publish_mention(broker: &MemoryBroker, fact: &Prioritized) {
    let key = Key::of(&fact.mention);
    broker.append(topics::PRIORITIZED, fact.mention.received_at, key.key(), Some(bytes(fact)));
}

pub(crate) fn publish_event(broker: &MemoryBroker, event: &CaseEvent) {
    publish_event_at(broker, event, event.occurred_at);
}

pub(crate) fn publish_event_at(broker: &MemoryBroker, event: &CaseEvent, time: EventTime) {
    let key = Key::from_event(event);
    broker.append(topics::CASE_EVENT, time, key.key(), Some(bytes(event)));
}

/// Runs the stage until this long after the Unix epoch.
pub(crate) fn run(broker: &MemoryBroker, duration: TimeDelta) {
    run_with(Config::default(), broker, duration);
}

pub(crate) fn run_with(config: Config, broker: &MemoryBroker, duration: TimeDelta) {
    let end_time = Some(at_minute(0) + duration);
    let plan = DeliveryPlan { end_time, ..DeliveryPlan::default() };
    run_to_end(
        Escalation::new(config),
        rules(),
        broker,
        FaultPlan { delivery: plan, panicking_call: None },
    );
}

/// Every record on the routed topic: mentions and control records.
pub(crate) fn routed_records(broker: &MemoryBroker) -> Vec<Routed> {
    let records = broker.records(topics::ROUTED).into_iter();
    records.map(|raw| codec::read(&raw.value.unwrap()).unwrap()).collect()
}

/// The records about mentions.
pub(crate) fn routed(broker: &MemoryBroker) -> Vec<Routed> {
    routed_records(broker)
        .into_iter()
        .filter(|routed| !routed.disposition.is_case_control())
        .collect()
}

pub(crate) fn filtered(broker: &MemoryBroker) -> Vec<Filtered> {
    let records = broker.records(topics::FILTERED).into_iter();
    records.map(|raw| codec::read(&raw.value.unwrap()).unwrap()).collect()
}

pub(crate) fn escalations(broker: &MemoryBroker) -> Vec<Raised> {
    let records = broker.records(topics::RAISED).into_iter();
    records.map(|raw| codec::read(&raw.value.unwrap()).unwrap()).collect()
}

/// The number of cases in the changelog.
pub(crate) fn case_count(broker: &MemoryBroker) -> usize {
    broker.changelog("escalation").iter().filter(|(_, key, _)| key[0] != 0).count()
}

/// Every record on the routed topic, by partition.
pub(crate) fn by_partition(broker: &MemoryBroker) -> BTreeMap<i32, Vec<Routed>> {
    let mut records = BTreeMap::<i32, Vec<Routed>>::new();
    for raw in broker.records(topics::ROUTED) {
        let record = codec::read(&raw.value.unwrap()).unwrap();
        records.entry(raw.at.partition).or_default().push(record);
    }
    records
}

/// A configuration with every optional behaviour switched on.
pub(crate) fn full_config() -> Config {
    Config {
        idle_after: Some(240 * TimeDelta::MINUTE),
        reopen_within: 7 * TimeDelta::DAY,
        foresight: Foresight::On,
        ..Config::default()
    }
}
