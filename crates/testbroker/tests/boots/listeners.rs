//! Tests of the listener with TLS and SASL, and of the one behind the proxy.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use testbroker::{
    BrokerError, BrokerOptions, DelayRule, Direction, Gate, Jars, RuleRepeat, TestBroker, TlsScram,
    advertised, api_key,
};

const WAIT_TIMEOUT: Duration = Duration::from_secs(60);

/// Metadata, version 1, of no topic.
const METADATA: &[u8] = &[0, 0, 0, 15, 0, 3, 0, 1, 0, 0, 0, 1, 0, 1, b't', 0, 0, 0, 0];

#[test]
fn all_listeners_of_one_broker_work() {
    let jars = Jars::fetch().unwrap();
    let options = BrokerOptions {
        tls_scram: Some(TlsScram::default()),
        proxied: true,
        ..BrokerOptions::small()
    };
    let broker = TestBroker::start(options).unwrap();
    the_secure_listener_accepts_only_the_right_password(&jars, &broker);
    the_proxied_listener_advertises_its_proxy(&broker);
    a_held_gate_delays_responses(&broker);
    a_delayed_request_is_delivered_after_its_client_has_disconnected(&broker);
}

fn the_secure_listener_accepts_only_the_right_password(jars: &Jars, broker: &TestBroker) {
    let TlsScram { password, .. } = TlsScram::default();
    for mechanism in ["SCRAM-SHA-512", "PLAIN"] {
        let described = log_in(jars, broker, mechanism, &password).unwrap();
        assert!(described.contains("listener.name.secure"), "{described}");
        let rejected = log_in(jars, broker, mechanism, "a-wrong-password").unwrap_err();
        assert!(rejected.to_string().contains("SaslAuthenticationException"), "{rejected}");
    }
}

/// Describes the broker over TLS with Kafka's own client, which trusts only the test authority.
fn log_in(
    jars: &Jars,
    broker: &TestBroker,
    mechanism: &str,
    password: &str,
) -> Result<String, BrokerError> {
    let authority = broker.ca_pem_path().unwrap();
    let file = authority.with_file_name("client.properties");
    write_client(&file, authority, mechanism, password);
    let (bootstrap, file) = (broker.secure_bootstrap().unwrap(), file.display().to_string());
    let mut arguments = vec!["--bootstrap-server", bootstrap, "--command-config", &file];
    arguments.extend("--describe --entity-type brokers --entity-name 1 --all".split(' '));
    jars.run("kafka.admin.ConfigCommand", &arguments)
}

fn write_client(file: &Path, authority: &Path, mechanism: &str, password: &str) {
    let user = TlsScram::default().user;
    let module = match mechanism {
        "PLAIN" => "plain.PlainLoginModule",
        _ => "scram.ScramLoginModule",
    };
    let text = format!(
        "security.protocol=SASL_SSL\nssl.truststore.type=PEM\nssl.truststore.location={}\n\
         sasl.mechanism={mechanism}\nsasl.jaas.config=org.apache.kafka.common.security.{module} \
         required username=\"{user}\" password=\"{password}\";\n",
        authority.display()
    );
    std::fs::write(file, text).unwrap();
}

fn proxied(broker: &TestBroker) -> SocketAddr {
    broker.proxied_bootstrap().unwrap().parse().unwrap()
}

fn the_proxied_listener_advertises_its_proxy(broker: &TestBroker) {
    let proxy = broker.proxy().unwrap().address();
    assert_eq!(proxied(broker), proxy);
    assert_eq!(advertised(proxy).unwrap(), [proxy.to_string()]);
}

fn a_held_gate_delays_responses(broker: &TestBroker) {
    let (proxy, address) = (broker.proxy().unwrap(), proxied(broker));
    proxy.set(Direction::ToClient, Gate::Held);
    let client = thread::spawn(move || advertised(address));
    thread::sleep(Duration::from_millis(100));
    assert!(!client.is_finished());
    proxy.set(Direction::ToClient, Gate::Open);
    client.join().unwrap().unwrap();
}

fn a_delayed_request_is_delivered_after_its_client_has_disconnected(broker: &TestBroker) {
    let proxy = broker.proxy().unwrap();
    let hold = Duration::from_millis(200);
    proxy.add(DelayRule { api_key: api_key::METADATA, hold, repeat: RuleRepeat::Once });
    let mut client = TcpStream::connect(proxied(broker)).unwrap();
    client.write_all(METADATA).unwrap();
    assert!(proxy.wait_until_held(1, WAIT_TIMEOUT));
    drop(client);
    assert!(proxy.wait_until_delivered_late(1, WAIT_TIMEOUT));
    assert_eq!(proxy.held(), 1);
}
