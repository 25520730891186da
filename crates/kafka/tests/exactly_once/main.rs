//! Exactly once, on a real Apache Kafka, with everything going wrong.
//!
//! The stage under test is `examples/counter.rs`: its output `text:n` numbers the records of each
//! key, so a record lost, doubled, out of order or counted on half a state shows at once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends by a panic")]
#![allow(clippy::disallowed_methods, reason = "a test that waits for processes owns a clock")]

mod bench;
mod brokers;
mod defences;
mod kills;
mod members;
mod proxied;
mod zombies;

use bench::Bench;

#[test]
fn every_record_is_counted_once_and_in_order() {
    let bench = Bench::shared("calm", 4);
    let oracle = bench.feed(2_000);
    let counter = bench.counter("0").start();
    bench.await_output(oracle.len());
    counter.end_in_good_order();
    bench.check(&oracle);
}
