//! Outputs that the broker refuses: the record becomes one dead letter, and every other record of
//! the batch, of the partition and of the worker comes out once.

use std::collections::BTreeMap;

use kafka::admin::{TopicChange, apply_changes};
use kafka::dead_letters::{self, StoredDeadLetter};
use kafka::{IdempotentProducer, KafkaSettings, OutgoingRef};
use stage::{EventTime, TimeDelta};

use crate::test_bench::{CounterProcess, Oracle, TestBench, now};

/// Largest record of the output topic; the input topic has the default of the broker.
const OUTPUT_BYTES: usize = 200_000;
/// The largest payload of a record that a broker takes by default, less its frame and key.
const LARGEST_PAYLOAD: usize = 1_048_000;
/// Restarts after which a test counts a worker as stuck: more than any of these tests needs.
const MAX_RESTARTS: usize = 9;

/// A bench whose output topic refuses large records and those older than a day.
fn bench(name: &str) -> TestBench {
    let bench = TestBench::on_shared_broker(name, 3);
    let limits = [
        ("max.message.bytes", OUTPUT_BYTES.to_string()),
        ("message.timestamp.before.max.ms", "86400000".to_owned()),
    ];
    let config: BTreeMap<_, _> = limits.map(|(key, value)| (key.to_owned(), value)).into();
    let name = bench.settings.topic("counter.out.v1");
    apply_changes(&bench.settings, &[TopicChange::Alter { name, config, differs: Vec::new() }])
        .unwrap();
    bench
}

/// Appends a record of any size.
fn append(bench: &TestBench, key: &str, value: &[u8], time: EventTime) {
    let mut client = bench.settings.client.clone();
    client.insert("message.max.bytes".to_owned(), "2000000".to_owned());
    let settings = KafkaSettings { client, ..bench.settings.clone() };
    let feed = IdempotentProducer::new(&settings, "hostile").unwrap();
    let record = OutgoingRef::new(key.as_bytes(), Some(value), time);
    feed.append("counter.in.v1", std::iter::once(record)).unwrap().wait().unwrap();
}

/// Appends a record whose output is larger than its topic takes.
fn append_large(bench: &TestBench, key: &str) {
    append(bench, key, "x".repeat(OUTPUT_BYTES + 1).as_bytes(), now());
}

/// Appends a record whose output is older than its topic takes.
fn append_old(bench: &TestBench, key: &str) {
    append(bench, key, b"old", now() - TimeDelta::from_secs(2 * 86_400));
}

fn letters(bench: &TestBench) -> Vec<StoredDeadLetter> {
    let mut letters = Vec::new();
    dead_letters::read(&bench.settings, "counter", &mut |letter| letters.push(letter)).unwrap();
    letters
}

/// Waits for the whole output, or until the worker has restarted too often to get there.
fn settle(bench: &TestBench, counter: &CounterProcess, records: usize) {
    bench.wait_until("the output or a stuck worker", || {
        let restarts = counter.log().matches("restarting the worker").count();
        restarts > MAX_RESTARTS || bench.output().len() >= records
    });
}

/// Refuses records in the middle of two partitions. Returns the first difference from the expected
/// output; none if all is as expected.
pub(crate) fn mismatch_around_refusals(defence_off: Option<&str>) -> Option<String> {
    let bench = bench("refused");
    let mut oracle = bench.append_records(300);
    append_large(&bench, "key-0");
    append_old(&bench, "key-1");
    oracle.extend(bench.append_records_from(300, 300));
    append_large(&bench, "key-2");
    oracle.extend(bench.append_records_from(600, 300));
    let counter = bench.counter("0").with("timeout=2000").without(defence_off).start();
    settle(&bench, &counter, oracle.len());
    counter.shut_down();
    mismatch(&bench, &oracle, ["key-0", "key-1", "key-2"])
}

/// Compares output and dead letters; each key has one record that is refused.
fn mismatch<const N: usize>(
    bench: &TestBench,
    oracle: &Oracle,
    refused: [&str; N],
) -> Option<String> {
    let letters = letters(bench);
    let mut keys: Vec<_> = letters.iter().map(|letter| letter.record.key.as_slice()).collect();
    keys.sort_unstable();
    let expected = refused.map(str::as_bytes);
    let wrong = bench.mismatch(oracle);
    wrong.or_else(|| (keys != expected).then(|| format!("dead letters of {keys:?}")))
}

#[test]
fn a_refused_record_becomes_one_dead_letter_and_every_other_record_comes_out_once() {
    assert_eq!(mismatch_around_refusals(None), None);
}

#[test]
fn the_dead_letter_of_a_refused_record_and_the_log_name_the_record_and_the_refusal() {
    let bench = bench("named");
    append_large(&bench, "large");
    append_old(&bench, "old");
    let oracle = bench.append_records(10);
    let counter = bench.counter("0").start();
    settle(&bench, &counter, oracle.len());
    bench.wait_until("two dead letters", || letters(&bench).len() >= 2);
    for letter in letters(&bench) {
        let expected = if letter.record.key == b"large" { "too large" } else { "timestamp" };
        assert_eq!((&*letter.stage, &*letter.reason), ("counter", "quarantined"));
        assert!(letter.message.starts_with("the broker refused"), "{}", letter.message);
        assert!(letter.message.to_lowercase().contains(expected), "{}", letter.message);
        let log = counter.log();
        let mut lines = log.lines().filter(|line| line.contains("the record is quarantined"));
        let offset = format!("offset={}", letter.source.offset);
        let partition = format!("partition={}", letter.source.partition);
        assert!(
            lines.any(|line| line.contains(&offset) && line.contains(&partition)),
            "{letter:?}:\n{log}"
        );
    }
    counter.shut_down();
}

#[test]
fn kills_around_refused_records_lose_and_duplicate_nothing() {
    let bench = bench("refused-kills");
    let mut oracle = bench.append_records(200);
    // The isolated records commit one by one, so the later kills hit single ones.
    for (point, nth) in [("after-produce", 2), ("before-commit", 9), ("after-commit", 30)] {
        append_large(&bench, &format!("key-{nth}"));
        oracle.extend(bench.append_records_from(oracle.len(), 100));
        let counter = bench.counter("0").crash(point, nth).start();
        counter.append_until_killed(&bench, &mut oracle);
    }
    let counter = bench.counter("0").start();
    settle(&bench, &counter, oracle.len());
    counter.shut_down();
    assert_eq!(mismatch(&bench, &oracle, ["key-2", "key-30", "key-9"]), None);
}

/// The records of the largest size that a broker takes: one that does not decode, and one whose
/// output the client refuses. Returns the first difference from the expected output.
pub(crate) fn mismatch_around_largest(defence_off: Option<&str>) -> Option<String> {
    let bench = bench("largest");
    let mut oracle = bench.append_records(50);
    append(&bench, "a-malformed", &vec![0xff; LARGEST_PAYLOAD], now());
    append(&bench, "b-too-large", "x".repeat(LARGEST_PAYLOAD).as_bytes(), now());
    oracle.extend(bench.append_records_from(50, 50));
    let counter = bench.counter("0").with("timeout=2000").without(defence_off).start();
    settle(&bench, &counter, oracle.len());
    counter.shut_down();
    let wrong = mismatch(&bench, &oracle, ["a-malformed", "b-too-large"]);
    let is_cut = |letter: &StoredDeadLetter| {
        let kept = letter.record.value.as_ref().map_or(0, Vec::len);
        let length = (letter.record.key.len() + LARGEST_PAYLOAD) as u64;
        letter.cut_from == Some(length) && (900_000..1_000_000).contains(&kept)
    };
    let all_cut = letters(&bench).iter().all(is_cut);
    wrong.or_else(|| (!all_cut).then(|| "a dead letter that is not cut".to_owned()))
}

#[test]
fn the_dead_letter_of_the_largest_record_fits_and_is_cut() {
    assert_eq!(mismatch_around_largest(None), None);
}

#[test]
fn a_refused_output_of_a_timer_keeps_the_worker_unready_and_stops_no_record() {
    let bench = bench("refused-timer");
    // The output of a timer has the key of its record.
    append(&bench, &format!("timer{}", "x".repeat(OUTPUT_BYTES)), b"0", now());
    let counter = bench.counter("0").with("timeout=2000").start();
    bench.wait_until("restarts for the timer", || {
        counter.log().matches("the output of a timer is refused").count() > 4
    });
    let oracle = bench.append_records(100);
    bench.wait_for_output(oracle.len());
    let log = counter.log();
    counter.shut_down();
    bench.assert_output(&oracle);
    assert!(letters(&bench).is_empty());
    // Ready after the first starts, then only after a commit: the refusals have none in between.
    let (before, after) = log.split_once("the output of a timer is refused").unwrap();
    assert!(before.contains("ready=true"), "{log}");
    let refusals: Vec<_> = after.split("the output of a timer is refused").collect();
    assert!(refusals[..2].iter().all(|run| run.contains("ready=true")), "{log}");
    assert!(!refusals[2].contains("ready=true"), "{log}");
}
