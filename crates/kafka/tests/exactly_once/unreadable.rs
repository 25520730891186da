//! Batches that the client cannot read: each becomes one dead letter, and the records around it come
//! out once.

use kafka::dead_letters::{self, StoredDeadLetter};
use kafka::{IdempotentProducer, KafkaSettings, OutgoingRef};

use stage::{Position, Topic};

use crate::test_bench::{Oracle, TABLE, TestBench, now};

/// More than librdkafka decompresses (`receive.message.max.bytes`, 100 MB).
const BOMB_BYTES: usize = 120_000_000;

/// Appends one compressed batch that decompresses to [`BOMB_BYTES`], with this number of records.
fn append_bomb(bench: &TestBench, key: &str, records: usize) {
    append_bomb_to(bench, "counter.in.v1", key, records);
}

fn append_bomb_to(bench: &TestBench, topic: Topic, key: &str, records: usize) {
    let mut client = bench.settings.client.clone();
    for (name, value) in [
        ("compression.type", "zstd"),
        // The client checks the size before it compresses, the broker after.
        ("message.max.bytes", "300000000"),
        ("batch.size", "300000000"),
        ("queue.buffering.max.kbytes", "400000"),
        ("linger.ms", "2000"),
    ] {
        client.insert(name.to_owned(), value.to_owned());
    }
    let settings = KafkaSettings { client, ..bench.settings.clone() };
    let producer = IdempotentProducer::new(&settings, "hostile").unwrap();
    let value = vec![b'0'; BOMB_BYTES / records];
    let record = || OutgoingRef::new(key.as_bytes(), Some(&value), now());
    let batch = std::iter::repeat_with(record).take(records);
    producer.append(topic, batch).unwrap().wait().unwrap();
}

fn letters(bench: &TestBench) -> Vec<StoredDeadLetter> {
    let mut letters = Vec::new();
    dead_letters::read(&bench.settings, "counter", &mut |letter| letters.push(letter)).unwrap();
    letters
}

/// Appends unreadable batches between others, side by side and at the end of a partition. Returns the
/// bench and the expected output.
fn bench_with_bombs() -> (TestBench, Oracle) {
    let bench = TestBench::on_shared_broker("unreadable", 2);
    let mut oracle = bench.append_records(100);
    append_bomb(&bench, "key-0", 1);
    oracle.extend(bench.append_records_from(100, 100));
    append_bomb(&bench, "key-1", 3);
    append_bomb(&bench, "key-1", 1);
    oracle.extend(bench.append_records_from(200, 100));
    append_bomb(&bench, "key-0", 2);
    (bench, oracle)
}

#[test]
fn a_batch_that_cannot_be_read_becomes_one_dead_letter_and_stops_no_record() {
    let (bench, mut oracle) = bench_with_bombs();
    let counter = bench.counter("0").crash("before-commit", 2).start();
    counter.append_until_killed(&bench, &mut oracle);
    let counter = bench.counter("0").start();
    bench.wait_for_output(oracle.len());
    bench.wait_until("four dead letters", || letters(&bench).len() >= 4);
    oracle.extend(bench.append_records_from(oracle.len(), 100));
    bench.wait_for_output(oracle.len());
    let log = counter.log();
    assert!(!log.contains("restarting the worker"), "{log}");
    counter.shut_down();
    bench.assert_output(&oracle);
    let letters = letters(&bench);
    assert_eq!(letters.len(), 4, "{letters:?}");
    let lost = |letter: &StoredDeadLetter| {
        let text =
            letter.message.strip_prefix("the client cannot read the batch with the offsets ");
        let (range, _) = text.unwrap().split_once(": ").unwrap();
        let (first, last) = range.split_once(" to ").unwrap();
        let (first, last): (i64, i64) = (first.parse().unwrap(), last.parse().unwrap());
        assert_eq!((letter.source.offset, letter.cut_from), (first, Some(0)));
        last - first + 1
    };
    // The killed process has logged those that it met; the next one all that it wrote.
    let is_logged = |letter: &&StoredDeadLetter| {
        let Position { partition, offset, .. } = letter.source;
        log.contains(&format!("partition={partition} offset={offset}"))
    };
    assert!(letters.iter().filter(is_logged).count() > 0, "{log}");
    let mut lost: Vec<_> = letters.iter().map(lost).collect();
    lost.sort_unstable();
    assert_eq!(lost, [1, 1, 2, 3], "records in each batch");
}

#[test]
fn table_rows_that_cannot_be_read_become_one_dead_letter_over_all_workers_and_restarts() {
    let bench = TestBench::on_shared_broker("rows", 2);
    append_bomb_to(&bench, TABLE, "key-0", 2);
    let mut oracle = bench.append_records(100);
    for round in 1..3 {
        let counters = ["a", "b"].map(|instance| bench.counter(instance).start());
        bench.wait_for_output(oracle.len());
        bench.wait_until("a dead letter for each batch", || letters(&bench).len() == round);
        // While the workers follow the table.
        append_bomb_to(&bench, TABLE, "key-1", 1);
        bench.wait_until("the next dead letter", || letters(&bench).len() == round + 1);
        oracle.extend(bench.append_records_from(oracle.len(), 100));
        bench.wait_for_output(oracle.len());
        for counter in counters {
            counter.shut_down();
        }
    }
    bench.assert_output(&oracle);
    assert_eq!(letters(&bench).len(), 3);
    assert!(letters(&bench).iter().all(|letter| letter.source.topic == TABLE));
}

/// Returns whether the output is incomplete after the client has reported the batch often.
pub(crate) fn is_stopped_by_a_batch(defence_off: Option<&str>) -> bool {
    let bench = TestBench::on_shared_broker("stopped", 1);
    append_bomb(&bench, "key-0", 1);
    let oracle = bench.append_records(100);
    let counter = bench.counter("0").without(defence_off).start();
    bench.wait_until("the output or many reports", || {
        counter.log().matches("a batch that cannot be read").count() > 10
            || bench.output().len() >= oracle.len()
    });
    counter.shut_down();
    bench.mismatch(&oracle).is_some()
}
