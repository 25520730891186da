//! `[kafka.client]`: properties passed to librdkafka unchanged.
//!
//! Rejects properties that exactly-once delivery depends on, those with a setting of their own, and those
//! that load code or run a command.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::secret::REDACTED;

/// Properties that have a dedicated setting, which also redacts secrets: (property, setting).
const DEDICATED_KEYS: [(&str, &str); 9] = [
    ("bootstrap.servers", "kafka.bootstrap"),
    ("metadata.broker.list", "kafka.bootstrap"),
    ("security.protocol", "kafka.security.protocol"),
    ("sasl.mechanism", "kafka.security.mechanism"),
    ("sasl.mechanisms", "kafka.security.mechanism"),
    ("sasl.username", "kafka.security.username"),
    ("sasl.password", "kafka.security.password"),
    ("session.timeout.ms", "worker.session_timeout"),
    ("transaction.timeout.ms", "worker.transaction_timeout"),
];

/// Properties with which librdkafka loads code or runs a command, or their prefix: whoever may write a
/// setting would run code as this process. From `CONFIGURATION.md` of librdkafka 2.12.
const CODE_LOADING: [(&str, &str); 5] = [
    ("plugin.library.paths", "loads a library into this process"),
    ("ssl.engine.", "loads a library into this process"),
    ("ssl.providers", "loads a library into this process"),
    // The other properties of Kerberos are words of the command.
    ("sasl.kerberos.", "runs a shell command"),
    ("interceptors", "loads a library into this process"),
];

/// Parts of the names of properties that hold a secret, or text in which one is usual, such as the
/// `principal=… extension_apiKey=…` of `sasl.oauthbearer.config`. Rather one too many: a masked path is
/// no loss.
const SECRET_PARTS: [&str; 14] = [
    "assertion",
    "cmd",
    "config",
    "credential",
    "extensions",
    "jaas",
    "key",
    "passphrase",
    "password",
    "passwd",
    "pem",
    "secret",
    "ticket",
    "token",
];

/// librdkafka properties by name. A dot in a name can be written as a quoted key, as a TOML table
/// or, in the environment, as an underscore: `HARKEN__KAFKA__CLIENT__LINGER_MS`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ClientProperties(BTreeMap<String, String>);

impl ClientProperties {
    /// Name and value of each property, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn add(&mut self, name: &str, node: PropertyNode) -> Result<(), String> {
        match node {
            PropertyNode::Leaf(value) => {
                // No librdkafka property that can be set here contains an underscore.
                let name = name.replace('_', ".").to_ascii_lowercase();
                check_allowed(&name)?;
                self.0.insert(name, value);
                Ok(())
            }
            PropertyNode::Table(table) => {
                // TOML parses `linger.ms = 5` as the table `linger` with the key `ms`.
                let mut rest = table.into_iter();
                rest.try_for_each(|(key, node)| self.add(&format!("{name}.{key}"), node))
            }
        }
    }
}

fn check_allowed(name: &str) -> Result<(), String> {
    let loads = |(listed, _): &&(&str, &str)| match listed.ends_with('.') {
        true => name.starts_with(listed),
        false => name == *listed,
    };
    if let Some((_, why)) = CODE_LOADING.iter().find(loads) {
        return Err(format!("{name} {why} and cannot be set"));
    }
    match DEDICATED_KEYS.iter().find(|(property, _)| *property == name) {
        Some((_, key)) => Err(format!("{name} cannot be set here: set {key}")),
        // Without Kafka nothing reads these properties.
        #[cfg(feature = "kafka")]
        None if kafka::OWNED.contains(&name) => {
            Err(format!("{name} is managed by exactly-once delivery and cannot be set"))
        }
        None => Ok(()),
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_PARTS.iter().any(|part| name.contains(part))
}

/// A property value, or the table that TOML makes of a dotted key.
enum PropertyNode {
    Leaf(String),
    Table(BTreeMap<String, PropertyNode>),
}

impl<'de> Deserialize<'de> for PropertyNode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(PropertyNodeVisitor)
    }
}

struct PropertyNodeVisitor;

impl<'de> Visitor<'de> for PropertyNodeVisitor {
    type Value = PropertyNode;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a string, a number or a boolean")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<PropertyNode, E> {
        Ok(PropertyNode::Leaf(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<PropertyNode, E> {
        Ok(PropertyNode::Leaf(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<PropertyNode, E> {
        Ok(PropertyNode::Leaf(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<PropertyNode, E> {
        Ok(PropertyNode::Leaf(value.to_string()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<PropertyNode, E> {
        Ok(PropertyNode::Leaf(value.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PropertyNode, A::Error> {
        let mut table = BTreeMap::new();
        while let Some((key, node)) = map.next_entry()? {
            table.insert(key, node);
        }
        Ok(PropertyNode::Table(table))
    }
}

impl<'de> Deserialize<'de> for ClientProperties {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut client = Self::default();
        for (name, node) in BTreeMap::<String, PropertyNode>::deserialize(from)? {
            client.add(&name, node).map_err(de::Error::custom)?;
        }
        Ok(client)
    }
}

impl ClientProperties {
    /// Name and value of each property; a value that may be a secret is masked.
    fn shown(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().map(|(name, value)| (name, if is_secret(name) { REDACTED } else { value }))
    }
}

impl Serialize for ClientProperties {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // `config print` must not leak a key store password that was set here.
        to.collect_map(self.shown())
    }
}

impl fmt::Debug for ClientProperties {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_map().entries(self.shown()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ClientProperties, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| error.message().to_owned())
    }

    #[test]
    fn properties_that_load_code_or_run_a_command_are_refused_however_they_are_written() {
        let refused = [
            "\"plugin.library.paths\" = \"/tmp/x.so\"",
            "plugin.library.paths = \"/tmp/x.so\"",
            "plugin_library_paths = \"/tmp/x.so\"",
            "\"PLUGIN.LIBRARY.PATHS\" = \"/tmp/x.so\"",
            "ssl.engine.location = \"/tmp/x.so\"",
            "ssl.engine.id = \"x\"",
            "ssl.providers = \"x\"",
            "sasl.kerberos.kinit.cmd = \"sh /tmp/x\"",
            "sasl.kerberos.principal = \"$(sh /tmp/x)\"",
            "interceptors = \"x\"",
        ];
        for text in refused {
            let error = read(text).unwrap_err();
            let is_stated = error.contains("and cannot be set");
            assert!(
                is_stated && (error.contains("loads") || error.contains("runs")),
                "{text}: {error}"
            );
        }
        assert!(read("linger.ms = 5").is_ok());
    }

    #[test]
    fn no_property_in_which_a_secret_is_usual_is_shown() {
        let hidden = [
            "sasl.oauthbearer.config",
            "sasl.oauthbearer.client.secret",
            "sasl.oauthbearer.client.credentials.client.secret",
            "sasl.oauthbearer.extensions",
            "sasl.oauthbearer.token.endpoint.url",
            "sasl.oauthbearer.assertion.private.key.passphrase",
            "sasl.oauthbearer.assertion.private.key.pem",
            "ssl.key.pem",
            "ssl.key.password",
            "ssl.certificate.pem",
            "ssl.keystore.password",
        ];
        for name in hidden {
            let properties = read(&format!("\"{name}\" = \"canary-7\"")).unwrap();
            let printed = toml::to_string(&properties).unwrap();
            assert!(!printed.contains("canary-7") && printed.contains(REDACTED), "{printed}");
            assert!(!format!("{properties:?}").contains("canary-7"), "{name}");
        }
        let properties = read("linger.ms = 5").unwrap();
        assert!(toml::to_string(&properties).unwrap().contains("\"5\""));
    }
}
