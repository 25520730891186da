//! The embedded schemas, parsed once for the life of the process.

use std::sync::LazyLock;

use apache_avro::Schema;

use super::fingerprint::fingerprint;
use super::shape::Shape;
use crate::schemas::{Entry, TABLE};

/// What is known of one record.
#[derive(Debug)]
pub(crate) struct Known {
    /// The fingerprint of the schema that is written.
    pub(crate) current: u64,
    /// Its form.
    pub(crate) shape: Shape,
    /// What older schemas have written, by fingerprint.
    older: Vec<(u64, Shape)>,
}

impl Known {
    /// The form of what was written with a schema.
    pub(crate) fn written(&self, fingerprint: u64) -> Option<&Shape> {
        if fingerprint == self.current {
            return Some(&self.shape);
        }
        self.older.iter().find(|(known, _)| *known == fingerprint).map(|(_, shape)| shape)
    }
}

static KNOWN: LazyLock<Result<Vec<Known>, String>> =
    LazyLock::new(|| TABLE.iter().map(load).collect());

/// What is known of every record, in the order of [`TABLE`].
pub(crate) fn facts() -> Result<&'static [Known], String> {
    KNOWN.as_ref().map(Vec::as_slice).map_err(Clone::clone)
}

fn load(entry: &Entry) -> Result<Known, String> {
    let (current, shape) = form(entry.text)?;
    let older = entry.history.iter().map(|text| form(text)).collect::<Result<_, _>>()?;
    Ok(Known { current, shape, older })
}

/// The fingerprint of a schema and the form that it gives.
fn form(text: &str) -> Result<(u64, Shape), String> {
    let schema = parse(text)?;
    Ok((fingerprint(&schema)?, Shape::of(&schema)?))
}

/// Parses the text of a schema.
pub(crate) fn parse(text: &str) -> Result<Schema, String> {
    Schema::parse_str(text).map_err(|error| error.to_string())
}
