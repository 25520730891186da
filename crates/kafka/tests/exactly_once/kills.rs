//! SIGKILL at each point of the loop, again and again, on one growing topic.

use crate::bench::Bench;

/// How many kills at each point; a soak asks for more.
fn kills() -> u64 {
    std::env::var("HARKEN_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(5)
}

pub(crate) fn wrong_after_kills(point: &str, defence_off: Option<&str>) -> Option<String> {
    let bench = Bench::shared(point, 3);
    let mut oracle = bench.feed(600);
    for kill in 0..kills() {
        // Each kill at another place: the first transaction, a later one, a later record.
        let nth = 1 + kill * kill % 7;
        oracle.extend(bench.feed_from(oracle.len(), 400));
        let counter = bench.counter("0").without(defence_off).crash(point, nth).start();
        counter.feed_to_death(&bench, &mut oracle);
    }
    let counter = bench.counter("0").without(defence_off).start();
    bench.await_output(oracle.len());
    counter.end_in_good_order();
    bench.wrong(&oracle)
}

fn survives(point: &str) {
    assert_eq!(wrong_after_kills(point, None), None);
}

#[test]
fn a_kill_after_poll_loses_and_doubles_nothing() {
    survives("after-poll");
}

#[test]
fn a_kill_after_produce_loses_and_doubles_nothing() {
    survives("after-produce");
}

#[test]
fn a_kill_before_commit_loses_and_doubles_nothing() {
    survives("before-commit");
}

#[test]
fn a_kill_during_commit_loses_and_doubles_nothing() {
    survives("during-commit");
}

#[test]
fn a_kill_after_commit_loses_and_doubles_nothing() {
    survives("after-commit");
}

#[test]
fn a_kill_during_restore_loses_and_doubles_nothing() {
    let bench = Bench::shared("during-restore", 3);
    let mut oracle = bench.feed(600);
    let counter = bench.counter("0").start();
    bench.await_output(oracle.len());
    counter.end_in_good_order();
    for kill in 0..kills() {
        let counter = bench.counter("0").crash("during-restore", 1 + kill * 7).start();
        counter.feed_to_death(&bench, &mut oracle);
    }
    let counter = bench.counter("0").start();
    bench.await_output(oracle.len());
    counter.end_in_good_order();
    bench.check(&oracle);
}
