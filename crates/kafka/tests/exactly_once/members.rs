//! Members that join, leave, freeze and come back.

use testbroker::Signal;

use crate::bench::Bench;

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

/// Freezes a member in the middle of a transaction past its session, lets another take over, and
/// thaws it: what it still wants to commit must not count.
pub(crate) fn zombie(point: &str, defence_off: Option<&str>) -> Option<String> {
    let bench = Bench::shared("zombie", 1);
    let mut oracle = bench.feed(500);
    let zombie = bench.counter("a").without(defence_off).freeze(point, 3).start();
    bench.await_output(1);
    zombie.feed_to_freeze(&bench, &mut oracle);
    // The zombie's open transaction hides what the heir writes, so the heir says by standing still
    // that it has committed the same records.
    let heir = bench.counter("b").without(defence_off).freeze("after-commit", 1).start();
    heir.feed_to_freeze(&bench, &mut oracle);
    zombie.signal(Signal::Resume);
    heir.signal(Signal::Resume);
    // The zombie tries to commit, finds out, and joins again: from here on it may take part.
    let finds_out = || defence_off.is_some() || zombie.has_logged("starting over");
    bench.await_that("the zombie to find out", finds_out);
    oracle.extend(bench.feed_from(oracle.len(), 200));
    bench.await_output(oracle.len());
    heir.end_in_good_order();
    drop(zombie);
    bench.wrong(&oracle)
}

#[test]
fn a_zombie_that_has_written_adds_no_record() {
    assert_eq!(zombie("after-produce", None), None);
}

#[test]
fn a_zombie_that_was_about_to_commit_adds_no_record() {
    assert_eq!(zombie("before-commit", None), None);
}
