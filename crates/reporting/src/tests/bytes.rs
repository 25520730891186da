//! The bytes of the changelog.

use proptest::prelude::*;
use stage::Wire;
use stage::memory::Broker;
use stage::prove::{Trouble, drive};

use super::journey::afternoon;
use crate::{Key, Value};

#[test]
fn every_entry_that_is_written_reads_back_as_itself() {
    let broker = Broker::new(2);
    afternoon(&broker);
    drive(crate::Metrics::default(), &broker, Trouble::default());
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
fn the_layout_is_pinned() {
    let mut key = Vec::new();
    Key::Hour("acme".to_owned(), 258).write(&mut key);
    assert_eq!(key, b"\x03\x02\x01\0\0\0\0\0\0\x04\0\0\0acme");
    let mut before = vec![3];
    (1..=16_i64).for_each(|n| before.extend(n.to_le_bytes()));
    let mut value = Vec::new();
    Value::read(&before).unwrap().write(&mut value);
    assert_eq!((value[0], &value[1..121]), (7, &before[1..121]), "read as it was, written anew");
    assert_eq!(value[121..], [&[1][..], &[0; 47]].concat(), "none was filtered, none rejected");
    let before = [vec![5], (1..=17_i64).flat_map(i64::to_le_bytes).collect()].concat();
    let mut value = Vec::new();
    Value::read(&before).unwrap().write(&mut value);
    assert_eq!((value[0], value.len()), (7, 1 + 21 * 8));
    assert_eq!(value[129..], [&[17][..], &[0; 39]].concat(), "filtered, and none rejected");
    let mut value = Vec::new();
    Value::Total(3).write(&mut value);
    assert_eq!(value, b"\x01\x03\0\0\0\0\0\0\0");
}

#[test]
fn a_case_from_before_languages_were_told_apart_reads_as_one_of_no_language() {
    let numbers: Vec<u8> = (1..=4_i64).flat_map(i64::to_le_bytes).collect();
    let names = b"\x04\0\0\0acme\x04\0\0\0care";
    let before = [&[6, 1, 0, 1, 0][..], &numbers, names].concat();
    let mut value = Vec::new();
    Value::read(&before).unwrap().write(&mut value);
    let later = [&[8, 1, 0, 1, 0, 0, 0, 0, 0][..], &numbers, names].concat();
    assert_eq!(value, later);
}

#[test]
fn bytes_that_are_no_entry_are_refused() {
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

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_reading_panic(kind in 0..11_u8, rest in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [vec![kind], rest].concat();
        if let Ok(key) = Key::read(&bytes) {
            let mut again = Vec::new();
            key.write(&mut again);
            prop_assert_eq!(&again, &bytes);
        }
        let _ = Value::read(&bytes);
    }
}
