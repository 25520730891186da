//! The wire format of the changelog.

use std::collections::BTreeMap;
use std::path::Path;

use escalation::{CaseState, Cases, RunningClock};
use mention::CaseEventKind;
use stage::memory::MemoryBroker;
use stage::{State as _, TimeDelta, Wire as _};

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

#[test]
fn a_case_with_an_impossible_number_of_calls_is_refused() {
    let clock = |step, off_hours| RunningClock { step, off_hours, ..RunningClock::default() };
    for (step, off_hours, is_possible) in
        [(0, 0, true), (3, 3, true), (3, 1, true), (-1, 0, false), (0, 1, false), (3, -1, false)]
    {
        let case = CaseState { respond: Some(clock(step, off_hours)), ..CaseState::default() };
        let mut bytes = Vec::new();
        case.write(&mut bytes);
        assert_eq!(CaseState::read(&bytes).is_ok(), is_possible, "{step} {off_hours}");
    }
}
