//! `[kafka.client]`: properties passed to librdkafka unchanged.
//!
//! Rejects properties that exactly-once delivery depends on and those with a setting of their own.

use std::collections::BTreeMap;

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

/// librdkafka properties by name. A dot in a name can be written as a quoted key, as a TOML table
/// or, in the environment, as an underscore: `HARKEN__KAFKA__CLIENT__LINGER_MS`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
                let name = name.replace('_', ".");
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
    ["password", "secret", "pem", "token"].iter().any(|word| name.contains(word))
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

impl Serialize for ClientProperties {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // `config print` must not leak a key store password that was set here.
        to.collect_map(self.iter().map(|(n, v)| (n, if is_secret(n) { REDACTED } else { v })))
    }
}
