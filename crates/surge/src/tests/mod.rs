//! Tests of the stage on the memory log.

mod bounds;
mod fault_injection;
mod scenarios;
mod wire;

use mention::{Facet, Incident, Signal, codec, topics};
use stage::memory::MemoryBroker;

use crate::start_of_minute;

/// A Monday, in minutes since the epoch.
const START: i64 = 29_000_160;

/// A signal with this number of mentions in a minute.
fn signal(minute: i64, mentions: i64) -> Signal {
    Signal {
        tenant: "northline".into(),
        facet: Facet::Reason,
        value: "outage".into(),
        second_at: start_of_minute(minute),
        mentions,
        negative: mentions,
        reach: 100 * mentions,
        young: 0,
        authors: (0..mentions).map(|n| hash(minute * 1000 + n)).collect(),
        terms: vec!["router".into(), "northline".into(), format!("word{}", minute % 9)],
        posts: vec![format!("northline/x/{minute}")],
        reposts: 0,
    }
}

/// A hash whose bits are all mixed, as the sketch requires.
fn hash(n: i64) -> i64 {
    let mixed = n.wrapping_mul(0x1f83_d9ab_fb41_bd6b);
    (mixed ^ (mixed >> 29)).wrapping_mul(0x5851_f42d_4c95_7f2d)
}

fn append(broker: &MemoryBroker, signal: &Signal) {
    let mut bytes = Vec::new();
    codec::write(signal, &mut bytes);
    let key = format!("{}/{:?}/{}", signal.tenant, signal.facet, signal.value);
    broker.append(topics::SIGNAL, signal.second_at, key.as_bytes(), Some(bytes));
}

fn incidents(broker: &MemoryBroker) -> Vec<Incident> {
    // Tombstones have no value.
    let records = broker.records(topics::INCIDENT).into_iter().filter_map(|raw| raw.value);
    records.map(|value| codec::read(&value).unwrap()).collect()
}

/// Some weeks with one mention in ten minutes, then an outbreak of twenty minutes from `start()`.
fn outbreak(broker: &MemoryBroker, weeks: i64) {
    for minute in (START..start(weeks)).step_by(10) {
        append(broker, &signal(minute, 1));
    }
    for minute in 0..20 {
        append(broker, &signal(start(weeks) + minute, 6));
    }
}

fn start(weeks: i64) -> i64 {
    START + weeks * 7 * 1440
}
