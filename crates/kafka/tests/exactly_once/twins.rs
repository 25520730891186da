//! Two processes with the same instance.

use std::time::Duration;

use crate::test_bench::{CounterProcess, TestBench};

fn restarts(counter: &CounterProcess) -> usize {
    counter.log().matches("restarting the worker").count()
}

/// Starts two processes with the same instance. Returns the exit code of the first that ends, and the
/// logs of both; no code if both have restarted often.
pub(crate) fn twins(defence_off: Option<&str>) -> (Option<i32>, [String; 2]) {
    let bench = TestBench::on_shared_broker("twins", 2);
    let mut oracle = bench.append_records(100);
    let mut twins =
        [(); 2].map(|()| bench.counter("0").with("timeout=3000").without(defence_off).start());
    let mut code = None;
    bench.wait_until("one to give up, or many restarts of both", || {
        oracle.extend(bench.append_records_from(oracle.len(), 10));
        code = twins.iter_mut().find_map(|twin| twin.exit_code_within(Duration::ZERO));
        code.is_some() || twins.iter().all(|twin| restarts(twin) > 3)
    });
    oracle.extend(bench.append_records_from(oracle.len(), 100));
    if code.is_some() {
        bench.wait_for_output(oracle.len());
        bench.assert_output(&oracle);
    }
    let alive = twins.iter_mut().filter_map(|twin| twin.exit_code_within(Duration::ZERO)).count();
    assert_eq!(alive, usize::from(code.is_some()), "not exactly one gave up");
    (code, twins.map(|twin| twin.log()))
}

#[test]
fn of_two_processes_with_one_instance_one_gives_up_with_a_sentence_and_the_other_works() {
    let (code, logs) = twins(None);
    assert_eq!(code, Some(78), "{logs:?}");
    let given_up = logs.iter().filter(|log| log.contains("worker.instance = \"0\""));
    assert_eq!(given_up.count(), 1, "{logs:?}");
}
