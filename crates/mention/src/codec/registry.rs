//! The embedded schemas, parsed once each, when a record is first read or written.

use std::sync::OnceLock;

use apache_avro::Schema;

use super::fingerprint::fingerprint;
use super::shape::Shape;
use crate::schemas::{SchemaEntry, TABLE};

/// All versions of one record's schema.
#[derive(Debug)]
pub(crate) struct RecordSchemas {
    /// The fingerprint of the schema that is written.
    pub(crate) current: u64,
    /// The shape of the schema that is written.
    pub(crate) shape: Shape,
    /// The shapes of all versions of the history, by fingerprint.
    older: Vec<(u64, Shape)>,
}

impl RecordSchemas {
    /// The schemas of a record from their texts: the one that is written, and all versions.
    pub(crate) fn parse(current: &str, history: &[&str]) -> Result<Self, String> {
        let (current, shape) = fingerprint_and_shape(current)?;
        // The history includes the current version; `shape_written_with` never reaches it there.
        let older =
            history.iter().map(|text| fingerprint_and_shape(text)).collect::<Result<_, _>>()?;
        Ok(Self { current, shape, older })
    }

    /// The shape of the version with this fingerprint.
    pub(crate) fn shape_written_with(&self, fingerprint: u64) -> Option<&Shape> {
        if fingerprint == self.current {
            return Some(&self.shape);
        }
        self.older.iter().find(|(older, _)| *older == fingerprint).map(|(_, shape)| shape)
    }
}

static SCHEMAS: [OnceLock<Result<RecordSchemas, String>>; TABLE.len()] =
    [const { OnceLock::new() }; TABLE.len()];

/// The schemas of the record at this index of [`TABLE`].
pub(crate) fn get(index: usize) -> Result<&'static RecordSchemas, String> {
    // A process parses only the schemas of the records that it uses.
    let SchemaEntry { text, history, .. } = &TABLE[index];
    SCHEMAS[index]
        .get_or_init(|| RecordSchemas::parse(text, history))
        .as_ref()
        .map_err(Clone::clone)
}

/// The schemas of every record, in the order of [`TABLE`].
pub(crate) fn all() -> Result<Vec<&'static RecordSchemas>, String> {
    (0..TABLE.len()).map(get).collect()
}

/// Fingerprint and shape of a schema.
fn fingerprint_and_shape(text: &str) -> Result<(u64, Shape), String> {
    let schema = parse(text)?;
    Ok((fingerprint(&schema)?, Shape::from_schema(&schema)?))
}

/// Parses the text of a schema.
pub(crate) fn parse(text: &str) -> Result<Schema, String> {
    Schema::parse_str(text).map_err(|error| error.to_string())
}
