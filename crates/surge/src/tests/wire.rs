//! The bytes of the changelog.

use proptest::prelude::*;
use stage::Wire;
use stage::memory::Broker;
use stage::prove::{Trouble, drive};

use super::*;
use crate::Surge;
use crate::state::{Key, Name, Part, Value};

#[test]
fn every_entry_that_is_written_reads_back_as_itself() {
    let broker = Broker::new(1);
    outbreak(&broker, 1);
    drive(Surge::default(), &broker, Trouble::default());
    let entries = broker.changelog("surge");
    let kinds: Vec<u8> = entries.iter().map(|(_, key, _)| key[0]).collect();
    assert_eq!(kinds, [0, 1, 2, 3], "every part");
    for (_, key, value) in entries {
        let (mut key_again, mut value_again) = (Vec::new(), Vec::new());
        Key::read(&key).unwrap().write(&mut key_again);
        Value::read(&value).unwrap().write(&mut value_again);
        assert_eq!((key_again, value_again), (key, value));
    }
}

#[test]
fn the_layout_is_pinned() {
    let name = Name { tenant: "acme".into(), facet: Facet::Product, value: "tv".into() };
    let mut key = Vec::new();
    Key(Part::Due, name).write(&mut key);
    assert_eq!(key, b"\x03\x02\x04\0\0\0acme\x02\0\0\0tv");
    let mut value = Vec::new();
    Value::Due(258).write(&mut value);
    assert_eq!(value, b"\x03\x02\x01\0\0\0\0\0\0");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_reading_panic(kind in 0..5_u8, rest in prop::collection::vec(any::<u8>(), 0..300)) {
        let bytes = [vec![kind], rest].concat();
        let _ = (Key::read(&bytes).is_ok(), Value::read(&bytes).is_ok());
    }
}
