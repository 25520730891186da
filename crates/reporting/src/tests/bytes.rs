//! Encoding of the changelog.

use std::collections::BTreeMap;

use proptest::prelude::*;
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::MemoryBroker;
use stage::{State as _, Wire};

use super::lifecycle::write_afternoon;
use crate::family::CounterFamily;
use crate::key::CounterKey;
use crate::value::HourClock;
use crate::{Key, State, Value};

#[test]
fn every_written_entry_decodes_to_itself() {
    let broker = MemoryBroker::new(2);
    write_afternoon(&broker);
    run_to_end(
        crate::Reporting::default(),
        crate::KnownTenants::any(),
        &broker,
        FaultPlan::default(),
    );
    let entries = broker.changelog("metrics");
    let kinds: std::collections::BTreeSet<u8> = entries.iter().map(|(_, key, _)| key[0]).collect();
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        (0..8).collect::<Vec<_>>(),
        "every kind of key"
    );
    for (_, key, value) in entries {
        let (mut key_again, mut value_again) = (Vec::new(), Vec::new());
        Key::read(&key).unwrap().write(&mut key_again);
        Value::read(&value).unwrap().write(&mut value_again);
        assert_eq!((key_again, value_again), (key, value));
    }
}

#[test]
fn the_bytes_of_keys_and_values_are_stable() {
    let mut key = Vec::new();
    Key::Hour("acme".to_owned(), 258).write(&mut key);
    assert_eq!(key, b"\x03\x02\x01\0\0\0\0\0\0\x04\0\0\0acme");
    let hour: Vec<u8> = [vec![7], (1..=21_i64).flat_map(i64::to_le_bytes).collect()].concat();
    let mut value = Vec::new();
    Value::read(&hour).unwrap().write(&mut value);
    // Number 16 is the flag `is_changed`: any value but 0 is written as 1.
    let flag = 1 + 15 * 8;
    assert_eq!((&value[..flag], &value[flag..flag + 8]), (&hour[..flag], &1_i64.to_le_bytes()[..]));
    assert_eq!(value[flag + 8..], hour[flag + 8..]);
    let mut value = Vec::new();
    Value::Count(3).write(&mut value);
    assert_eq!(value, b"\x01\x03\0\0\0\0\0\0\0");
}

#[test]
fn the_bytes_of_a_case_are_stable() {
    let numbers: Vec<u8> = (1..=4_i64).flat_map(i64::to_le_bytes).collect();
    let names = b"\x04\0\0\0acme\x04\0\0\0care";
    let bytes = [&[8, 1, 0, 1, 0, 1, 0, 3, 2, 7, 9][..], &numbers, names].concat();
    let mut value = Vec::new();
    Value::read(&bytes).unwrap().write(&mut value);
    assert_eq!(value, bytes);
}

/// Little-endian numbers of eight bytes.
fn numbers(numbers: impl IntoIterator<Item = i64>) -> Vec<u8> {
    numbers.into_iter().flat_map(i64::to_le_bytes).collect()
}

#[test]
fn the_bytes_of_every_kind_of_value_are_stable_and_complete() {
    let clock = [&[0][..], &numbers([258]), &[3, 0, 0, 0]].concat();
    let ages = [&[2][..], &numbers(1..=18)].concat();
    let scores = [&[9][..], &numbers(1..=30)].concat();
    let reference = [&[10][..], &numbers(1..=32)].concat();
    for bytes in [clock, ages, scores, reference] {
        let mut again = Vec::new();
        Value::read(&bytes).unwrap().write(&mut again);
        assert_eq!(again, bytes);
        for end in 0..bytes.len() {
            assert!(Value::read(&bytes[..end]).is_err(), "{bytes:?} cut at {end}");
        }
    }
    let position = HourClock { first_open_hour: 258, partition: 3 };
    assert_eq!(Value::read(b"\0\x02\x01\0\0\0\0\0\0\x03\0\0\0"), Ok(Value::Clock(position)));
    let Ok(Value::Ages(ages)) = Value::read(&[&[2][..], &numbers(1..=18)].concat()) else {
        panic!("not read")
    };
    assert_eq!((ages.counts[0], ages.counts[16], ages.sum.as_micros()), (1, 17, 18));
}

#[test]
fn the_bytes_of_every_kind_of_key_are_stable() {
    let text = |text: &str| text.to_owned();
    let counter = CounterKey {
        tenant: text("t"),
        family: CounterFamily::ALL[0],
        label_index: 1,
        breakdown: text("en"),
    };
    let cases = [
        (Key::Clock, &b"\0"[..]),
        (Key::Counter(counter), b"\x01\0\x01\x01\0\0\0t\x02\0\0\0en"),
        (Key::Ages(text("t"), 2), b"\x02\x02\x01\0\0\0t"),
        (Key::Hour(text("t"), 1), b"\x03\x01\0\0\0\0\0\0\0\x01\0\0\0t"),
        (Key::Case(text("id")), b"\x04\x02\0\0\0id"),
        (
            Key::Scores(text("t"), text("m"), -1),
            b"\x05\xff\xff\xff\xff\xff\xff\xff\xff\x01\0\0\0t\x01\0\0\0m",
        ),
        (Key::Reference(text("t"), text("m")), b"\x06\x01\0\0\0t\x01\0\0\0m"),
        (Key::Demand(text("t"), 1), b"\x07\x01\0\0\0\0\0\0\0\x01\0\0\0t"),
    ];
    for (key, expected) in cases {
        let mut bytes = Vec::new();
        key.write(&mut bytes);
        assert_eq!(bytes, expected, "{key:?}");
        assert_eq!(Key::read(&bytes), Ok(key));
    }
}

#[test]
fn invalid_bytes_are_rejected() {
    let keys: [&[u8]; 7] = [
        b"",
        b"\x05",
        b"\0\0",
        b"\x01\x07\0",
        b"\x01\x02\x05",
        b"\x02\x03",
        b"\x04\xff\xff\xff\xff",
    ];
    for key in keys {
        assert!(Key::read(key).is_err(), "{key:?}");
    }
    let values: [&[u8]; 4] = [b"", b"\x05", b"\x01\0", b"\x01\0\0\0\0\0\0\0\0\0"];
    for value in values {
        assert!(Value::read(value).is_err(), "{value:?}");
    }
}

#[test]
fn a_changelog_entry_with_a_value_of_another_kind_is_refused_and_changes_nothing() {
    let broker = MemoryBroker::new(2);
    write_afternoon(&broker);
    run_to_end(
        crate::Reporting::default(),
        crate::KnownTenants::any(),
        &broker,
        FaultPlan::default(),
    );
    let (mut state, mut by_kind) = (State::default(), BTreeMap::new());
    for (_, key, value) in broker.changelog("metrics") {
        state.restore("metrics", &key, Some(&value)).unwrap();
        by_kind.insert(key[0], (key, value));
    }
    assert_eq!(by_kind.len(), 8, "an entry of each kind");
    let before = format!("{state:?}");
    for (key, own) in by_kind.values() {
        for (_, value) in by_kind.values().filter(|(_, value)| value[0] != own[0]) {
            assert!(state.restore("metrics", key, Some(value)).is_err(), "{key:?} {value:?}");
            assert_eq!(format!("{state:?}"), before, "{key:?} {value:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_do_not_panic(kind in 0..11_u8, rest in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [vec![kind], rest].concat();
        if let Ok(key) = Key::read(&bytes) {
            let mut again = Vec::new();
            key.write(&mut again);
            prop_assert_eq!(&again, &bytes);
        }
        let _ = Value::read(&bytes);
    }
}
