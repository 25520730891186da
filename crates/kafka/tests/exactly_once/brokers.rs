//! Brokers that go away, answer too late, or ask who is there.

use std::time::Duration;

use testbroker::{Options, Signal, TlsScram};

use crate::bench::Bench;

#[test]
fn a_broker_that_is_killed_and_comes_back_loses_and_doubles_nothing() {
    let mut bench = Bench::own("killed", 3, Options::small());
    let mut oracle = bench.feed(1_000);
    let mut counter = bench.counter("0").start();
    bench.await_output(100);
    for _ in 0..2 {
        oracle.extend(bench.feed_from(oracle.len(), 1_000));
        bench.broker().restart().unwrap();
    }
    oracle.extend(bench.feed_from(oracle.len(), 500));
    bench.await_that("everything to come out", || {
        // librdkafka may never come back from a call in which its broker has died; the watchdog
        // then ends the process, for a supervisor to start it again.
        if let Some(code) = counter.end_within(Duration::ZERO) {
            assert!(code == 70 && counter.has_logged("does not return"), "it ended with {code}");
            counter = bench.counter("0").start();
        }
        bench.output().len() >= oracle.len()
    });
    counter.end_in_good_order();
    bench.check(&oracle);
}

#[test]
fn a_worker_ends_in_good_order_while_the_broker_is_gone() {
    let mut bench = Bench::own("gone", 3, Options::small());
    let oracle = bench.feed(1_000);
    let mut counter = bench.counter("0").start();
    bench.await_output(100);
    bench.broker().kill();
    counter.signal(Signal::Terminate);
    // The longest that an end may take without a broker.
    assert_eq!(counter.end_within(Duration::from_secs(15)), Some(0), "{}", counter.log());
    bench.broker().restart().unwrap();
    let counter = bench.counter("0").start();
    bench.await_output(oracle.len());
    counter.end_in_good_order();
    bench.check(&oracle);
}

#[test]
fn tls_and_scram_keep_strangers_out_and_let_the_worker_in() {
    let user = TlsScram::default();
    let options = Options { tls_scram: Some(user.clone()), ..Options::small() };
    let mut bench = Bench::own("secure", 3, options);
    let oracle = bench.feed(500);
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
    let mut stranger = bench.settings.clone();
    stranger.bootstrap.clone_from(&bench.address);
    stranger.client = secure("wrong");
    assert!(kafka::admin::partitions(&stranger, Duration::from_secs(5)).is_err());
    bench.settings.client = secure(&user.password);
    let counter = bench.counter("0").start();
    // The test itself goes on by the plain way.
    bench.settings.client.clear();
    bench.await_output(oracle.len());
    counter.end_in_good_order();
    bench.check(&oracle);
}
