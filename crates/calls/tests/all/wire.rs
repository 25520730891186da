//! The encoding of the changelog.

use std::collections::BTreeMap;

use calls::{Config, ContactKey, Key, State, Value};
use proptest::prelude::*;
use stage::{State as _, TimeDelta, Wire};

use crate::storm::{self, Escalation, START};

/// The entries of a contact for whom a case waits.
fn entries() -> Vec<(i32, Vec<u8>, Vec<u8>)> {
    let storm: Vec<Escalation> =
        (1..3).map(|n| Escalation::new(START, "duty", "p", &n.to_string())).collect();
    let broker = storm::broker(1, &storm);
    storm::run(&broker, Config::default(), START);
    broker.changelog("calls")
}

#[test]
fn the_layout_never_changes() {
    let mut bytes = Vec::new();
    let contact = ContactKey { tenant: "acme".into(), callee: "duty".into() };
    Key::Case(contact, "7".into()).write(&mut bytes);
    assert_eq!(bytes, b"\x01\x04\0acme\x04\0duty\x01\x007");
    let entries = entries();
    assert_eq!(entries.len(), 2);
    let now = START.as_micros().to_le_bytes();
    let due = (START + TimeDelta::MINUTE).as_micros().to_le_bytes();
    let contact =
        [&[0][..], b"\x01\0", &now, b"\x01\0\x01\0p", &now, b"\x01", &now, &due, &[0; 8]].concat();
    assert_eq!(entries[0].1, b"\x00\x09\0northline\x04\0duty");
    assert_eq!(entries[0].2, contact);
    let due_at = (START - 30 * TimeDelta::DAY).as_micros().to_le_bytes();
    let texts = ["2", "x", "ann", "northline/x/1", "care", "p", "2 is past its target", "duty"];
    let texts = texts.map(|text| [&[text.len() as u8, 0], text.as_bytes()].concat()).concat();
    let step = 1_i64.to_le_bytes();
    let case = [&[1][..], &[0; 4], &[1, 0], &due_at, &step, &texts].concat();
    assert_eq!(entries[1].2, case);
}

#[test]
fn every_entry_round_trips_and_no_part_of_one_is_read() {
    for (_, key, value) in entries() {
        let (mut key_again, mut value_again) = (Vec::new(), Vec::new());
        Key::read(&key).unwrap().write(&mut key_again);
        Value::read(&value).unwrap().write(&mut value_again);
        assert_eq!((&key_again, &value_again), (&key, &value));
        for end in 0..value.len() {
            assert!(Value::read(&value[..end]).is_err(), "cut at {end}");
        }
        assert!(Value::read(&[&value[..], &[0]].concat()).is_err(), "a byte more");
    }
}

#[test]
fn a_value_of_the_other_kind_is_refused_and_changes_nothing() {
    let mut state = State::default();
    let entries: BTreeMap<Vec<u8>, Vec<u8>> =
        entries().into_iter().map(|(_, key, value)| (key, value)).collect();
    for (key, value) in &entries {
        state.restore("calls", key, Some(value)).unwrap();
    }
    let before = format!("{state:?}");
    let [contact, case] = [0, 1].map(|n| entries.iter().nth(n).unwrap());
    for (key, value) in [(contact.0, case.1), (case.0, contact.1)] {
        assert!(state.restore("calls", key, Some(value)).is_err());
        assert_eq!(format!("{state:?}"), before);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_arbitrary_bytes_never_panics(kind in 0..3_u8, rest in prop::collection::vec(any::<u8>(), 0..300)) {
        let bytes = [vec![kind], rest].concat();
        let _ = (Key::read(&bytes).is_ok(), Value::read(&bytes).is_ok());
    }
}
