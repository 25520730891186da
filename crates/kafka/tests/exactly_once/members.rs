//! Tests of members that join, leave, freeze and resume.

use testbroker::ProcessSignal;

use crate::test_bench::{CounterProcess, Oracle, TestBench};

#[test]
fn members_that_join_and_leave_under_load_lose_and_duplicate_nothing() {
    let bench = TestBench::on_shared_broker("members", 6);
    let mut oracle = bench.append_records(1_000);
    let first = bench.counter("a").start();
    for round in 0..3 {
        oracle.extend(bench.append_records_from(oracle.len(), 500));
        let second = bench.counter("b").start();
        oracle.extend(bench.append_records_from(oracle.len(), 500));
        let third = bench.counter("c").start();
        oracle.extend(bench.append_records_from(oracle.len(), 500));
        bench.wait_for_output(oracle.len() - 1_000 * usize::from(round == 0));
        third.shut_down();
        second.shut_down();
    }
    oracle.extend(bench.append_records_from(oracle.len(), 500));
    bench.wait_for_output(oracle.len());
    first.shut_down();
    bench.assert_output(&oracle);
}

#[test]
fn three_members_get_the_same_partitions_of_both_inputs() {
    // A member that gets anything else restarts and never becomes ready.
    let bench = TestBench::on_shared_broker("three", 7);
    let oracle = bench.append_records(3_000);
    let members = ["a", "b", "c"].map(|instance| bench.counter(instance).start());
    bench.wait_for_output(oracle.len());
    for member in members {
        member.shut_down();
    }
    bench.assert_output(&oracle);
}

/// Lets a second member join while the first one works, and returns the first one.
pub(crate) fn share_partitions(defence_off: Option<&str>) -> (TestBench, Oracle, CounterProcess) {
    let bench = TestBench::on_shared_broker("shared", 4);
    let mut oracle = bench.append_records(300);
    let first = bench.counter("a").without(defence_off).start();
    bench.wait_for_output(oracle.len());
    let second = bench.counter("b").start();
    bench.wait_until("the second member to join", || second.has_logged("partitions assigned"));
    oracle.extend(bench.append_records_from(oracle.len(), 300));
    bench.wait_for_output(oracle.len());
    second.shut_down();
    (bench, oracle, first)
}

#[test]
fn a_member_that_gives_partitions_to_another_does_not_restart() {
    let (bench, oracle, first) = share_partitions(None);
    assert!(!first.has_logged("restarting the worker"));
    first.shut_down();
    bench.assert_output(&oracle);
}

/// Revokes partitions of a stage without state while its transaction is open.
pub(crate) fn revoke_with_open_transaction(defence_off: Option<&str>) -> Option<String> {
    let bench = TestBench::on_shared_broker("given", 4);
    let mut oracle = bench.append_records(400);
    let first = bench.counter("a").with("state=none").with("commit-interval=4000");
    let first = first.without(defence_off).freeze("after-poll", 3).start();
    first.append_until_frozen(&bench, &mut oracle);
    let second = bench.counter("b").with("state=none").start();
    first.signal(ProcessSignal::Resume);
    bench.wait_until("the other member to join", || second.has_logged("partitions assigned"));
    oracle.extend(bench.append_records_from(oracle.len(), 100));
    bench.wait_for_output(oracle.len());
    first.shut_down();
    second.shut_down();
    bench.mismatch(&oracle)
}

#[test]
fn an_open_transaction_is_written_once_when_partitions_are_revoked() {
    assert_eq!(revoke_with_open_transaction(None), None);
}
