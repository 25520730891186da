//! Members that join, leave, freeze and come back.

use testbroker::Signal;

use crate::bench::{Bench, Counter, Oracle};

#[test]
fn members_that_join_and_leave_under_load_lose_and_double_nothing() {
    let bench = Bench::shared("members", 6);
    let mut oracle = bench.feed(1_000);
    let first = bench.counter("a").start();
    for round in 0..3 {
        oracle.extend(bench.feed_from(oracle.len(), 500));
        let second = bench.counter("b").start();
        oracle.extend(bench.feed_from(oracle.len(), 500));
        let third = bench.counter("c").start();
        oracle.extend(bench.feed_from(oracle.len(), 500));
        bench.await_output(oracle.len() - 1_000 * usize::from(round == 0));
        third.end_in_good_order();
        second.end_in_good_order();
    }
    oracle.extend(bench.feed_from(oracle.len(), 500));
    bench.await_output(oracle.len());
    first.end_in_good_order();
    bench.check(&oracle);
}

#[test]
fn three_members_get_the_same_partitions_of_both_inputs() {
    // A member that gets anything else ends at once with code 70.
    let bench = Bench::shared("three", 7);
    let oracle = bench.feed(3_000);
    let members = ["a", "b", "c"].map(|instance| bench.counter(instance).start());
    bench.await_output(oracle.len());
    for member in members {
        member.end_in_good_order();
    }
    bench.check(&oracle);
}

/// What a member says whose partitions are shared with another in the middle of its work.
pub(crate) fn shared(defence_off: Option<&str>) -> (Bench, Oracle, Counter) {
    let bench = Bench::shared("shared", 4);
    let mut oracle = bench.feed(300);
    let first = bench.counter("a").without(defence_off).start();
    bench.await_output(oracle.len());
    let second = bench.counter("b").start();
    bench.await_that("the second to have joined", || second.has_logged("are taken up"));
    oracle.extend(bench.feed_from(oracle.len(), 300));
    bench.await_output(oracle.len());
    second.end_in_good_order();
    (bench, oracle, first)
}

#[test]
fn a_member_that_shares_its_partitions_need_not_start_over() {
    let (bench, oracle, first) = shared(None);
    assert!(!first.has_logged("starting over"));
    first.end_in_good_order();
    bench.check(&oracle);
}

/// Partitions are given away while a transaction is open, by a stage that remembers nothing.
pub(crate) fn given_away(defence_off: Option<&str>) -> Option<String> {
    let bench = Bench::shared("given", 4);
    let mut oracle = bench.feed(400);
    let giver = bench.counter("a").with("state=none").with("commit-interval=4000");
    let giver = giver.without(defence_off).freeze("after-poll", 3).start();
    giver.feed_to_freeze(&bench, &mut oracle);
    let taker = bench.counter("b").with("state=none").start();
    giver.signal(Signal::Resume);
    bench.await_that("the other to have joined", || taker.has_logged("are taken up"));
    oracle.extend(bench.feed_from(oracle.len(), 100));
    bench.await_output(oracle.len());
    giver.end_in_good_order();
    taker.end_in_good_order();
    bench.wrong(&oracle)
}

#[test]
fn what_is_open_when_partitions_are_given_away_is_written_once() {
    assert_eq!(given_away(None), None);
}
