//! Tests of a broker that answers too late or never: a proxy delays the requests to it.

use std::time::Duration;

use testbroker::{DelayRule, ProcessSignal, RuleRepeat, api_key};

use crate::test_bench::TestBench;

const LONG: Duration = Duration::from_secs(60);

fn delay_once(api_key: i16, hold: Duration) -> DelayRule {
    DelayRule { api_key, hold, repeat: RuleRepeat::Once }
}

/// Delays the EndTxn of a commit until long after the client has timed out and restarted.
pub(crate) fn delay_end_txn(defence_off: Option<&str>) -> Option<String> {
    let (bench, broker) = TestBench::behind_proxy("delayed");
    let proxy = broker.as_ref().unwrap().proxy().unwrap();
    let mut oracle = bench.append_records(500);
    let counter = bench.counter("0").without(defence_off).start();
    bench.wait_for_output(oracle.len());
    let late = proxy.delivered_late() + 1;
    proxy.add(delay_once(api_key::END_TXN, Duration::from_secs(11)));
    oracle.extend(bench.append_records_from(oracle.len(), 300));
    assert!(proxy.wait_until_delivered_late(late, LONG), "no EndTxn was delayed");
    oracle.extend(bench.append_records_from(oracle.len(), 300));
    bench.wait_for_output(oracle.len());
    // Whatever the late EndTxn could commit is in the log after this.
    std::thread::sleep(Duration::from_secs(1));
    drop(counter);
    bench.mismatch(&oracle)
}

#[test]
fn a_commit_that_arrives_after_the_timeout_adds_no_record() {
    assert_eq!(delay_end_txn(None), None);
}

#[test]
fn records_acknowledged_after_the_timeout_are_written_again() {
    let (bench, broker) = TestBench::behind_proxy("produce");
    let proxy = broker.as_ref().unwrap().proxy().unwrap();
    let mut oracle = bench.append_records(500);
    let counter = bench.counter("0").with("timeout=2000").start();
    bench.wait_for_output(oracle.len());
    let late = proxy.delivered_late() + 1;
    proxy.add(delay_once(api_key::PRODUCE, Duration::from_secs(6)));
    oracle.extend(bench.append_records_from(oracle.len(), 300));
    assert!(proxy.wait_until_delivered_late(late, LONG), "no records were delayed");
    oracle.extend(bench.append_records_from(oracle.len(), 300));
    bench.wait_for_output(oracle.len());
    assert!(counter.has_logged("restarting the worker"), "no transaction failed");
    drop(counter);
    bench.assert_output(&oracle);
}

/// Cuts a worker's connections in the middle of `send_offsets_to_transaction` and blocks the lookup
/// of the coordinator, for which librdkafka has no timeout. Returns the exit code, if the process ends
/// within 12 s (the watchdog's limit is 6 s), and the mismatch after a restart.
pub(crate) fn block_coordinator_lookup(defence_off: Option<&str>) -> (Option<i32>, Option<String>) {
    let (bench, broker) = TestBench::behind_proxy("held");
    let proxy = broker.as_ref().unwrap().proxy().unwrap();
    let mut oracle = bench.append_records(500);
    let mut counter = bench.counter("0").with("timeout=2000").without(defence_off).start();
    bench.wait_for_output(oracle.len());
    let held = proxy.held() + 1;
    proxy.add(delay_once(api_key::TXN_OFFSET_COMMIT, LONG));
    oracle.extend(bench.append_records_from(oracle.len(), 300));
    assert!(proxy.wait_until_held(held, LONG), "no offsets were delayed");
    proxy.add(DelayRule {
        api_key: api_key::FIND_COORDINATOR,
        hold: LONG,
        repeat: RuleRepeat::Always,
    });
    proxy.cut();
    let code = counter.exit_code_within(Duration::from_secs(12));
    let log = counter.log();
    assert!(!log.contains("restarting the worker"), "the call returned: {log}");
    assert_eq!(code.is_some(), log.contains("does not return"), "{log}");
    proxy.clear_rules();
    drop(counter);
    let _successor = bench.counter("0").start();
    bench.wait_for_output(oracle.len());
    (code, bench.mismatch(&oracle))
}

#[test]
fn a_call_that_does_not_return_ends_the_process_and_the_next_process_continues() {
    assert_eq!(block_coordinator_lookup(None), (Some(70), None));
}

/// Swallows the answers that a commit waits for, lets another member join, and asks the process to shut
/// down. Returns its exit code and the mismatch after a restart.
pub(crate) fn shut_down_in_a_call(
    swallowed: i16,
    defence_off: Option<&str>,
) -> (Option<i32>, Option<String>) {
    let (mut bench, broker) = TestBench::behind_proxy("swallowed");
    let proxy = broker.as_ref().unwrap().proxy().unwrap();
    let mut oracle = bench.append_records(500);
    // Three timeouts are longer than a shutdown may take: only the shutdown can end the process.
    let mut counter = bench.counter("a").with("timeout=15000").without(defence_off).start();
    bench.wait_for_output(oracle.len());
    let held = proxy.held() + 1;
    proxy.add(delay_once(swallowed, LONG));
    oracle.extend(bench.append_records_from(oracle.len(), 300));
    assert!(proxy.wait_until_held(held, LONG), "no request was delayed");
    for api_key in [api_key::FIND_COORDINATOR, api_key::ADD_OFFSETS_TO_TXN] {
        proxy.add(DelayRule { api_key, hold: LONG, repeat: RuleRepeat::Always });
    }
    proxy.cut();
    bench.address.clone_from(&bench.settings.bootstrap);
    // Joins while the first one hangs: the group reassigns the partitions.
    let other = bench.counter("b").start();
    counter.signal(ProcessSignal::Terminate);
    let code = counter.exit_code_within(Duration::from_secs(15));
    proxy.clear_rules();
    drop(counter);
    bench.wait_for_output(oracle.len());
    other.shut_down();
    (code, bench.mismatch(&oracle))
}

#[test]
fn a_shutdown_ends_with_0_while_no_coordinator_answers_and_partitions_are_reassigned() {
    for swallowed in [api_key::ADD_OFFSETS_TO_TXN, api_key::TXN_OFFSET_COMMIT] {
        assert_eq!(shut_down_in_a_call(swallowed, None), (Some(0), None), "{swallowed}");
    }
}
