//! Changelog entries that no worker has written: a restore ends at them, and a repair removes them.

use std::time::Duration;

use kafka::{IdempotentProducer, OutgoingRef, topic_reader};
use stage::RawRecord;

use crate::test_bench::{CounterCommand, Oracle, TestBench, now};

const CHANGELOG: &str = "counter.changelog.v1";
const KEY: &str = "state-key=not for strangers";

/// A bench with the state of two runs: each key has several entries.
fn bench_with_state(name: &str) -> (TestBench, Oracle) {
    let bench = TestBench::on_shared_broker(name, 2);
    let mut oracle = Oracle::new();
    for _ in 0..2 {
        oracle.extend(bench.append_records_from(oracle.len(), 100));
        let counter = bench.counter("0").with(KEY).start();
        bench.wait_for_output(oracle.len());
        counter.shut_down();
    }
    (bench, oracle)
}

fn append(bench: &TestBench, entry: OutgoingRef<'_>) {
    let producer = IdempotentProducer::new(&bench.settings, "hostile").unwrap();
    producer.append(CHANGELOG, std::iter::once(entry)).unwrap().wait().unwrap();
}

/// Makes the state forget a key.
fn append_tombstone(bench: &TestBench, key: &str) {
    append(bench, OutgoingRef::new(key.as_bytes(), None, now()));
}

fn entries(bench: &TestBench, key: &str) -> Vec<RawRecord> {
    let mut entries = Vec::new();
    topic_reader::read_topic(&bench.settings, CHANGELOG, &mut |entry| entries.push(entry)).unwrap();
    entries.retain(|entry| entry.key == key.as_bytes());
    entries
}

/// Starts a counter that must end by itself; returns its exit code and its log.
fn end_of(counter: CounterCommand) -> (Option<i32>, String) {
    let mut counter = counter.start();
    let code = counter.exit_code_within(Duration::from_secs(60));
    (code, counter.log())
}

/// Restores with a repair, then without, and compares the whole output.
fn assert_repaired(bench: &TestBench, oracle: &mut Oracle) {
    for settings in [[KEY, "forged-state=repair"], [KEY, "forged-state=stop"]] {
        let counter = settings.iter().fold(bench.counter("0"), |counter, one| counter.with(one));
        let counter = counter.start();
        oracle.extend(bench.append_records_from(oracle.len(), 100));
        bench.wait_for_output(oracle.len());
        counter.shut_down();
    }
    bench.assert_output(oracle);
}

#[test]
fn a_forged_tombstone_ends_the_process_with_its_place_and_a_repair_restores_the_entry() {
    let (bench, mut oracle) = bench_with_state("tombstone");
    append_tombstone(&bench, "key-0");
    let forged = entries(&bench, "key-0").pop().unwrap().at;
    let (code, log) = end_of(bench.counter("0").with(KEY));
    assert_eq!(code, Some(78), "{log}");
    let topic = bench.settings.topic(CHANGELOG);
    let place =
        format!("{topic}, partition {}, offset {}, key sha256:", forged.partition, forged.offset);
    for words in [place.as_str(), "it has no check", "kafka.security.forged_state"] {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert!(!log.contains("key-0"), "the key of an entry is personal data: {log}");
    assert_repaired(&bench, &mut oracle);
}

#[test]
fn an_old_entry_that_is_written_again_ends_the_process() {
    let (bench, mut oracle) = bench_with_state("repeated");
    let old = entries(&bench, "key-0").remove(0);
    append(&bench, OutgoingRef::from(&old));
    let (code, log) = end_of(bench.counter("0").with(KEY));
    assert_eq!(code, Some(78), "{log}");
    assert!(log.contains("an old entry, written again"), "{log}");
    assert_repaired(&bench, &mut oracle);
}

#[test]
fn an_entry_of_another_key_or_place_ends_the_process() {
    let (bench, mut oracle) = bench_with_state("mismatch");
    // The check of another key's entry.
    let mut moved = entries(&bench, "key-1").pop().unwrap();
    moved.key = b"key-0".to_vec();
    append(&bench, OutgoingRef::from(&moved));
    let (code, log) = end_of(bench.counter("0").with(KEY));
    assert_eq!(code, Some(78), "{log}");
    assert!(log.contains("its check does not match"), "{log}");
    assert_repaired(&bench, &mut oracle);
    // A worker with another key must not take the state for forged, nor repair it away.
    for state in ["stop", "repair"] {
        let other = bench.counter("0").with("state-key=some other secret");
        let (code, log) = end_of(other.with(&format!("forged-state={state}")));
        assert_eq!(code, Some(78), "{log}");
        assert!(log.contains("set the key with which they were written"), "{log}");
    }
    assert_repaired(&bench, &mut oracle);
}

#[test]
fn a_forged_entry_behind_which_a_worker_wrote_the_key_again_stops_nothing() {
    let (bench, mut oracle) = bench_with_state("undone");
    append_tombstone(&bench, "key-0");
    assert_repaired(&bench, &mut oracle);
    let counter = bench.counter("0").with(KEY).start();
    oracle.extend(bench.append_records_from(oracle.len(), 100));
    bench.wait_for_output(oracle.len());
    append_tombstone(&bench, "key-0");
    oracle.extend(bench.append_records_from(oracle.len(), 100));
    bench.wait_for_output(oracle.len());
    counter.shut_down();
    let counter = bench.counter("0").with(KEY).start();
    oracle.extend(bench.append_records_from(oracle.len(), 100));
    bench.wait_for_output(oracle.len());
    counter.shut_down();
    bench.assert_output(&oracle);
}

/// Restores a state with a forged tombstone; returns the first difference from the expected output.
pub(crate) fn mismatch_after_tombstone(defence_off: Option<&str>) -> Option<String> {
    let (bench, mut oracle) = bench_with_state("unchecked");
    append_tombstone(&bench, "key-0");
    let counter = bench.counter("0").with(KEY).without(defence_off).start();
    oracle.extend(bench.append_records_from(oracle.len(), 100));
    bench.wait_for_output(oracle.len());
    counter.shut_down();
    bench.mismatch(&oracle)
}
