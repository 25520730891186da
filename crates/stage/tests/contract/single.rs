//! Tests of one stage and the loop.

use std::collections::BTreeMap;
use std::sync::Arc;

use stage::fault_injection::{FaultPlan, RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog, RulesSchedule};
use stage::{
    ChangeVisitor, CommitObserver, DeadLetter, Effects, Event, Fault, Log, Malformed, NoObserver,
    Outgoing, Quarantine, RejectReason, State, WallTime, run,
};

use crate::sample_stages::{
    A, B, C, END_TIME, EchoRules, EchoStage, KeyCounts, SIDE, TABLE, TallyStage, at,
};
use crate::words::{append_words, read_words};

#[test]
fn faults_do_not_change_the_output_of_a_stage_with_state() {
    let plans = assert_fault_tolerant(None, &|plan| {
        let broker = MemoryBroker::new(2);
        append_words(
            &broker,
            A,
            1_000,
            "k:a l:b k:c refuse:refuse m:d k:e l:f n:g k:h m:i k:refuse k:j",
        );
        run_to_end(TallyStage, (), &broker, plan);
        RunOutcome::read(&broker, &[B], &["tally"])
    });
    assert!(plans > 300, "{plans}");
}

#[test]
fn faults_do_not_change_the_output_of_a_stage_with_timers_and_two_inputs() {
    assert_fault_tolerant(Some(END_TIME), &|plan| {
        let broker = MemoryBroker::new(2);
        append_words(&broker, B, 1_000, "k:a l:b k:no k:c m:d k:e l:f n:g k:h m:i");
        append_words(&broker, SIDE, 2_500, "k:x l:y k:z m:w");
        run_to_end(EchoStage, EchoRules(""), &broker, plan);
        RunOutcome::read(&broker, &[C], &["echo"])
    });
}

#[test]
fn a_record_in_a_partition_that_its_key_does_not_choose_becomes_one_dead_letter() {
    assert_fault_tolerant(None, &|plan| {
        let broker = MemoryBroker::new(2);
        append_words(&broker, A, 1_000, "k:a l:b k:c m:d");
        let home = broker.records(A).iter().find(|raw| raw.key == b"k").unwrap().at.partition;
        let stray = |value: &[u8]| Outgoing::new(A, at(2_000), b"k".to_vec(), Some(value.to_vec()));
        let word = broker.records(A)[0].value.clone().unwrap();
        broker.append_to(1 - home, stray(&word));
        // What does not decode says so, wherever it lies.
        broker.append_to(1 - home, stray(b"\xff"));
        append_words(&broker, A, 3_000, "k:e l:f m:g");
        run_to_end(TallyStage, (), &broker, plan);
        let mut dead = broker.dead_letters();
        dead.sort_by_key(|letter| letter.record.at.offset);
        let reasons: Vec<_> = dead.iter().map(|letter| letter.reject.reason).collect();
        assert_eq!(reasons, [RejectReason::Invalid, RejectReason::Undecodable], "{plan:?}");
        let expected = format!("its key belongs to partition {home}");
        assert_eq!(dead[0].reject.message, expected);
        let counted = read_words(&broker, B);
        assert!(counted.contains(&"k:e3".to_owned()), "the stray record was counted: {counted:?}");
        RunOutcome::read(&broker, &[B], &["tally"])
    });
}

#[test]
fn a_record_that_panics_three_times_becomes_a_dead_letter_and_later_records_are_processed() {
    let broker = MemoryBroker::new(1);
    append_words(&broker, A, 1_000, "k:a k:boom k:b");
    let mut log = MemoryLog::new::<TallyStage>(&broker, (), DeliveryPlan::default());
    let (mut quarantine, mut faults) = (Quarantine::default(), 0);
    while let Err(fault) = run(&TallyStage, &mut log, &mut quarantine, &mut NoObserver) {
        assert!(matches!(fault, Fault::Panicked { partition: 0 }), "{fault}");
        faults += 1;
        log.restart();
    }
    assert_eq!(faults, 4, "one panic with its neighbours, then {} alone", stage::MAX_ATTEMPTS);
    assert_eq!(read_words(&broker, B), ["k:a1", "k:b2"]);
    let dead = broker.dead_letters();
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].reject.reason, RejectReason::Quarantined);
    assert_eq!(dead[0].record.value.as_deref(), Some(b"k|2000|boom".as_slice()));
}

#[test]
fn undecodable_bytes_become_a_dead_letter_with_the_same_bytes() {
    let broker = MemoryBroker::new(1);
    broker.append(A, at(1_000), b"k", Some(b"\xff\xfe".to_vec()));
    append_words(&broker, A, 2_000, "k:a");
    run_to_end(TallyStage, (), &broker, FaultPlan::default());
    assert_eq!(read_words(&broker, B), ["k:a1"]);
    let dead = broker.dead_letters();
    assert_eq!(dead[0].reject.reason, RejectReason::Undecodable);
    assert_eq!(dead[0].record.value.as_deref(), Some(b"\xff\xfe".as_slice()));
    assert_eq!((dead[0].record.at.topic, dead[0].record.at.offset), (A, 0));
}

#[test]
fn a_malformed_changelog_entry_fails_the_restore() {
    let broker = MemoryBroker::new(1);
    append_words(&broker, A, 1_000, "k:a");
    run_to_end(TallyStage, (), &broker, FaultPlan::default());
    let mut state = KeyCounts::default();
    assert!(state.restore("tally", b"k", Some(b"seven b")).is_err());
    assert!(state.is_empty());
}

#[test]
fn an_observer_receives_committed_states_only() {
    struct EntryCount(usize);
    impl CommitObserver<TallyStage> for EntryCount {
        fn on_commit(&mut self, states: &BTreeMap<i32, KeyCounts>) {
            self.0 = states.values().map(State::len).sum();
        }
    }
    let broker = MemoryBroker::new(2);
    append_words(&broker, A, 1_000, "k:a l:b m:c k:d");
    let mut log = MemoryLog::new::<TallyStage>(&broker, (), DeliveryPlan::default());
    let mut last = EntryCount(0);
    run(&TallyStage, &mut log, &mut Quarantine::default(), &mut last).unwrap();
    assert_eq!(last.0, 3);
}

#[test]
fn a_record_rejected_after_an_undecodable_one_keeps_its_own_bytes() {
    let broker = MemoryBroker::new(1);
    broker.append(A, at(1_000), b"k", Some(b"\xff\xfe".to_vec()));
    append_words(&broker, A, 2_000, "k:refuse");
    run_to_end(TallyStage, (), &broker, FaultPlan::default());
    let values: Vec<_> =
        broker.dead_letters().into_iter().map(|letter| letter.record.value.unwrap()).collect();
    assert!(values.contains(&b"k|2000|refuse".to_vec()), "{values:?}");
    assert!(values.contains(&b"\xff\xfe".to_vec()), "{values:?}");
}

/// A log that returns the given events and counts the writes that are not committed.
struct ScriptedLog {
    events: Vec<Event<()>>,
    uncommitted: usize,
}

impl ScriptedLog {
    fn run(events: Vec<Event<()>>) -> (Result<(), Fault>, usize) {
        let mut script = Self { events, uncommitted: 0 };
        let ended = run(&TallyStage, &mut script, &mut Quarantine::default(), &mut NoObserver);
        (ended, script.uncommitted)
    }
}

impl Log for ScriptedLog {
    type Rules = ();

    fn next_event(&mut self) -> Result<Event<()>, Fault> {
        Ok(self.events.remove(0))
    }

    fn read_changelog(&mut self, _: i32, _: &mut ChangeVisitor<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn write(&mut self, _: i32, _: Effects) -> Result<(), Fault> {
        self.uncommitted += 1;
        Ok(())
    }

    fn reject_row(&mut self, _: DeadLetter) -> Result<(), Fault> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.uncommitted = 0;
        Ok(())
    }
}

#[test]
fn time_passes_only_where_a_partition_has_no_record_left() {
    for max_batch in [1, 2, 500] {
        let broker = MemoryBroker::new(1);
        append_words(&broker, A, 1_000, "k:a k:b k:c");
        let plan = DeliveryPlan { max_batch, ..DeliveryPlan::default() };
        let (mut log, mut times) = (MemoryLog::new::<TallyStage>(&broker, (), plan), Vec::new());
        loop {
            match log.next_event().unwrap() {
                Event::Time(partition, now) => times.push((partition, now)),
                Event::Shutdown => break,
                _ => {}
            }
        }
        assert_eq!(times, [(0, WallTime::from_micros(3_000))], "batches of {max_batch}");
    }
}

#[test]
fn a_shutdown_commits_everything_written() {
    let rules = Event::Rules(Arc::new(()));
    let events = vec![rules, Event::Assigned(0), Event::Batch(0, Vec::new()), Event::Shutdown];
    let (ended, uncommitted) = ScriptedLog::run(events);
    assert_eq!((ended.is_ok(), uncommitted), (true, 0));
}

#[test]
fn a_batch_of_a_revoked_partition_is_a_fatal_fault() {
    let rules = Event::Rules(Arc::new(()));
    let events = vec![rules, Event::Assigned(0), Event::Revoked(0), Event::Batch(0, Vec::new())];
    let (ended, _) = ScriptedLog::run(events);
    let fault = ended.unwrap_err();
    assert!(fault.is_fatal() && matches!(fault, Fault::Contract(_)), "{fault}");
}

#[test]
fn a_batch_before_the_first_rules_is_a_fatal_fault() {
    let events = vec![Event::Assigned(0), Event::Batch(0, Vec::new())];
    let (ended, _) = ScriptedLog::run(events);
    let fault = ended.unwrap_err();
    assert!(fault.is_fatal() && matches!(fault, Fault::Contract(_)), "{fault}");
}

#[test]
fn a_change_that_the_state_cannot_apply_is_a_fatal_fault_and_reaches_no_changelog() {
    let broker = MemoryBroker::new(1);
    append_words(&broker, A, 1_000, "k:bug");
    let mut log = MemoryLog::new::<TallyStage>(&broker, (), DeliveryPlan::default());
    let ended = run(&TallyStage, &mut log, &mut Quarantine::default(), &mut NoObserver);
    let fault = ended.unwrap_err();
    assert!(fault.is_fatal(), "{fault}");
    let Fault::InvalidChange { stage, source } = fault else { panic!("{fault}") };
    assert!(stage == "tally" && matches!(source, Malformed::InvalidField("count")), "{source}");
    assert!(broker.changelog("tally").is_empty());
}

/// Words for [`EchoStage`] and its table, with a malformed row in each partition.
fn broker_with_rows() -> MemoryBroker {
    let broker = MemoryBroker::new(2);
    append_words(&broker, B, 1_000, "k:a l:b k:no k:c m:d k:e l:f n:g k:h m:i");
    append_words(&broker, TABLE, 500, "x:one y:two");
    for key in [b"k", b"l", b"m", b"n"] {
        broker.append(TABLE, at(700), key, Some(b"malformed".to_vec()));
    }
    broker
}

#[test]
fn a_malformed_table_row_becomes_one_dead_letter_whatever_fails() {
    assert_fault_tolerant(Some(END_TIME), &|plan| {
        let broker = broker_with_rows();
        run_to_end(EchoStage, EchoRules(""), &broker, plan);
        RunOutcome::read(&broker, &[C], &["echo"])
    });
    let broker = broker_with_rows();
    run_to_end(EchoStage, EchoRules(""), &broker, FaultPlan::default());
    let dead = broker.dead_letters();
    let rows: Vec<_> = dead.iter().filter(|letter| letter.record.at.topic == TABLE).collect();
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|row| row.reject.stage == "echo"));
    assert!(rows.iter().all(|row| row.record.value.as_deref() == Some(b"malformed".as_slice())));
    // Another process of the stage reads the same rows: they have their dead letters.
    run_to_end(EchoStage, EchoRules(""), &broker, FaultPlan::default());
    assert_eq!(broker.dead_letters().len(), dead.len());
}

#[test]
fn a_reload_at_any_position_gives_the_same_output_whatever_fails() {
    for position in 0..=10 {
        let reload_at = at(1_000 + position * 1_000);
        assert_fault_tolerant(Some(END_TIME), &|plan| {
            let broker = MemoryBroker::new(2);
            append_words(&broker, B, 1_000, "k:a l:b k:no k:c m:d k:e l:f n:g k:h m:i");
            let rules = RulesSchedule::from(EchoRules("-old")).then(reload_at, EchoRules("-new"));
            run_to_end(EchoStage, rules, &broker, plan);
            let outcome = RunOutcome::read(&broker, &[C], &["echo"]);
            let words = read_words(&broker, C);
            let old = words.iter().filter(|word| word.ends_with("-old")).count() as i64;
            // `no` is rejected, at 3 ms: it is not among the words of either version.
            assert_eq!(old, position - i64::from(position > 2), "{words:?}");
            outcome
        });
    }
}

#[test]
fn a_late_record_of_a_side_input_does_not_bring_older_rules_back() {
    let broker = MemoryBroker::new(1);
    append_words(&broker, B, 5_000, "k:a");
    let rules = RulesSchedule::from(EchoRules("-old")).then(at(3_000), EchoRules("-new"));
    let mut log = MemoryLog::new::<EchoStage>(&broker, rules, DeliveryPlan::default());
    while !matches!(log.next_event().unwrap(), Event::Shutdown) {}
    // A chain writes such a record to its own input: its time precedes the reload.
    append_words(&broker, SIDE, 1_000, "k:x");
    log.resume();
    assert!(matches!(log.next_event().unwrap(), Event::Batch(0, records) if records.len() == 1));
}
