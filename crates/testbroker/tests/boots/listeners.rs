//! The listener with TLS and a login, and the one behind the proxy.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use testbroker::{
    Broker, Direction, Gate, Jars, Options, Problem, Rule, Times, TlsScram, advertised, api_key,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// Metadata, version 1, of no topic.
const METADATA: &[u8] = &[0, 0, 0, 15, 0, 3, 0, 1, 0, 0, 0, 1, 0, 1, b't', 0, 0, 0, 0];

#[test]
fn all_listeners_of_one_broker_work() {
    let jars = Jars::fetch().unwrap();
    let options =
        Options { tls_scram: Some(TlsScram::default()), proxied: true, ..Options::small() };
    let broker = Broker::start(options).unwrap();
    only_the_right_password_opens_the_secure_listener(&jars, &broker);
    the_proxied_listener_advertises_its_proxy(&broker);
    answers_wait_behind_a_held_gate(&broker);
    a_late_request_reaches_a_broker_whose_client_has_gone(&broker);
}

fn only_the_right_password_opens_the_secure_listener(jars: &Jars, broker: &Broker) {
    let TlsScram { password, .. } = TlsScram::default();
    for mechanism in ["SCRAM-SHA-512", "PLAIN"] {
        let told = log_in(jars, broker, mechanism, &password).unwrap();
        assert!(told.contains("listener.name.secure"), "{told}");
        let refused = log_in(jars, broker, mechanism, "a-wrong-password").unwrap_err();
        assert!(refused.to_string().contains("SaslAuthenticationException"), "{refused}");
    }
}

/// Has Kafka's own client describe the broker over TLS; it trusts nobody but our authority.
fn log_in(
    jars: &Jars,
    broker: &Broker,
    mechanism: &str,
    password: &str,
) -> Result<String, Problem> {
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

fn proxied(broker: &Broker) -> SocketAddr {
    broker.proxied_bootstrap().unwrap().parse().unwrap()
}

fn the_proxied_listener_advertises_its_proxy(broker: &Broker) {
    let proxy = broker.proxy().unwrap().address();
    assert_eq!(proxied(broker), proxy);
    assert_eq!(advertised(proxy).unwrap(), [proxy.to_string()]);
}

fn answers_wait_behind_a_held_gate(broker: &Broker) {
    let (proxy, address) = (broker.proxy().unwrap(), proxied(broker));
    proxy.set(Direction::ToClient, Gate::Held);
    let asker = thread::spawn(move || advertised(address));
    thread::sleep(Duration::from_millis(100));
    assert!(!asker.is_finished());
    proxy.set(Direction::ToClient, Gate::Open);
    asker.join().unwrap().unwrap();
}

fn a_late_request_reaches_a_broker_whose_client_has_gone(broker: &Broker) {
    let proxy = broker.proxy().unwrap();
    let hold = Duration::from_millis(200);
    proxy.add(Rule { api_key: api_key::METADATA, hold, times: Times::Once });
    let mut client = TcpStream::connect(proxied(broker)).unwrap();
    client.write_all(METADATA).unwrap();
    assert!(proxy.wait_until_held(1, PATIENCE));
    drop(client);
    assert!(proxy.wait_until_delivered_late(1, PATIENCE));
    assert_eq!(proxy.held(), 1);
}
