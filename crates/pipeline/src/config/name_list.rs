//! Settings that hold a list of names.

use std::fmt;

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Names: a list, or one comma-separated string from the environment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct NameList(Vec<String>);

impl NameList {
    /// The names in configured order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

struct NameListVisitor;

impl<'de> Visitor<'de> for NameListVisitor {
    type Value = NameList;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of names")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<NameList, E> {
        // The environment has no lists; a TOML list is handled by `visit_seq`.
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        Ok(NameList(names.map(str::to_owned).collect()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<NameList, A::Error> {
        let mut names = NameList::default();
        while let Some(name) = list.next_element::<String>()? {
            names.0.push(name);
        }
        Ok(names)
    }
}

impl<'de> Deserialize<'de> for NameList {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NameListVisitor)
    }
}
