//! An afternoon on the memory log, and what came of it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a fixture that fails fails its test")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use escalation::{Author as Key, Escalation, Foresight, Settings};
use mention::codec::{self, Fact};
use mention::{
    Author, CaseEvent, CaseEventKind, Filtered, Findings, Intent, Level, Mention, Novelty,
    Prioritized, Priority, Raised, Routed, Sentiment, Understanding, topics,
};
use rules::{Rules, Source, northline};
use stage::memory::{Broker, Plan};
use stage::prove::{Trouble, drive};

pub(crate) const MINUTE: i64 = 60_000_000;
pub(crate) const DAY: i64 = 24 * 60 * MINUTE;

/// The rules of Northline: read once, for a proof asks for them thousands of times.
pub(crate) fn rules() -> Rules {
    static RULES: LazyLock<Rules> = LazyLock::new(|| rules_of(&northline()));
    RULES.clone()
}

pub(crate) fn rules_of(sources: &[Source]) -> Rules {
    Rules::load(sources).expect("the sample is valid")
}

pub(crate) fn bytes<F: Fact>(fact: &F) -> Vec<u8> {
    let mut bytes = Vec::new();
    codec::write(fact, &mut bytes);
    bytes
}

/// A mention of an author, a minute of the afternoon.
pub(crate) fn says(author: &str, id: &str, minute: i64) -> Prioritized {
    Prioritized {
        mention: Mention {
            tenant: "northline".into(),
            platform: "x".into(),
            id: id.into(),
            author: Author { id: author.into(), ..Author::default() },
            received_at: minute * MINUTE,
            ..Mention::default()
        },
        findings: Findings { revision: 1, ..Findings::default() },
        understanding: Understanding {
            sentiment: Some(Sentiment::default()),
            ..Understanding::default()
        },
        priority: Priority { level: Level::P2, intent: Intent::Complaint, ..Priority::default() },
    }
}

pub(crate) fn again(mut fact: Prioritized, novelty: Novelty) -> Prioritized {
    fact.findings = Findings { novelty, revision: 2, ..fact.findings };
    fact
}

pub(crate) fn praises(mut fact: Prioritized) -> Prioritized {
    fact.priority = Priority { level: Level::P5, intent: Intent::Praise, ..fact.priority };
    fact
}

/// An event about the case of an author that this mention opened.
pub(crate) fn event(opened_by: &Prioritized, kind: CaseEventKind, minute: i64) -> CaseEvent {
    let alone = Broker::new(1);
    hear(&alone, opened_by);
    drive(Escalation::new(rules()), &alone, Trouble::default());
    CaseEvent {
        tenant: opened_by.mention.tenant.clone(),
        platform: opened_by.mention.platform.clone(),
        author_id: opened_by.mention.author.id.clone(),
        case_id: routed(&alone).first().map(|routed| routed.case_id.clone()).unwrap_or_default(),
        kind,
        occurred_at: minute * MINUTE,
        ..CaseEvent::default()
    }
}

pub(crate) fn hear(broker: &Broker, fact: &Prioritized) {
    let key = Key::of(&fact.mention);
    broker.append(topics::PRIORITIZED, fact.mention.received_at, key.key(), Some(bytes(fact)));
}

pub(crate) fn tell(broker: &Broker, event: &CaseEvent) {
    tell_at(broker, event, event.occurred_at);
}

pub(crate) fn tell_at(broker: &Broker, event: &CaseEvent, time: i64) {
    let key = Key::of_event(event);
    broker.append(topics::CASE_EVENT, time, key.key(), Some(bytes(event)));
}

pub(crate) fn run(broker: &Broker, until: i64) {
    let plan = Plan { until: Some(until), ..Plan::default() };
    drive(Escalation::new(rules()), broker, Trouble { plan, panic: None });
}

pub(crate) fn run_with(settings: Settings, broker: &Broker, until: i64) {
    let plan = Plan { until: Some(until), ..Plan::default() };
    drive(Escalation::new(rules()).with(settings), broker, Trouble { plan, panic: None });
}

/// Every record of the topic, about mentions and about cases.
pub(crate) fn told(broker: &Broker) -> Vec<Routed> {
    let records = broker.records(topics::ROUTED).into_iter();
    records.map(|raw| codec::read(&raw.value.unwrap()).unwrap()).collect()
}

/// The records about mentions.
pub(crate) fn routed(broker: &Broker) -> Vec<Routed> {
    told(broker).into_iter().filter(|routed| !routed.disposition.is_about_case()).collect()
}

pub(crate) fn filtered(broker: &Broker) -> Vec<Filtered> {
    let records = broker.records(topics::FILTERED).into_iter();
    records.map(|raw| codec::read(&raw.value.unwrap()).unwrap()).collect()
}

pub(crate) fn raised(broker: &Broker) -> Vec<Raised> {
    let records = broker.records(topics::RAISED).into_iter();
    records.map(|raw| codec::read(&raw.value.unwrap()).unwrap()).collect()
}

/// How many cases are remembered.
pub(crate) fn cases(broker: &Broker) -> usize {
    broker.changelog("escalation").iter().filter(|(_, key, _)| key[0] != 0).count()
}

/// Every record of the topic, by partition.
pub(crate) fn by_partition(broker: &Broker) -> BTreeMap<i32, Vec<Routed>> {
    let mut said = BTreeMap::<i32, Vec<Routed>>::new();
    for raw in broker.records(topics::ROUTED) {
        let record = codec::read(&raw.value.unwrap()).unwrap();
        said.entry(raw.at.partition).or_default().push(record);
    }
    said
}

/// Settings under which cases are taken back, reopened and looked after.
pub(crate) fn everything() -> Settings {
    Settings {
        idle_after: Some(240 * MINUTE),
        reopen_within: 7 * DAY,
        foresight: Foresight::On,
        ..Settings::default()
    }
}
