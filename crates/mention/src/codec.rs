//! Encoding of records: Avro single-object encoding with the embedded schemas.
//!
//! A record is `C3 01`, the CRC-64-AVRO fingerprint of the writer's schema in little-endian order,
//! and the Avro binary form. `apache-avro` parses the schemas and is the oracle of the tests.
//! Serialisation is our own, because `apache-avro` 0.22 cannot skip a record or an enum that the
//! struct does not have, allocates as much memory as the sender states, quotes content in its
//! errors, and takes three times as long to write (`cargo bench -p mention`).
//!
//! Must not know: Kafka, the framing of a schema registry, the meaning of the records.

mod cursor;
mod decode;
mod decode_error;
mod encode;
mod fingerprint;
pub(crate) mod registry;
mod shape;

use serde::Serialize;
use serde::de::DeserializeOwned;
use stage::{BoxedError, Malformed};

use crate::schemas;
pub use decode_error::{DecodeError, DecodeProblem};
pub(crate) use fingerprint::fingerprint;
pub(crate) use registry::RecordSchemas;
pub(crate) use shape::Shape;

/// A record with a schema of its own in `schemas/`.
///
/// The struct has the fields of the schema in the same order, and `#[serde(default)]`, so that a field
/// missing in an older record gets its default.
pub trait AvroRecord: Serialize + DeserializeOwned {
    /// The full name of its schema, as in the table of [`crate::schemas`]; an unknown name is a
    /// compile error.
    const SCHEMA: &'static str;
}

/// The index of a record's schema in the table, computed at compile time.
trait TableIndex: AvroRecord {
    const INDEX: usize = schemas::table_index(Self::SCHEMA);
}

impl<F: AvroRecord> TableIndex for F {}

/// Maximum length of a record, in bytes; also the maximum memory that reading one allocates.
pub const MAX_BYTES: usize = 1 << 20;

/// The first bytes of every record: the marker of Avro's single-object encoding.
const MARKER: [u8; 2] = [0xC3, 0x01];

/// Length of marker and fingerprint, in bytes.
pub(crate) const HEADER: usize = 10;

/// The header of records written with the schema of this fingerprint.
pub(crate) fn header(fingerprint: u64) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..2].copy_from_slice(&MARKER);
    header[2..].copy_from_slice(&fingerprint.to_le_bytes());
    header
}

/// Appends the bytes of a record.
///
/// # Panics
/// If the struct does not follow its schema: a bug that the conformance tests exclude.
#[expect(clippy::panic, reason = "half a record must never be written; the stage is aborted")]
pub fn write<F: AvroRecord>(record: &F, out: &mut Vec<u8>) {
    // Saves the first reallocations of a new buffer; most records are longer.
    out.reserve(512);
    let written = registry::get(F::INDEX).and_then(|schemas| {
        out.extend_from_slice(&header(schemas.current));
        encode::write(&schemas.shape, record, out).map_err(|error| error.to_string())
    });
    if let Err(error) = written {
        panic!("failed to write a {}: {error}", F::SCHEMA);
    }
}

/// Reads a record that was written with any version of its schema.
///
/// # Errors
/// If the schema is not embedded or belongs to another type of record, the bytes do not follow the
/// schema, or there are more than [`MAX_BYTES`]. The message quotes no content.
pub fn read<F: AvroRecord>(bytes: &[u8]) -> Result<F, Malformed> {
    read_with(registry::get(F::INDEX).map_err(embedded)?, bytes)
}

/// Reads a record that was written with one of these schemas.
pub(crate) fn read_with<F: AvroRecord>(
    schemas: &RecordSchemas,
    bytes: &[u8],
) -> Result<F, Malformed> {
    // Before anything else: the length bounds the work that hostile bytes can cause.
    if bytes.len() > MAX_BYTES {
        return Err(Malformed::Frame(format!("{} bytes, more than {MAX_BYTES}", bytes.len())));
    }
    let Some((header, body)) = bytes.split_first_chunk::<HEADER>() else {
        return Err(Malformed::Frame(format!("{} bytes, shorter than a header", bytes.len())));
    };
    let [a, b, fingerprint @ ..] = *header;
    if [a, b] != MARKER {
        return Err(Malformed::Frame(format!("starts with {a:02x} {b:02x}, expected c3 01")));
    }
    let fingerprint = u64::from_le_bytes(fingerprint);
    match schemas.shape_written_with(fingerprint) {
        Some(shape) => decode::read(shape, body),
        None => Err(wrong_schema(fingerprint, F::SCHEMA)),
    }
}

/// The error for a fingerprint that belongs to another record or to no embedded schema.
fn wrong_schema(fingerprint: u64, expected: &str) -> Malformed {
    let records = match registry::all() {
        Ok(records) => records,
        Err(error) => return embedded(error),
    };
    // Only for the message: a record of another topic is a more likely mistake than a new schema.
    let owner =
        records.iter().position(|schemas| schemas.shape_written_with(fingerprint).is_some());
    match owner {
        Some(index) => {
            let found = schemas::TABLE[index].name;
            Malformed::WrongSchema { found, expected: expected.to_owned() }
        }
        // A reason of its own: an unknown schema may be one of a newer version, so the operator
        // can replay the dead letter after an upgrade.
        None => Malformed::UnknownSchema { fingerprint },
    }
}

/// The error for an embedded schema that does not parse: a bug that the conformance tests exclude.
fn embedded(error: impl Into<BoxedError>) -> Malformed {
    Malformed::Schema(error.into())
}

#[cfg(test)]
mod tests;
