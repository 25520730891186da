//! The proof that every stage owes.

use mention::codec::Fact as _;
use stage::memory::Broker;
use stage::prove::{Outcome, Trouble, drive, prove};

use super::*;
use crate::{Config, Surge};

/// Loud enough within a few hours to open, to close, and to open again.
fn afternoon(broker: &Broker) {
    let reason =
        |name: &str, minute, mentions| Signal { value: name.into(), ..signal(minute, mentions) };
    for minute in 0..12 {
        append(broker, &reason("outage", START + minute, 2 + minute));
        append(broker, &reason("billing", START + minute, 1));
    }
    append(broker, &Signal { mentions: 0, ..signal(START + 12, 1) });
    append(broker, &Signal { tenant: String::new(), ..signal(START + 12, 1) });
    broker.append(topics::SIGNAL, (START + 13) * MINUTE, b"x", Some(b"no signal".to_vec()));
    append(broker, &reason("outage", START + 95, 1));
    for minute in 150..156 {
        append(broker, &reason("outage", START + minute, 9));
        append(broker, &reason("outage", START + minute - 2, 1));
    }
}

#[test]
fn incidents_and_state_are_the_same_under_every_trouble() {
    for until in [None, Some((START + 240) * MINUTE), Some((START + 100_000) * MINUTE)] {
        let plans = prove(until, &|trouble| {
            let broker = Broker::new(2);
            afternoon(&broker);
            drive(Surge::new(Config { warm_up_hours: 0, ..Config::default() }), &broker, trouble);
            let mut outcome = Outcome::of(&broker, &[topics::INCIDENT], &["surge"]);
            // Incidents of several partitions share a topic, in which only those of one are in order.
            outcome.records.sort_by_key(|(_, _, key, value)| {
                let incident =
                    value.as_deref().map(|value| codec::read::<Incident>(value).unwrap());
                (key.clone(), incident.map_or(i64::MAX, |incident| incident.revision))
            });
            outcome
        });
        assert!(plans > 300, "{plans}");
    }
}

#[test]
fn what_is_no_signal_goes_to_the_dead_letters() {
    let broker = Broker::new(2);
    afternoon(&broker);
    drive(Surge::default(), &broker, Trouble::default());
    assert_eq!(broker.dead().len(), 3);
    assert_eq!(Signal::SCHEMA, "harken.mention.Signal");
}
