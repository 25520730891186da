//! A broker that answers too late, or never: a proxy holds what is sent to it.

use std::time::Duration;

use testbroker::{Rule, Times, api_key};

use crate::bench::Bench;

const LONG: Duration = Duration::from_secs(60);

fn once(api_key: i16, hold: Duration) -> Rule {
    Rule { api_key, hold, times: Times::Once }
}

/// Holds back the EndTxn of a commit until long after the client has given up and started over.
pub(crate) fn delayed_end(defence_off: Option<&str>) -> Option<String> {
    let (bench, broker) = Bench::proxied("delayed");
    let proxy = broker.as_ref().unwrap().proxy().unwrap();
    let mut oracle = bench.feed(500);
    let counter = bench.counter("0").without(defence_off).start();
    bench.await_output(oracle.len());
    let late = proxy.delivered_late() + 1;
    proxy.add(once(api_key::END_TXN, Duration::from_secs(11)));
    oracle.extend(bench.feed_from(oracle.len(), 300));
    assert!(proxy.wait_until_delivered_late(late, LONG), "no EndTxn was held");
    oracle.extend(bench.feed_from(oracle.len(), 300));
    bench.await_output(oracle.len());
    // What the late EndTxn has committed, if it could, is in the log by now.
    std::thread::sleep(Duration::from_secs(1));
    drop(counter);
    bench.wrong(&oracle)
}

#[test]
fn a_commit_that_arrives_after_the_client_has_given_up_adds_no_record() {
    assert_eq!(delayed_end(None), None);
}

#[test]
fn records_that_the_broker_took_too_late_are_written_again() {
    let (bench, broker) = Bench::proxied("produce");
    let proxy = broker.as_ref().unwrap().proxy().unwrap();
    let mut oracle = bench.feed(500);
    let counter = bench.counter("0").with("patience=2000").start();
    bench.await_output(oracle.len());
    let late = proxy.delivered_late() + 1;
    proxy.add(once(api_key::PRODUCE, Duration::from_secs(6)));
    oracle.extend(bench.feed_from(oracle.len(), 300));
    assert!(proxy.wait_until_delivered_late(late, LONG), "no records were held");
    oracle.extend(bench.feed_from(oracle.len(), 300));
    bench.await_output(oracle.len());
    assert!(counter.has_logged("starting over"), "no transaction failed");
    drop(counter);
    bench.check(&oracle);
}

/// Cuts a worker off in the middle of `send_offsets_to_transaction` and keeps from it who the
/// coordinator is, which librdkafka asks for without a timeout. The exit code, if the process ends
/// well after its watchdog's limit of 6 s, and what is wrong once it has been started again.
pub(crate) fn held_call(defence_off: Option<&str>) -> (Option<i32>, Option<String>) {
    let (bench, broker) = Bench::proxied("held");
    let proxy = broker.as_ref().unwrap().proxy().unwrap();
    let mut oracle = bench.feed(500);
    let mut counter = bench.counter("0").with("patience=2000").without(defence_off).start();
    bench.await_output(oracle.len());
    let held = proxy.held() + 1;
    proxy.add(once(api_key::TXN_OFFSET_COMMIT, LONG));
    oracle.extend(bench.feed_from(oracle.len(), 300));
    assert!(proxy.wait_until_held(held, LONG), "no offsets were held");
    proxy.add(Rule { api_key: api_key::FIND_COORDINATOR, hold: LONG, times: Times::Always });
    proxy.cut();
    let code = counter.end_within(Duration::from_secs(12));
    let log = counter.log();
    assert!(!log.contains("starting over"), "the call came back: {log}");
    assert_eq!(code.is_some(), log.contains("does not return"), "{log}");
    proxy.clear_rules();
    drop(counter);
    let _successor = bench.counter("0").start();
    bench.await_output(oracle.len());
    (code, bench.wrong(&oracle))
}

#[test]
fn a_call_that_does_not_return_ends_the_process_and_the_next_one_goes_on() {
    assert_eq!(held_call(None), (Some(70), None));
}
