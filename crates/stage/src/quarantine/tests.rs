use super::*;
use crate::{EventTime, RecordHeaders, WallTime};

fn records(topic: Topic, partition: i32, offsets: std::ops::Range<i64>) -> Vec<RawRecord> {
    let raw = |offset| RawRecord {
        at: Position { topic, partition, offset },
        time: EventTime::default(),
        now: WallTime::default(),
        key: Vec::new(),
        value: None,
        headers: RecordHeaders::new(),
    };
    offsets.map(raw).collect()
}

fn refused() -> Fault {
    Fault::Refused { action: "flush".to_owned(), source: "too large".into() }
}

fn unexplained() -> Fault {
    Fault::Unexplained { action: "flush".to_owned(), source: "policy".into() }
}

const TOGETHER: NextSlice = NextSlice { len: 16, is_alone: false };
const ALONE: NextSlice = NextSlice { len: 1, is_alone: true };

#[test]
fn a_refusal_isolates_the_records_of_its_transaction_and_no_other() {
    let mut quarantine = Quarantine::default();
    assert_eq!(quarantine.next_slice(&records("t", 0, 0..50), 16), TOGETHER);
    quarantine.add_records(&records("t", 0, 0..16));
    quarantine.add_records(&records("t", 0, 16..20));
    quarantine.add_records(&records("t", 2, 5..7));
    quarantine.record_fault(&refused());
    let cause = "too large".to_owned();
    assert_eq!(quarantine.take_findings(), [Finding::Isolated { records: 22, cause }]);
    for offset in 0..20 {
        assert_eq!(quarantine.next_slice(&records("t", 0, offset..50), 16), ALONE);
    }
    assert_eq!(quarantine.next_slice(&records("t", 0, 20..50), 16), TOGETHER);
    assert_eq!(quarantine.next_slice(&records("t", 1, 0..50), 16), TOGETHER);
    assert_eq!(quarantine.next_slice(&records("u", 2, 0..50), 16), TOGETHER);
    assert_eq!(quarantine.next_slice(&records("t", 2, 6..50), 16), ALONE);
    assert_eq!(quarantine.next_slice(&[], 16), NextSlice { len: 0, is_alone: false });
}

#[test]
fn a_commit_past_the_last_isolated_record_ends_the_isolation() {
    let mut quarantine = Quarantine::default();
    quarantine.add_records(&records("t", 0, 0..3));
    quarantine.record_fault(&refused());
    for offset in 0..3 {
        assert!(!quarantine.isolated.is_empty());
        quarantine.add_records(&records("t", 0, offset..offset + 1));
        quarantine.on_commit();
    }
    assert!(quarantine.isolated.is_empty());
}

#[test]
fn a_record_refused_alone_is_quarantined_at_once_until_its_dead_letter_is_committed() {
    let mut quarantine = Quarantine::default();
    let record = records("t", 0, 7..8);
    let at = record[0].at;
    quarantine.add_records(&record);
    quarantine.record_fault(&refused());
    let message = "the broker refused what the stage made of it: too large";
    assert_eq!(quarantine.rejection(at), Some(message));
    let message = message.to_owned();
    assert_eq!(quarantine.take_findings(), [Finding::Quarantined { at, message }]);
    assert_eq!(quarantine.next_slice(&record, 16), ALONE);
    quarantine.add_records(&record);
    quarantine.record_fault(&refused());
    let cause = "too large".to_owned();
    assert_eq!(quarantine.take_findings(), [Finding::DeadLetterFailed { at, cause }]);
    quarantine.add_records(&record);
    quarantine.on_commit();
    assert_eq!(quarantine.rejection(at), None);
    assert!(quarantine.suspects.is_empty() && quarantine.isolated.is_empty());
}

#[test]
fn a_refused_output_of_a_timer_blames_no_record() {
    let mut quarantine = Quarantine::default();
    quarantine.add_timer();
    quarantine.record_fault(&refused());
    let cause = "too large".to_owned();
    assert_eq!(quarantine.take_findings(), [Finding::NoRecord { cause: cause.clone() }]);
    // The record shares the transaction with a timer: it must first be processed without it.
    let record = records("t", 0, 7..8);
    quarantine.add_timer();
    quarantine.add_records(&record);
    quarantine.record_fault(&refused());
    assert_eq!(quarantine.take_findings(), [Finding::Isolated { records: 1, cause }]);
    assert_eq!(quarantine.rejection(record[0].at), None);
    assert_eq!(quarantine.next_slice(&record, 16), ALONE);
}

#[test]
fn an_unexplained_fault_isolates_from_the_third_restart_on_and_takes_three_attempts() {
    let mut quarantine = Quarantine::default();
    let all = records("t", 0, 0..5);
    for restarts in 1..=3 {
        assert_eq!(quarantine.next_slice(&all, 16).len, 5);
        quarantine.add_records(&all);
        quarantine.record_fault(&unexplained());
        assert_eq!(quarantine.is_stuck(), restarts == 3);
    }
    assert!(matches!(*quarantine.take_findings(), [Finding::Isolated { records: 5, .. }]));
    for attempt in 1..=MAX_ATTEMPTS {
        assert_eq!(quarantine.next_slice(&all, 16), ALONE);
        quarantine.add_records(&all[..1]);
        quarantine.record_fault(&unexplained());
        assert_eq!(quarantine.rejection(all[0].at).is_some(), attempt == MAX_ATTEMPTS);
    }
    quarantine.add_records(&all[..1]);
    quarantine.on_commit();
    assert!(!quarantine.is_stuck());
}

#[test]
fn a_fault_of_the_connection_isolates_nothing_and_an_idle_one_does_not_count() {
    let mut quarantine = Quarantine::default();
    for _ in 0..5 {
        quarantine.record_fault(&Fault::detected("poll"));
    }
    assert!(!quarantine.is_stuck());
    let all = records("t", 0, 0..50);
    for _ in 0..5 {
        quarantine.add_records(&all);
        quarantine.record_fault(&Fault::log("commit", "timed out"));
    }
    assert!(quarantine.is_stuck());
    assert_eq!(quarantine.next_slice(&all, 16), TOGETHER);
    assert_eq!(quarantine.take_findings(), []);
}

#[test]
fn a_panic_isolates_the_records_of_its_slice() {
    let mut quarantine = Quarantine::default();
    quarantine.add_records(&records("t", 0, 0..16));
    quarantine.add_records(&records("t", 0, 16..20));
    quarantine.record_panic(&records("t", 1, 0..4));
    assert_eq!(quarantine.next_slice(&records("t", 0, 0..50), 16), TOGETHER);
    assert_eq!(quarantine.next_slice(&records("t", 1, 3..50), 16), ALONE);
    assert_eq!(quarantine.next_slice(&records("t", 1, 4..50), 16), TOGETHER);
}

#[test]
fn what_it_remembers_is_bounded_and_a_quarantined_record_is_not_forgotten_for_a_suspect() {
    let mut quarantine = Quarantine::default();
    let first = records("t", 0, 0..1);
    for _ in 0..MAX_ATTEMPTS {
        quarantine.record_panic(&first);
    }
    // As many partitions that another worker took over, so that nothing was ever committed here.
    for partition in 1..=2 * MAX_SUSPECTS as i32 {
        quarantine.record_panic(&records("t", partition, 0..1));
    }
    assert_eq!(quarantine.suspects.len(), MAX_SUSPECTS);
    assert!(quarantine.rejection(first[0].at).is_some());
    for _ in 0..2 * MAX_FINDINGS {
        quarantine.add_records(&records("t", 0, 5..9));
        quarantine.record_fault(&refused());
    }
    assert_eq!(quarantine.take_findings().len(), MAX_FINDINGS);
}
