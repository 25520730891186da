//! Tests of malformed rows of the broadcast table: all workers read each row, and again after every
//! restart, but it becomes one dead letter.

use std::collections::BTreeSet;
use std::time::SystemTime;

use kafka::{IdempotentProducer, OutgoingRef, dead_letters, topic_reader};
use stage::{Position, RawRecord, RecordHeaders, WallTime};
use testbroker::ProcessSignal;

use crate::kills::kill_count;
use crate::test_bench::{CounterProcess, TABLE, TestBench};

/// Enough rows for several malformed ones in every partition.
const ROWS: usize = 60;

/// A dead letter, or the one that a row should become: partition and offset of the row, its key,
/// payload and headers, and the stage, reason and message of the rejection.
type Letter = ((i32, i64), [Vec<u8>; 2], RecordHeaders, [String; 3]);

/// Appends rows over all partitions, every third of them malformed. None is for a key of
/// [`TestBench::append_records`].
fn append_table_rows(bench: &TestBench) {
    let rows: Vec<_> = (0..ROWS)
        .map(|i| {
            let mut headers = RecordHeaders::new();
            headers.push("row", i.to_string().into_bytes());
            let value = if i % 3 == 0 { vec![0xff, b'0', 0x80] } else { b"suffix".to_vec() };
            table_row(&format!("row-{i}"), value, headers)
        })
        .collect();
    append(bench, &rows);
}

fn table_row(key: &str, value: Vec<u8>, headers: RecordHeaders) -> RawRecord {
    let at = Position { topic: TABLE, partition: -1, offset: -1 };
    // A time of today: retention would delete records with an old timestamp.
    let now = WallTime::from(SystemTime::now());
    let (key, value) = (key.as_bytes().to_vec(), Some(value));
    RawRecord { at, time: now.as_event_time(), now, key, value, headers }
}

fn append(bench: &TestBench, rows: &[RawRecord]) {
    let feed = IdempotentProducer::new(&bench.settings, "rows").unwrap();
    feed.append(TABLE, rows.iter().map(OutgoingRef::from)).unwrap().wait().unwrap();
}

/// The dead letters that the rows of the table should have become.
fn expected_letters(bench: &TestBench) -> Vec<Letter> {
    let mut expected = Vec::new();
    let mut each = |row: RawRecord| {
        let value = row.value.unwrap_or_default();
        if String::from_utf8(value.clone()).is_err() {
            let rejection =
                ["counter", "undecodable", "a text that is not UTF-8"].map(str::to_owned);
            let at = (row.at.partition, row.at.offset);
            expected.push((at, [row.key, value], row.headers, rejection));
        }
    };
    topic_reader::read_topic(&bench.settings, TABLE, &mut each).unwrap();
    expected.sort_by_key(|letter| letter.0);
    expected
}

/// The committed dead letters, by the position of the row.
fn found_letters(bench: &TestBench) -> Vec<Letter> {
    let mut found = Vec::new();
    dead_letters::read(&bench.settings, "counter", &mut |letter| {
        assert_eq!(letter.source.topic, TABLE);
        let at = (letter.source.partition, letter.source.offset);
        let bytes = [letter.record.key, letter.record.value.unwrap_or_default()];
        let rejection = [letter.stage, letter.reason, letter.message];
        found.push((at, bytes, letter.record.headers, rejection));
    })
    .unwrap();
    found.sort_by_key(|letter| letter.0);
    found
}

/// Waits until each malformed row has a dead letter.
fn wait_for_letters(bench: &TestBench) {
    let rows = expected_letters(bench).len();
    bench.wait_until("a dead letter of each malformed row", || {
        found_letters(bench).iter().map(|letter| letter.0).collect::<BTreeSet<_>>().len() >= rows
    });
}

/// Restarts the counter with two workers, and ends it when its dead letters are complete. Letters
/// of a partition are written in order: after that of a last row no older row can get another one.
fn restart_and_settle(bench: &TestBench, defence_off: Option<&str>) {
    append_table_rows(bench);
    let counter = bench.counter_with_workers("a", 2).without(defence_off).start();
    wait_for_letters(bench);
    counter.shut_down();
}

/// Describes the difference between the dead letters and the malformed rows, if any.
fn mismatch(bench: &TestBench) -> Option<String> {
    let (expected, found) = (expected_letters(bench), found_letters(bench));
    let partitions: BTreeSet<_> = expected.iter().map(|letter| letter.0.0).collect();
    assert!(partitions.len() > 2, "the rows are in too few partitions: {partitions:?}");
    let at = expected.iter().zip(&found).find(|(expected, found)| expected != found);
    let (rows, letters) = (expected.len(), found.len());
    (expected != found)
        .then(|| format!("{letters} dead letters of {rows} malformed rows; first wrong: {at:?}"))
}

/// Two processes with three workers, rows before the start and while they run, and a clean restart.
pub(crate) fn mismatch_after_restart(defence_off: Option<&str>) -> Option<String> {
    let bench = TestBench::on_shared_broker("rows", 3);
    append_table_rows(&bench);
    let start = |instance, workers| {
        bench.counter_with_workers(instance, workers).without(defence_off).start()
    };
    let processes = [start("a", 2), start("b", 1)];
    wait_for_letters(&bench);
    // No input comes: the transaction has the dead letters and the offsets of their rows alone.
    append_table_rows(&bench);
    wait_for_letters(&bench);
    processes.into_iter().for_each(CounterProcess::shut_down);
    restart_and_settle(&bench, defence_off);
    mismatch(&bench)
}

#[test]
fn a_malformed_row_becomes_one_dead_letter_over_all_workers_and_restarts() {
    assert_eq!(mismatch_after_restart(None), None);
}

#[test]
fn well_formed_rows_reach_every_worker_before_its_first_record_and_while_it_runs() {
    let bench = TestBench::on_shared_broker("suffixes", 3);
    append_table_rows(&bench);
    // Keys of well-formed rows; those of malformed rows have no suffix.
    let records = (0..ROWS).map(|i| (format!("row-{i}"), i.to_string())).collect();
    let mut oracle = bench.append_rows(records);
    for (i, (_, text)) in oracle.iter_mut().enumerate().filter(|(i, _)| i % 3 != 0) {
        *text = format!("{i}+suffix");
    }
    let counter = bench.counter_with_workers("a", 2).start();
    bench.wait_for_output(oracle.len());
    bench.assert_output(&oracle);
    append(&bench, &[table_row("late", b"late".to_vec(), RecordHeaders::new())]);
    bench.wait_until("a record with the late row", || {
        bench.append_rows(vec![("late".to_owned(), "x".to_owned())]);
        bench.output().iter().any(|(_, text, _)| text == "x+late")
    });
    wait_for_letters(&bench);
    counter.shut_down();
    assert_eq!(mismatch(&bench), None);
}

fn assert_survives(point: &str) {
    let bench = TestBench::on_shared_broker(&format!("rows-{point}"), 3);
    let mut oracle = bench.append_records(300);
    for kill in 0..kill_count() {
        // Spreads the kills over the transaction of the first rows and later ones.
        let nth = 1 + kill * kill % 7;
        append_table_rows(&bench);
        let counter = bench.counter_with_workers("a", 2).crash(point, nth).start();
        append_table_rows(&bench);
        counter.append_until_killed(&bench, &mut oracle);
    }
    restart_and_settle(&bench, None);
    assert_eq!(mismatch(&bench), None);
    let counter = bench.counter_with_workers("a", 2).start();
    bench.wait_for_output(oracle.len());
    counter.shut_down();
    bench.assert_output(&oracle);
}

#[test]
fn a_kill_after_poll_leaves_one_dead_letter_of_each_row() {
    assert_survives("after-poll");
}

#[test]
fn a_kill_before_produce_leaves_one_dead_letter_of_each_row() {
    assert_survives("before-produce");
}

#[test]
fn a_kill_after_produce_leaves_one_dead_letter_of_each_row() {
    assert_survives("after-produce");
}

#[test]
fn a_kill_before_commit_leaves_one_dead_letter_of_each_row() {
    assert_survives("before-commit");
}

#[test]
fn a_kill_during_commit_leaves_one_dead_letter_of_each_row() {
    assert_survives("during-commit");
}

#[test]
fn a_kill_after_commit_leaves_one_dead_letter_of_each_row() {
    assert_survives("after-commit");
}

#[test]
fn a_kill_during_restore_leaves_one_dead_letter_of_each_row() {
    assert_survives("during-restore");
}

#[test]
fn a_member_that_joins_and_leaves_repeats_no_dead_letter() {
    let bench = TestBench::on_shared_broker("rows-members", 3);
    append_table_rows(&bench);
    let first = bench.counter_with_workers("a", 2).start();
    wait_for_letters(&bench);
    append_table_rows(&bench);
    let second = bench.counter("b").start();
    bench.wait_until("the second member to join", || second.has_logged("partitions assigned"));
    append_table_rows(&bench);
    wait_for_letters(&bench);
    append_table_rows(&bench);
    second.shut_down();
    wait_for_letters(&bench);
    assert!(!first.has_logged("restarting the worker"), "{}", first.log());
    first.shut_down();
    restart_and_settle(&bench, None);
    assert_eq!(mismatch(&bench), None);
}

/// Freezes an idle member in a transaction of dead letters alone until its successor has written
/// the same ones, and resumes it.
pub(crate) fn mismatch_after_zombie(defences_off: &str, adds_letters: bool) -> Option<String> {
    let bench = TestBench::on_shared_broker("rows-zombie", 1);
    append_table_rows(&bench);
    // Longer than it stays frozen: its unsent letters would time out, and with them its commit.
    let zombie = bench.counter("a").with("timeout=14000").without(Some(defences_off));
    let zombie = zombie.freeze("after-produce", 1).start();
    bench.wait_until("the zombie to freeze", || zombie.is_frozen());
    // The zombie's open transaction hides the successor's letters from this test. So the successor
    // freezes after its first commit: that shows that it has committed them.
    let successor = bench.counter("b").freeze("after-commit", 1).start();
    bench.wait_until("the successor to commit", || successor.is_frozen());
    zombie.signal(ProcessSignal::Resume);
    successor.signal(ProcessSignal::Resume);
    let rows = expected_letters(&bench).len();
    bench.wait_until("the end of the zombie's transaction", || match adds_letters {
        false => zombie.has_logged("restarting the worker"),
        true => found_letters(&bench).len() > rows,
    });
    drop(zombie);
    successor.shut_down();
    restart_and_settle(&bench, None);
    mismatch(&bench)
}

#[test]
fn a_zombie_that_has_only_rejected_rows_adds_no_dead_letter() {
    // The generation in the offsets alone must refuse its commit.
    assert_eq!(mismatch_after_zombie("abort-when-lost", false), None);
}
