//! The sizes of records and of the state.

use calls::{Bounds, Config};
use mention::admission::{self, MAX_NOTE, MAX_REFERENCE, MAX_REST};
use mention::bounds::{MAX_ID, MAX_TOKEN};
use mention::{Call, Raised, topics};
use stage::TimeDelta;
use stage::memory::MemoryBroker;

use crate::storm::{self, Escalation, START};

/// The largest admitted escalation of case `n`, with a path of its own.
fn largest(n: usize) -> Raised {
    let own = |length: usize| format!("{n:-<length$}");
    let mut raised = Escalation::new(START, &"d".repeat(MAX_ID), "", "").raised();
    raised.tenant = "t".repeat(MAX_TOKEN);
    raised.platform = "p".repeat(MAX_TOKEN);
    raised.author_id = "a".repeat(MAX_ID);
    (raised.case_id, raised.mention_id) = (own(MAX_REFERENCE), own(MAX_REFERENCE));
    raised.owner = "o".repeat(MAX_ID);
    raised.path = own(MAX_ID);
    raised.explanation = "\u{1F4F6}".repeat(MAX_NOTE);
    raised
}

#[test]
fn the_largest_call_is_one_that_reporting_reads() {
    let broker = MemoryBroker::new(1);
    for n in 0..200 {
        let mut raised = largest(n);
        // 200 explanations of 40 KB fit a record of 64 KiB.
        assert!(raised.explanation.len() < MAX_REST);
        raised.explanation.truncate(40_000);
        storm::append(&broker, START, &raised);
    }
    let config = Config { per_hour: 1, ..Config::default() };
    storm::run(&broker, config, START + 2 * TimeDelta::HOUR);
    assert!(broker.dead_letters().is_empty(), "{:?}", broker.dead_letters()[0].reject);
    let records = broker.records(topics::CALL);
    let sizes: Vec<usize> = records.iter().map(|raw| raw.value.as_ref().unwrap().len()).collect();
    assert!(sizes[1] > 40 * 1024 && sizes[1] < MAX_REST, "{sizes:?}");
    for raw in &records {
        assert!(admission::read_bounded::<Call>(raw.value.as_deref()).is_ok());
    }
    let summary = &storm::read(&broker)[1];
    assert_eq!(summary.count, 199, "what is not listed is counted");
    for (_, key, value) in broker.changelog("calls") {
        assert!(key.len() + value.len() < MAX_REST, "{}", value.len());
    }
}

#[test]
fn cases_beyond_the_bound_of_the_partition_are_counted_and_not_listed() {
    let memory = Bounds { cases_most: 3, ..Bounds::default() };
    let storm: Vec<Escalation> =
        (0..9).map(|n| Escalation::new(START, "duty", "p", &n.to_string())).collect();
    let config = Config { memory, ..Config::default() };
    let calls = storm::calls(&storm, config, START + TimeDelta::HOUR);
    assert_eq!((calls[1].count, calls[1].cases.len()), (8, 3));
}

#[test]
fn a_full_state_forgets_the_contact_called_longest_ago_and_loses_no_case() {
    let memory = Bounds { contacts_most: 2, ..Bounds::default() };
    let config = Config { memory, ..Config::default() };
    let at = |seconds: i64| START + seconds * TimeDelta::SECOND;
    let storm = [
        Escalation::new(at(0), "ada", "p", "1"),
        Escalation::new(at(1), "bob", "p", "1"),
        Escalation::new(at(2), "bob", "p", "2"),
        // Forgets ada, for whom no case waits.
        Escalation::new(at(3), "cem", "p", "1"),
        Escalation::new(at(4), "cem", "p", "2"),
        // Cases wait for bob and cem: bob, who is due first, is called before he is forgotten.
        Escalation::new(at(5), "dee", "p", "1"),
    ];
    let calls = storm::calls(&storm, config, at(6));
    let made: Vec<_> = calls
        .iter()
        .map(|call| (call.contact.as_str(), call.called_at, call.cases[0].case_id.as_str()))
        .collect();
    let expected = [
        ("ada", at(0), "1"),
        ("bob", at(1), "1"),
        ("cem", at(3), "1"),
        ("dee", at(5), "1"),
        ("bob", at(5), "2"),
    ];
    assert_eq!(made, expected);
}
