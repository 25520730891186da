//! The wire format of the changelog.

use std::collections::BTreeMap;
use std::path::Path;

use escalation::{CaseState, Cases};
use mention::CaseEventKind;
use stage::memory::MemoryBroker;
use stage::{State as _, TimeDelta};

use crate::fixtures::{event, mention_of, publish_event, publish_mention, run};

#[test]
fn the_changelog_schema_and_golden_bytes_are_unchanged() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    assert_eq!(mention::conformance::check_record::<CaseState>(&schemas), Ok(()));
}

#[test]
fn a_changelog_entry_with_a_value_of_another_kind_is_refused_and_changes_nothing() {
    let broker = MemoryBroker::new(1);
    let mention = mention_of("alice", "a1", 0);
    publish_mention(&broker, &mention);
    publish_event(&broker, &event(&mention, CaseEventKind::Responded, 10));
    run(&broker, 11 * TimeDelta::MINUTE);
    let (mut state, mut by_kind) = (Cases::default(), BTreeMap::new());
    for (_, key, value) in broker.changelog("escalation") {
        state.restore("escalation", &key, Some(&value)).unwrap();
        by_kind.insert(value[0], (key, value));
    }
    assert_eq!(by_kind.len(), 3, "an entry of each kind");
    let before = format!("{state:?}");
    for (kind, (key, _)) in &by_kind {
        for (_, (_, value)) in by_kind.iter().filter(|(other, _)| *other != kind) {
            assert!(state.restore("escalation", key, Some(value)).is_err(), "{key:x?} {value:x?}");
            assert_eq!(format!("{state:?}"), before, "{key:x?} {value:x?}");
        }
    }
}
