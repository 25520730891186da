//! Renders `broker.properties`, and holds the logging configuration.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use crate::TlsScram;

/// The Log4j configuration: warnings, and the line that reports that the server has started.
pub(crate) const LOGGING: &str = "\
status = warn
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %m (%c)%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
";

/// Properties of every broker: one node, broker and controller at once, without replication.
const FIXED: &[(&str, &str)] = &[
    ("process.roles", "broker,controller"),
    ("node.id", "1"),
    ("controller.listener.names", "CONTROLLER"),
    ("inter.broker.listener.name", "PLAIN"),
    (
        "listener.security.protocol.map",
        "PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT,SECURE:SASL_SSL",
    ),
    ("auto.create.topics.enable", "false"),
    // By default a new group waits 3 s for further members.
    ("group.initial.rebalance.delay.ms", "0"),
    ("offsets.topic.replication.factor", "1"),
    ("offsets.topic.num.partitions", "4"),
    ("transaction.state.log.replication.factor", "1"),
    ("transaction.state.log.min.isr", "1"),
    ("transaction.state.log.num.partitions", "4"),
    // Aborts expired transactions within 1 s instead of 10 s: tests wait for it.
    ("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"),
    ("share.coordinator.state.topic.replication.factor", "1"),
    ("share.coordinator.state.topic.min.isr", "1"),
    ("share.coordinator.state.topic.num.partitions", "1"),
    // The default of 128 MiB comes on top of a small heap.
    ("log.cleaner.dedupe.buffer.size", "8388608"),
];

/// The addresses of the listeners.
#[derive(Debug)]
pub(crate) struct Listeners<'a> {
    pub(crate) plain: SocketAddr,
    pub(crate) controller: SocketAddr,
    pub(crate) secure: Option<SecureListener<'a>>,
    pub(crate) proxied: Option<ProxiedListener>,
}

/// The TLS listener.
#[derive(Debug)]
pub(crate) struct SecureListener<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) keystore: &'a Path,
    pub(crate) user: &'a TlsScram,
}

/// The listener that advertises its proxy.
#[derive(Debug)]
pub(crate) struct ProxiedListener {
    pub(crate) address: SocketAddr,
    pub(crate) advertised: SocketAddr,
}

/// Renders `broker.properties`. A later line overrides an earlier one, so `extra` comes last.
pub(crate) fn render(data: &Path, at: &Listeners<'_>, extra: &[(String, String)]) -> String {
    let mut text = String::new();
    let mut set = |key: &str, value: &str| {
        let _ = writeln!(text, "{key}={value}");
    };
    for (key, value) in FIXED {
        set(key, value);
    }
    set("log.dirs", &data.display().to_string());
    set("controller.quorum.voters", &format!("1@{}", at.controller));

    // The controller is listened on but not advertised: no client may see it.
    let mut advertised = vec![format!("PLAIN://{}", at.plain)];
    let mut listeners = vec![format!("CONTROLLER://{}", at.controller), advertised[0].clone()];
    if let Some(secure) = &at.secure {
        advertised.push(format!("SECURE://{}", secure.address));
        listeners.push(format!("SECURE://{}", secure.address));
        for (key, value) in login_properties(secure) {
            set(key, &value);
        }
    }
    if let Some(proxied) = &at.proxied {
        advertised.push(format!("PROXIED://{}", proxied.advertised));
        listeners.push(format!("PROXIED://{}", proxied.address));
    }
    set("listeners", &listeners.join(","));
    set("advertised.listeners", &advertised.join(","));
    for (key, value) in extra {
        set(key, value);
    }
    text
}

/// The properties of the TLS listener: key store and the two SASL mechanisms. The SCRAM user itself
/// is in the storage; see `format`.
fn login_properties(secure: &SecureListener<'_>) -> [(&'static str, String); 5] {
    let TlsScram { user, password } = secure.user;
    [
        ("sasl.enabled.mechanisms", "SCRAM-SHA-512,PLAIN".into()),
        ("listener.name.secure.ssl.keystore.type", "PEM".into()),
        ("listener.name.secure.ssl.keystore.location", secure.keystore.display().to_string()),
        (
            "listener.name.secure.scram-sha-512.sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required;".into(),
        ),
        (
            "listener.name.secure.plain.sasl.jaas.config",
            format!(
                "org.apache.kafka.common.security.plain.PlainLoginModule required \
                 user_{user}=\"{password}\";"
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    #[test]
    fn a_plain_broker_has_two_listeners_and_no_login() {
        let plain = Listeners { plain: at(1), controller: at(2), secure: None, proxied: None };
        let text = render(Path::new("/d"), &plain, &[]);
        assert!(text.contains("\nlisteners=CONTROLLER://127.0.0.1:2,PLAIN://127.0.0.1:1\n"));
        assert!(text.contains("\nadvertised.listeners=PLAIN://127.0.0.1:1\n"));
        assert!(!text.contains("sasl."));
    }

    #[test]
    fn the_proxied_listener_advertises_its_proxy() {
        let proxied = Some(ProxiedListener { address: at(3), advertised: at(4) });
        let listeners = Listeners { plain: at(1), controller: at(2), secure: None, proxied };
        let text = render(Path::new("/d"), &listeners, &[]);
        assert!(text.contains("PLAIN://127.0.0.1:1,PROXIED://127.0.0.1:3\n"));
        assert!(text.contains("PLAIN://127.0.0.1:1,PROXIED://127.0.0.1:4\n"));
    }

    #[test]
    fn extra_properties_come_after_the_fixed_ones() {
        let plain = Listeners { plain: at(1), controller: at(2), secure: None, proxied: None };
        let extra = [("auto.create.topics.enable".to_owned(), "true".to_owned())];
        let text = render(Path::new("/d"), &plain, &extra);
        assert!(text.find("enable=false") < text.find("enable=true"));
    }
}
