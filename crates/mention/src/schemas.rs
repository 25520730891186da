//! The schemas of every fact, embedded: one line in `TABLE` for each file of `schemas/`.
//!
//! To add a record: write `schemas/<full name>.avsc`, copy it to
//! `schemas/history/<full name>/1.avsc`, add a line here and implement
//! [`crate::codec::Fact`] for its struct, which may live in any crate. To change one: add fields
//! with a default, copy the new schema to the next number of its history, add that number here.

mod check;

use stage::Topic;

pub use check::{Problem, check};

use crate::codec::registry;
use crate::topics;

/// An embedded schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embedded {
    /// The full name of the record.
    pub name: &'static str,
    /// The topic it is the record of; none for what a stage only keeps in its changelog.
    pub topic: Option<Topic>,
    /// The text of the file.
    pub text: &'static str,
    /// CRC-64-AVRO of its parsing canonical form: what stands, little-endian, before every record.
    pub fingerprint: u64,
}

/// The schemas that are written, in the order of the pipeline.
///
/// None when an embedded file is no schema for a fact: a fault of the build that tests exclude.
pub fn all() -> impl Iterator<Item = Embedded> {
    let known = registry::facts().unwrap_or_default();
    TABLE.iter().zip(known).map(|(entry, known)| Embedded {
        name: entry.name,
        topic: entry.topic,
        text: entry.text,
        fingerprint: known.current,
    })
}

/// What is embedded for one record.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) topic: Option<Topic>,
    /// The schema that is written.
    pub(crate) text: &'static str,
    /// Every schema that was ever written, from the oldest; the last one is `text`.
    pub(crate) history: &'static [&'static str],
}

macro_rules! embedded {
    ($($name:literal, $topic:expr, [$($version:literal),+];)+) => {
        &[$(Entry {
            name: $name,
            topic: $topic,
            text: include_str!(concat!("../../../schemas/", $name, ".avsc")),
            history: &[$(include_str!(
                concat!("../../../schemas/history/", $name, "/", $version, ".avsc")
            )),+],
        }),+]
    };
}

/// Full name, topic (none for what a stage only keeps in its changelog), versions in the history.
pub(crate) const TABLE: &[Entry] = embedded! {
    "harken.mention.Received", Some(topics::RECEIVED), [1];
    "harken.mention.Unique", Some(topics::UNIQUE), [1];
    "harken.mention.Spread", Some(topics::SPREAD), [1];
    "harken.mention.Reaction", Some(topics::REACTION), [1];
    "harken.mention.Scored", Some(topics::SCORED), [1, 2];
    "harken.mention.Prioritized", Some(topics::PRIORITIZED), [1, 2, 3, 4];
    "harken.mention.Routed", Some(topics::ROUTED), [1, 2, 3, 4, 5];
    "harken.mention.Filtered", Some(topics::FILTERED), [1];
    "harken.mention.Signal", Some(topics::SIGNAL), [1, 2];
    "harken.escalation.Raised", Some(topics::RAISED), [1, 2];
    "harken.case.Event", Some(topics::CASE_EVENT), [1, 2];
    "harken.customer.Profile", Some(topics::PROFILE), [1, 2];
    "harken.incident.State", Some(topics::INCIDENT), [1, 2, 3];
    "harken.priority.Customer", None, [1, 2];
    "harken.escalation.Case", None, [1, 2, 3];
    "harken.metrics.Window", Some(topics::METRICS_WINDOW), [1, 2];
};

/// The line of a record in [`TABLE`]; evaluated at compile time, where an unknown name is an error.
#[expect(clippy::panic, reason = "only evaluated at compile time, where it is a compile error")]
pub(crate) const fn place(name: &str) -> usize {
    let mut i = 0;
    while i < TABLE.len() {
        if is_same(TABLE[i].name.as_bytes(), name.as_bytes()) {
            return i;
        }
        i += 1;
    }
    panic!("no schema of this name in the table of crates/mention/src/schemas.rs")
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

#[cfg(test)]
mod tests;
