//! Kills a worker (SIGKILL) at each crash point of the loop, several times on one growing topic.

use crate::test_bench::TestBench;

/// Number of kills at each point; a soak test sets more.
pub(crate) fn kill_count() -> u64 {
    std::env::var("HARKEN_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(5)
}

pub(crate) fn mismatch_after_kills(point: &str, defence_off: Option<&str>) -> Option<String> {
    let bench = TestBench::on_shared_broker(point, 3);
    let mut oracle = bench.append_records(600);
    for kill in 0..kill_count() {
        // Spreads the kills over the first transaction, later ones and later records.
        let nth = 1 + kill * kill % 7;
        oracle.extend(bench.append_records_from(oracle.len(), 400));
        let counter = bench.counter("0").without(defence_off).crash(point, nth).start();
        counter.append_until_killed(&bench, &mut oracle);
    }
    let counter = bench.counter("0").without(defence_off).start();
    bench.wait_for_output(oracle.len());
    counter.shut_down();
    bench.mismatch(&oracle)
}

fn assert_survives(point: &str) {
    assert_eq!(mismatch_after_kills(point, None), None);
}

#[test]
fn a_kill_after_poll_loses_and_duplicates_nothing() {
    assert_survives("after-poll");
}

#[test]
fn a_kill_after_produce_loses_and_duplicates_nothing() {
    assert_survives("after-produce");
}

#[test]
fn a_kill_before_commit_loses_and_duplicates_nothing() {
    assert_survives("before-commit");
}

#[test]
fn a_kill_during_commit_loses_and_duplicates_nothing() {
    assert_survives("during-commit");
}

#[test]
fn a_kill_after_commit_loses_and_duplicates_nothing() {
    assert_survives("after-commit");
}

#[test]
fn a_kill_during_restore_loses_and_duplicates_nothing() {
    let bench = TestBench::on_shared_broker("during-restore", 3);
    let mut oracle = bench.append_records(600);
    let counter = bench.counter("0").start();
    bench.wait_for_output(oracle.len());
    counter.shut_down();
    for kill in 0..kill_count() {
        let counter = bench.counter("0").crash("during-restore", 1 + kill * 7).start();
        counter.append_until_killed(&bench, &mut oracle);
    }
    let counter = bench.counter("0").start();
    bench.wait_for_output(oracle.len());
    counter.shut_down();
    bench.assert_output(&oracle);
}
