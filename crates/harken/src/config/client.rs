//! Settings handed to librdkafka as they are, minus those that exactly-once delivery owns.

use std::collections::BTreeMap;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::secret::HIDDEN;

/// Settings with a key of their own, which also hides what is secret.
const ELSEWHERE: [(&str, &str); 9] = [
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

/// librdkafka settings by name. Dots may be written as they are, as TOML tables, or, in the
/// environment, as underscores: `HARKEN__KAFKA__CLIENT__LINGER_MS`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client(BTreeMap<String, String>);

impl Client {
    /// Name and value, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn add(&mut self, name: &str, node: Node) -> Result<(), String> {
        match node {
            Node::Leaf(value) => {
                let name = name.replace('_', ".");
                permit(&name)?;
                self.0.insert(name, value);
                Ok(())
            }
            Node::Table(table) => {
                let mut rest = table.into_iter();
                rest.try_for_each(|(key, node)| self.add(&format!("{name}.{key}"), node))
            }
        }
    }
}

fn permit(name: &str) -> Result<(), String> {
    match ELSEWHERE.iter().find(|(taken, _)| *taken == name) {
        Some((_, key)) => Err(format!("{name} cannot be set here: set {key}")),
        None if kafka::OWNED.contains(&name) => {
            Err(format!("{name} belongs to exactly-once delivery and cannot be set"))
        }
        None => Ok(()),
    }
}

fn is_secret(name: &str) -> bool {
    ["password", "secret", "pem", "token"].iter().any(|word| name.contains(word))
}

/// A value, or what a dot in a TOML key makes of it.
enum Node {
    Leaf(String),
    Table(BTreeMap<String, Node>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a string, a number or a truth value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Leaf(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Leaf(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Leaf(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Leaf(value.to_string()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Leaf(value.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut table = BTreeMap::new();
        while let Some((key, node)) = map.next_entry()? {
            table.insert(key, node);
        }
        Ok(Node::Table(table))
    }
}

impl<'de> Deserialize<'de> for Client {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut client = Self::default();
        for (name, node) in BTreeMap::<String, Node>::deserialize(from)? {
            client.add(&name, node).map_err(de::Error::custom)?;
        }
        Ok(client)
    }
}

impl Serialize for Client {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.iter().map(|(n, v)| (n, if is_secret(n) { HIDDEN } else { v })))
    }
}
