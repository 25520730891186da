//! Records in a partition that their key does not choose.

use kafka::dead_letters;
use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use stage::partition::partition_of;

use crate::test_bench::TestBench;

const PARTITIONS: i32 = 4;

/// Appends a record to a partition, as a client with another partitioner does.
fn append_to(bench: &TestBench, partition: i32, key: &str) {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &bench.settings.bootstrap);
    let producer: BaseProducer = config.create().unwrap();
    let topic = bench.settings.topic("counter.in.v1");
    let record = BaseRecord::to(&topic).partition(partition).key(key).payload("stray");
    producer.send(record).map_err(|(error, _)| error).unwrap();
    producer.flush(bench.settings.timeout).unwrap();
}

/// Mixes stray records with others. Returns the first difference from the expected output, and the
/// dead letters as partition, key and message.
pub(crate) fn stray_records(
    defence_off: Option<&str>,
) -> (Option<String>, Vec<(i32, String, String)>) {
    let bench = TestBench::on_shared_broker("stray", PARTITIONS);
    let mut oracle = bench.append_records(100);
    for key in ["key-0", "key-1"] {
        append_to(&bench, (partition_of(key.as_bytes(), PARTITIONS) + 1) % PARTITIONS, key);
    }
    oracle.extend(bench.append_records_from(100, 100));
    let counter = bench.counter("0").crash("after-produce", 2).without(defence_off).start();
    counter.append_until_killed(&bench, &mut oracle);
    let counter = bench.counter("0").without(defence_off).start();
    bench.wait_for_output(oracle.len());
    counter.shut_down();
    let mut letters = Vec::new();
    dead_letters::read(&bench.settings, "counter", &mut |letter| {
        let key = String::from_utf8(letter.record.key).unwrap();
        letters.push((letter.source.partition, key, letter.message));
    })
    .unwrap();
    letters.sort_by(|a, b| a.1.cmp(&b.1));
    (bench.mismatch(&oracle), letters)
}

#[test]
fn a_record_in_a_partition_that_its_key_does_not_choose_becomes_one_dead_letter() {
    let (mismatch, letters) = stray_records(None);
    assert_eq!(mismatch, None);
    let letter = |key: &str| {
        let home = partition_of(key.as_bytes(), PARTITIONS);
        let message = format!("its key belongs to partition {home}");
        ((home + 1) % PARTITIONS, key.to_owned(), message)
    };
    assert_eq!(letters, ["key-0", "key-1"].map(letter));
}
