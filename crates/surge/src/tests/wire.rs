//! The encoding of the changelog.

use std::collections::BTreeMap;

use proptest::prelude::*;
use stage::{State as _, Wire};
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::MemoryBroker;

use super::*;
use crate::{RulesView, Surge};
use crate::state::{EntryKind, Key, SeriesId, State, Value};

#[test]
fn every_kind_of_entry_round_trips() {
    let broker = MemoryBroker::new(1);
    outbreak(&broker, 1);
    run_to_end(Surge::default(), RulesView::default(), &broker, FaultPlan::default());
    let entries = broker.changelog("surge");
    let kinds: Vec<u8> = entries.iter().map(|(_, key, _)| key[0]).collect();
    assert_eq!(kinds, [0, 1, 2, 3], "every kind of entry");
    for (_, key, value) in entries {
        let (mut key_again, mut value_again) = (Vec::new(), Vec::new());
        Key::read(&key).unwrap().write(&mut key_again);
        Value::read(&value).unwrap().write(&mut value_again);
        assert_eq!((key_again, value_again), (key, value));
    }
}

#[test]
fn a_changelog_entry_with_a_value_of_another_kind_is_refused_and_changes_nothing() {
    let broker = MemoryBroker::new(1);
    outbreak(&broker, 1);
    run_to_end(Surge::default(), RulesView::default(), &broker, FaultPlan::default());
    let (mut state, mut by_kind) = (State::default(), BTreeMap::new());
    for (_, key, value) in broker.changelog("surge") {
        state.restore("surge", &key, Some(&value)).unwrap();
        by_kind.insert(key[0], (key, value));
    }
    assert_eq!(by_kind.len(), 4, "an entry of each kind");
    let before = format!("{state:?}");
    for (key, own) in by_kind.values() {
        for (_, value) in by_kind.values().filter(|(_, value)| value[0] != own[0]) {
            assert!(state.restore("surge", key, Some(value)).is_err(), "{key:?} {value:?}");
            assert_eq!(format!("{state:?}"), before, "{key:?} {value:?}");
        }
    }
}

#[test]
fn the_layout_never_changes() {
    let name = SeriesId { tenant: "acme".into(), facet: Facet::Product, value: "tv".into() };
    let mut key = Vec::new();
    Key(EntryKind::Timer, name).write(&mut key);
    assert_eq!(key, b"\x03\x02\x04\0\0\0acme\x02\0\0\0tv");
    let mut value = Vec::new();
    Value::Timer(258).write(&mut value);
    assert_eq!(value, b"\x03\x02\x01\0\0\0\0\0\0");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_arbitrary_bytes_never_panics(kind in 0..5_u8, rest in prop::collection::vec(any::<u8>(), 0..300)) {
        let bytes = [vec![kind], rest].concat();
        let _ = (Key::read(&bytes).is_ok(), Value::read(&bytes).is_ok());
    }
}
