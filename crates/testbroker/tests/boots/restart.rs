//! Tests of a broker that is killed, restarted and dropped.

use std::net::SocketAddr;

use testbroker::{
    BrokerError, BrokerOptions, Jars, ProcessSignal, TestBroker, advertised, cpu_seconds,
    peak_memory_kib, process, signal,
};

const QUOTA: &[&str] = &["--entity-type", "clients", "--entity-name", "somebody"];

/// Runs Kafka's tool for dynamic settings; a setting it alters must survive a kill.
fn configure(jars: &Jars, bootstrap: &str, what: &[&str]) -> Result<String, BrokerError> {
    let arguments = [&["--bootstrap-server", bootstrap], what, QUOTA].concat();
    jars.run("kafka.admin.ConfigCommand", &arguments)
}

#[test]
fn a_killed_broker_restarts_with_its_ports_and_data_and_leaves_no_process() {
    let jars = Jars::fetch().unwrap();
    let mut broker = TestBroker::start(BrokerOptions::small()).unwrap();
    let bootstrap = broker.bootstrap().to_owned();
    let address: SocketAddr = bootstrap.parse().unwrap();
    assert_eq!(advertised(address).unwrap(), [bootstrap.as_str()]);

    let first = broker.pid().unwrap();
    assert!(cpu_seconds(first).unwrap() > 0.1);
    assert!(peak_memory_kib(first).unwrap() > 50_000);

    configure(&jars, &bootstrap, &["--alter", "--add-config", "consumer_byte_rate=12345"]).unwrap();
    signal(first, ProcessSignal::Pause).unwrap();
    broker.kill();
    assert_eq!(broker.pid(), None);
    assert!(!process::is_alive(first));
    assert!(advertised(address).is_err());

    broker.restart().unwrap();
    assert_eq!(broker.bootstrap(), bootstrap);
    assert_eq!(advertised(address).unwrap(), [bootstrap.as_str()]);
    let described = configure(&jars, &bootstrap, &["--describe"]).unwrap();
    assert!(described.contains("12345"), "{described}");

    broker.stop();
    broker.restart().unwrap();
    let last = broker.pid().unwrap();
    drop(broker);
    assert!(!process::is_alive(last));
    assert!(advertised(address).is_err());
}

#[test]
fn the_error_of_a_broker_that_cannot_start_has_the_cause() {
    let extra = vec![("num.io.threads".to_owned(), "none".to_owned())];
    let error = TestBroker::start(BrokerOptions { extra, ..BrokerOptions::small() }).unwrap_err();
    assert!(error.to_string().contains("num.io.threads"), "{error}");
}
