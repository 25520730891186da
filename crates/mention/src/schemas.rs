//! The embedded schemas of all records: one line in `TABLE` for each file of `schemas/`.
//!
//! To add a record, write `schemas/<full name>.avsc`, copy it to
//! `schemas/history/<full name>/1.avsc`, add a line to `TABLE` and implement
//! [`crate::codec::AvroRecord`] for its struct, which may be in any crate. To change a record, add
//! fields with a default, copy the new schema to the next number of its history and add that number
//! to its line.

mod check;

use stage::Topic;

pub use check::{SchemaProblem, check};

use crate::codec::registry;
use crate::topics;

/// An embedded schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbeddedSchema {
    /// The full name of the record.
    pub name: &'static str,
    /// The topic of the record; `None` for a value of a stage's changelog.
    pub topic: Option<Topic>,
    /// The text of the file.
    pub text: &'static str,
    /// CRC-64-AVRO of its parsing canonical form; the header of every record carries it.
    pub fingerprint: u64,
}

/// The current schemas, in the order of the pipeline.
///
/// Empty if an embedded file is not a supported schema: a fault of the build that tests exclude.
pub fn all() -> impl Iterator<Item = EmbeddedSchema> {
    let parsed = registry::all().unwrap_or_default();
    // `registry::all` has the order of the table.
    TABLE.iter().zip(parsed).map(|(entry, schemas)| EmbeddedSchema {
        name: entry.name,
        topic: entry.topic,
        text: entry.text,
        fingerprint: schemas.current,
    })
}

/// The embedded files of one record.
#[derive(Debug)]
pub(crate) struct SchemaEntry {
    pub(crate) name: &'static str,
    pub(crate) topic: Option<Topic>,
    /// The current schema.
    pub(crate) text: &'static str,
    /// All versions of the schema, oldest first; the last one has the fingerprint of `text`.
    pub(crate) history: &'static [&'static str],
}

macro_rules! embedded {
    ($($name:literal, $topic:expr, [$($version:literal),+];)+) => {
        &[$(SchemaEntry {
            name: $name,
            topic: $topic,
            text: include_str!(concat!("../../../schemas/", $name, ".avsc")),
            history: &[$(include_str!(
                concat!("../../../schemas/history/", $name, "/", $version, ".avsc")
            )),+],
        }),+]
    };
}

/// Full name, topic (`None` for a value of a stage's changelog), versions in the history.
pub(crate) const TABLE: &[SchemaEntry] = embedded! {
    "harken.mention.Received", Some(topics::RECEIVED), [1];
    "harken.mention.Unique", Some(topics::UNIQUE), [1];
    "harken.mention.Spread", Some(topics::SPREAD), [1];
    "harken.mention.Reaction", Some(topics::REACTION), [1];
    "harken.mention.Scored", Some(topics::SCORED), [1];
    "harken.mention.Prioritized", Some(topics::PRIORITIZED), [1];
    "harken.mention.Routed", Some(topics::ROUTED), [1, 2, 3];
    "harken.mention.Filtered", Some(topics::FILTERED), [1];
    "harken.mention.Signal", Some(topics::SIGNAL), [1];
    "harken.escalation.Raised", Some(topics::RAISED), [1, 2, 3];
    "harken.escalation.Call", Some(topics::CALL), [1, 2];
    "harken.case.Event", Some(topics::CASE_EVENT), [1];
    "harken.customer.Profile", Some(topics::PROFILE), [1];
    "harken.incident.State", Some(topics::INCIDENT), [1];
    "harken.priority.Customer", None, [1];
    "harken.escalation.Case", None, [1, 2];
    "harken.metrics.Window", Some(topics::METRICS_WINDOW), [1];
};

/// The index of a record in [`TABLE`].
///
/// # Panics
/// If the table has no such name. Evaluated at compile time, where that is a compile error.
#[expect(clippy::panic, reason = "only evaluated at compile time, where it is a compile error")]
pub(crate) const fn table_index(name: &str) -> usize {
    let mut i = 0;
    while i < TABLE.len() {
        if is_same(TABLE[i].name.as_bytes(), name.as_bytes()) {
            return i;
        }
        i += 1;
    }
    panic!("the table in crates/mention/src/schemas.rs has no schema of this name")
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    // `==` of slices is not const in Rust 1.89.
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

#[cfg(test)]
mod tests;
