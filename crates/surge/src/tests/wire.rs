//! The encoding of the changelog.

use std::collections::BTreeMap;

use proptest::prelude::*;
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::MemoryBroker;
use stage::{State as _, Wire};

use super::*;
use crate::state::{EntryKind, Key, SeriesId, State, Value};
use crate::{HyperLogLog, IncidentState, Outbreak, RecentCounts, RulesView, SeriesModel, Surge};

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

/// Little-endian numbers of eight bytes.
fn numbers(numbers: impl IntoIterator<Item = i64>) -> Vec<u8> {
    numbers.into_iter().flat_map(i64::to_le_bytes).collect()
}

fn assert_layout(value: &Value, expected: &[u8]) {
    let (mut bytes, mut again) = (Vec::new(), Vec::new());
    value.write(&mut bytes);
    assert_eq!(bytes, expected);
    Value::read(&bytes).unwrap().write(&mut again);
    assert_eq!(again, expected);
    for end in 0..bytes.len() {
        assert!(Value::read(&bytes[..end]).is_err(), "cut at {end}");
    }
    assert!(Value::read(&[&bytes[..], &[0]].concat()).is_err(), "a byte more");
}

#[test]
fn the_layout_of_counts_and_models_never_changes() {
    let mut recent = RecentCounts::empty_until(1_000);
    recent.add(1_000, 258);
    recent.add(997, 1);
    let counts = b"\x02\0\0\0\x00\x02\x01\0\0\x03\x01\0\0\0";
    let expected = [&[1][..], &numbers([1_000]), counts].concat();
    assert_layout(&Value::Recent(recent), &expected);

    let mut model = SeriesModel::new(7);
    model.silence_surprisal = 0.5;
    (model.level.counted, model.level.expected) = (1.0, 2.0);
    model.dispersion.hours = 3.0;
    model.dispersion.block_deviations = 4.0;
    model.dispersion.block_freedom = 5.0;
    model.dispersion.excess_squares = 6.0;
    model.dispersion.mean_squares = 7.0;
    (model.season.sums[167], model.season.weights[167]) = (8.0, 9.0);
    let sums = [0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0_f64].into_iter().flat_map(f64::to_le_bytes);
    let sums: Vec<u8> = sums.collect();
    let season = b"\x01\0\0\0\xa7\x00\x00\x00\x41\x00\x00\x10\x41";
    let expected = [&[0][..], &numbers([7]), &sums, season].concat();
    assert_layout(&Value::Model(Box::new(model)), &expected);
}

#[test]
fn the_layout_of_an_outbreak_never_changes() {
    let incident = IncidentState {
        id: "i".into(),
        revision: 13,
        began_minute: 14,
        detected_minute: 15,
        closed_minute: Some(16),
        severity: 17,
        expected: 0.5,
        planned: "p".into(),
        revised_minute: 18,
        words: vec!["w".into(), "v".into()],
    };
    let mut outbreak = Outbreak {
        last_elevated: 1,
        exceeded_from: 2,
        exceeded_to: 3,
        mentions: 4,
        negative: 5,
        young: 6,
        reach: 7,
        reposts: 8,
        burst_start: 9,
        burst: 10,
        max_burst: 11,
        signals: 12,
        terms: [("t".into(), 2)].into(),
        posts: vec!["post".into()],
        authors: HyperLogLog::default(),
        incident: None,
    };
    // The upper nine bits are the register 257, and the hash has no bit below: rank 56.
    outbreak.authors.add(257 << 55);
    let lists = [
        &[2][..],
        &numbers(1..=12),
        b"\x01\0\0\0\x01\0\0\0t\x02\0\0\0\0\0\0\0",
        b"\x01\0\0\0\x04\0\0\0post",
        b"\x01\0\0\0\x01\x01\x38",
    ]
    .concat();
    assert_layout(&Value::Outbreak(Box::new(outbreak.clone())), &[&lists[..], &[0]].concat());

    let words = b"\x02\0\0\0\x01\0\0\0w\x01\0\0\0v";
    for (closed, number) in [(Some(16), 16), (None, i64::MIN)] {
        let incident = Some(IncidentState { closed_minute: closed, ..incident.clone() });
        let open = numbers([13, 14, 15, number, 17, 18]);
        let end = [&0.5_f64.to_le_bytes()[..], b"\x01\0\0\0p", words].concat();
        let expected = [&lists[..], &[1], b"\x01\0\0\0i", &open, &end].concat();
        assert_layout(
            &Value::Outbreak(Box::new(Outbreak { incident, ..outbreak.clone() })),
            &expected,
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_arbitrary_bytes_never_panics(kind in 0..5_u8, rest in prop::collection::vec(any::<u8>(), 0..300)) {
        let bytes = [vec![kind], rest].concat();
        let _ = (Key::read(&bytes).is_ok(), Value::read(&bytes).is_ok());
    }
}
