//! A broker that is killed, restarted and dropped.

use std::net::SocketAddr;

use testbroker::{
    Broker, Jars, Options, Problem, Signal, advertised, cpu_seconds, peak_memory_kib, process,
    signal,
};

const QUOTA: &[&str] = &["--entity-type", "clients", "--entity-name", "somebody"];

/// Kafka's own tool for dynamic settings; what it is asked to alter must survive a kill.
fn configure(jars: &Jars, bootstrap: &str, what: &[&str]) -> Result<String, Problem> {
    let arguments = [&["--bootstrap-server", bootstrap], what, QUOTA].concat();
    jars.run("kafka.admin.ConfigCommand", &arguments)
}

#[test]
fn a_killed_broker_comes_back_on_its_ports_with_its_data_and_leaves_nothing_behind() {
    let jars = Jars::fetch().unwrap();
    let mut broker = Broker::start(Options::small()).unwrap();
    let bootstrap = broker.bootstrap().to_owned();
    let address: SocketAddr = bootstrap.parse().unwrap();
    assert_eq!(advertised(address).unwrap(), [bootstrap.as_str()]);

    let first = broker.pid().unwrap();
    assert!(cpu_seconds(first).unwrap() > 0.1);
    assert!(peak_memory_kib(first).unwrap() > 50_000);

    configure(&jars, &bootstrap, &["--alter", "--add-config", "consumer_byte_rate=12345"]).unwrap();
    signal(first, Signal::Pause).unwrap();
    broker.kill();
    assert_eq!(broker.pid(), None);
    assert!(!process::is_alive(first));
    assert!(advertised(address).is_err());

    broker.restart().unwrap();
    assert_eq!(broker.bootstrap(), bootstrap);
    assert_eq!(advertised(address).unwrap(), [bootstrap.as_str()]);
    let told = configure(&jars, &bootstrap, &["--describe"]).unwrap();
    assert!(told.contains("12345"), "{told}");

    broker.stop();
    broker.restart().unwrap();
    let last = broker.pid().unwrap();
    drop(broker);
    assert!(!process::is_alive(last));
    assert!(advertised(address).is_err());
}

#[test]
fn a_broker_that_cannot_start_says_why() {
    let extra = vec![("num.io.threads".to_owned(), "none".to_owned())];
    let problem = Broker::start(Options { extra, ..Options::small() }).unwrap_err();
    assert!(problem.to_string().contains("num.io.threads"), "{problem}");
}
