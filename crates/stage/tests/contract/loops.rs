//! One stage and its loop.

use std::collections::BTreeMap;

use stage::memory::{Broker, Memory, Plan};
use stage::prove::{Outcome, Trouble, drive, prove};
use stage::{
    EachChange, Effects, Event, Fault, Log, Observe, Quarantine, Reason, Silent, State, run,
};

use crate::toys::{A, B, C, Counts, Echo, SIDE, Tally, fill, words};

#[test]
fn nothing_that_goes_wrong_changes_what_a_stage_with_state_writes() {
    let plans = prove(None, &|trouble| {
        let broker = Broker::new(2);
        fill(&broker, A, 1_000, "k:a l:b k:c refuse:refuse m:d k:e l:f n:g k:h m:i k:refuse k:j");
        drive(Tally, &broker, trouble);
        Outcome::of(&broker, &[B], &["tally"])
    });
    assert!(plans > 300, "{plans}");
}

#[test]
fn nothing_that_goes_wrong_changes_what_a_stage_with_timers_and_two_inputs_writes() {
    prove(Some(60_000), &|trouble| {
        let broker = Broker::new(2);
        fill(&broker, B, 1_000, "k:a l:b k:no k:c m:d k:e l:f n:g k:h m:i");
        fill(&broker, SIDE, 2_500, "k:x l:y k:z m:w");
        drive(Echo, &broker, trouble);
        Outcome::of(&broker, &[C], &["echo"])
    });
}

#[test]
fn a_record_that_panics_is_set_aside_after_three_attempts_and_the_rest_goes_on() {
    let broker = Broker::new(1);
    fill(&broker, A, 1_000, "k:a k:boom k:b");
    let mut log = Memory::new::<Tally>(&broker, Plan::default());
    let (mut quarantine, mut faults) = (Quarantine::default(), 0);
    while let Err(Fault { is_final, .. }) = run(&Tally, &mut log, &mut quarantine, &mut Silent) {
        assert!(!is_final);
        faults += 1;
        log.restart();
    }
    assert_eq!(faults, 4, "once with its neighbours, then {} times alone", stage::ATTEMPTS);
    assert_eq!(words(&broker, B), ["k:a1", "k:b2"]);
    let dead = broker.dead();
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].reject.reason, Reason::Quarantined);
    assert_eq!(dead[0].value.as_deref(), Some(b"k|2000|boom".as_slice()));
}

#[test]
fn bytes_that_are_no_record_become_a_dead_letter_with_the_same_bytes() {
    let broker = Broker::new(1);
    broker.append(A, 1_000, b"k", Some(b"\xff\xfe".to_vec()));
    fill(&broker, A, 2_000, "k:a");
    drive(Tally, &broker, Trouble::default());
    assert_eq!(words(&broker, B), ["k:a1"]);
    let dead = broker.dead();
    assert_eq!(dead[0].reject.reason, Reason::Undecodable);
    assert_eq!(dead[0].value.as_deref(), Some(b"\xff\xfe".as_slice()));
    assert_eq!((dead[0].at.topic, dead[0].at.offset), (A, 0));
}

#[test]
fn a_changelog_that_cannot_be_read_stops_the_stage_for_good() {
    let broker = Broker::new(1);
    fill(&broker, A, 1_000, "k:a");
    drive(Tally, &broker, Trouble::default());
    let mut state = Counts::default();
    assert!(state.restore("tally", b"k", Some(b"seven b")).is_err());
    assert!(state.is_empty());
}

#[test]
fn whoever_looks_on_sees_committed_states_only() {
    struct Last(usize);
    impl Observe<Tally> for Last {
        fn committed(&mut self, states: &BTreeMap<i32, Counts>) {
            self.0 = states.values().map(State::len).sum();
        }
    }
    let broker = Broker::new(2);
    fill(&broker, A, 1_000, "k:a l:b m:c k:d");
    let mut log = Memory::new::<Tally>(&broker, Plan::default());
    let mut last = Last(0);
    run(&Tally, &mut log, &mut Quarantine::default(), &mut last).unwrap();
    assert_eq!(last.0, 3);
}

#[test]
fn a_record_refused_behind_one_that_is_none_is_kept_with_its_own_bytes() {
    let broker = Broker::new(1);
    broker.append(A, 1_000, b"k", Some(b"\xff\xfe".to_vec()));
    fill(&broker, A, 2_000, "k:refuse");
    drive(Tally, &broker, Trouble::default());
    let values: Vec<_> = broker.dead().into_iter().map(|letter| letter.value.unwrap()).collect();
    assert!(values.contains(&b"k|2000|refuse".to_vec()), "{values:?}");
    assert!(values.contains(&b"\xff\xfe".to_vec()), "{values:?}");
}

/// Hands out these events, and counts what is written and not committed.
struct Script {
    events: Vec<Event>,
    uncommitted: usize,
}

impl Script {
    fn run(events: Vec<Event>) -> (Result<(), Fault>, usize) {
        let mut script = Self { events, uncommitted: 0 };
        let ended = run(&Tally, &mut script, &mut Quarantine::default(), &mut Silent);
        (ended, script.uncommitted)
    }
}

impl Log for Script {
    fn next(&mut self) -> Result<Event, Fault> {
        Ok(self.events.remove(0))
    }

    fn changelog(&mut self, _: i32, _: &mut EachChange<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn write(&mut self, _: i32, _: Effects) -> Result<(), Fault> {
        self.uncommitted += 1;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.uncommitted = 0;
        Ok(())
    }
}

#[test]
fn an_orderly_end_leaves_nothing_uncommitted() {
    let events = vec![Event::Assigned(0), Event::Batch(0, Vec::new()), Event::Shutdown];
    let (ended, uncommitted) = Script::run(events);
    assert_eq!((ended.is_ok(), uncommitted), (true, 0));
}

#[test]
fn a_partition_that_was_taken_away_is_forgotten_and_gets_no_more_records() {
    let events = vec![Event::Assigned(0), Event::Revoked(0), Event::Batch(0, Vec::new())];
    let (ended, _) = Script::run(events);
    assert!(ended.unwrap_err().is_final);
}
