//! Exactly once on a real Apache Kafka, under kills, freezes, rebalances and slow brokers.
//!
//! The stage under test is `examples/counter.rs`: its output `text:n` numbers the records of each
//! key, so a record lost, duplicated, out of order or counted on an incomplete state shows at once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]
#![allow(clippy::disallowed_methods, reason = "a test that waits for processes needs a clock")]

mod brokers;
mod defences;
mod forged;
mod kills;
mod members;
mod misplaced;
mod proxied;
mod refusals;
mod table_rows;
mod test_bench;
mod twins;
mod unreadable;
mod zombies;

use test_bench::TestBench;

#[test]
fn every_record_is_counted_once_and_in_order() {
    let bench = TestBench::on_shared_broker("calm", 4);
    let oracle = bench.append_records(2_000);
    let counter = bench.counter("0").start();
    bench.wait_for_output(oracle.len());
    counter.shut_down();
    bench.assert_output(&oracle);
}
