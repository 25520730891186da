//! The embedded schemas: each is parsed once, when its record is first met.

use std::sync::OnceLock;

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

static KNOWN: [OnceLock<Result<Known, String>>; TABLE.len()] =
    [const { OnceLock::new() }; TABLE.len()];

/// What is known of the record in this line of [`TABLE`].
pub(crate) fn fact(place: usize) -> Result<&'static Known, String> {
    KNOWN[place].get_or_init(|| load(&TABLE[place])).as_ref().map_err(Clone::clone)
}

/// What is known of every record, in the order of [`TABLE`].
pub(crate) fn facts() -> Result<Vec<&'static Known>, String> {
    (0..TABLE.len()).map(fact).collect()
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
