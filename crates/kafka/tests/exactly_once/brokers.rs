//! Tests of brokers that restart, are down, or require a login.

use std::time::Duration;

use testbroker::{BrokerOptions, ProcessSignal, TlsScram};

use crate::test_bench::TestBench;

#[test]
fn a_broker_restart_loses_and_duplicates_nothing() {
    let mut bench = TestBench::on_own_broker("killed", 3, BrokerOptions::small());
    let mut oracle = bench.append_records(1_000);
    let mut counter = bench.counter("0").start();
    bench.wait_for_output(100);
    for _ in 0..2 {
        oracle.extend(bench.append_records_from(oracle.len(), 1_000));
        bench.broker().restart().unwrap();
    }
    oracle.extend(bench.append_records_from(oracle.len(), 500));
    bench.wait_until("the whole output", || {
        // A call to librdkafka may never return when the broker dies during it. The watchdog then
        // ends the process, and this test restarts it as a supervisor would.
        if let Some(code) = counter.exit_code_within(Duration::ZERO) {
            assert!(code == 70 && counter.has_logged("does not return"), "it ended with {code}");
            counter = bench.counter("0").start();
        }
        bench.output().len() >= oracle.len()
    });
    counter.shut_down();
    bench.assert_output(&oracle);
}

#[test]
fn a_worker_shuts_down_in_time_while_the_broker_is_down() {
    let mut bench = TestBench::on_own_broker("gone", 3, BrokerOptions::small());
    let oracle = bench.append_records(1_000);
    let mut counter = bench.counter("0").start();
    bench.wait_for_output(100);
    bench.broker().kill();
    counter.signal(ProcessSignal::Terminate);
    // The longest that a shutdown may take without a broker.
    assert_eq!(counter.exit_code_within(Duration::from_secs(15)), Some(0), "{}", counter.log());
    bench.broker().restart().unwrap();
    let counter = bench.counter("0").start();
    bench.wait_for_output(oracle.len());
    counter.shut_down();
    bench.assert_output(&oracle);
}

#[test]
fn a_worker_connects_with_tls_and_scram_and_a_wrong_password_is_rejected() {
    let user = TlsScram::default();
    let options = BrokerOptions { tls_scram: Some(user.clone()), ..BrokerOptions::small() };
    let mut bench = TestBench::on_own_broker("secure", 3, options);
    let oracle = bench.append_records(500);
    bench.address = bench.broker().secure_bootstrap().unwrap().to_owned();
    let authority = bench.broker().ca_pem_path().unwrap().display().to_string();
    let secure = |password: &str| {
        let settings = [
            ("security.protocol", "sasl_ssl"),
            ("sasl.mechanism", "SCRAM-SHA-512"),
            ("sasl.username", &user.user),
            ("sasl.password", password),
            ("ssl.ca.location", &authority),
        ];
        settings.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
    };
    let mut intruder = bench.settings.clone();
    intruder.bootstrap.clone_from(&bench.address);
    intruder.client = secure("wrong");
    assert!(kafka::admin::partition_counts(&intruder, Duration::from_secs(5)).is_err());
    bench.settings.client = secure(&user.password);
    let counter = bench.counter("0").start();
    // The test itself uses the plain listener.
    bench.settings.client.clear();
    bench.wait_for_output(oracle.len());
    counter.shut_down();
    bench.assert_output(&oracle);
}
