//! The bytes of a fact: Avro single-object encoding over the embedded schemas.
//!
//! `C3 01`, the CRC-64-AVRO fingerprint of the writer's schema, little-endian, and the Avro binary
//! form. `apache-avro` parses the schemas and is the oracle of the tests; the way between bytes and
//! struct is our own, because that of `apache-avro` 0.22 cannot skip a record or an enum that the
//! struct does not have, reserves memory on the word of the sender, quotes content in its errors,
//! and takes three times as long to write (`cargo bench -p mention`).
//!
//! Must not know: Kafka, the framing of a schema registry, what the facts mean.

mod cursor;
mod decode;
mod encode;
mod fingerprint;
pub(crate) mod registry;
mod shape;

use serde::Serialize;
use serde::de::DeserializeOwned;
use stage::{Malformed, Reason};

use crate::schemas;
pub(crate) use fingerprint::fingerprint;
pub(crate) use shape::Shape;

/// A record with a schema of its own in `schemas/`.
///
/// The simple name of the schema is the serde name of the struct, fields stand in the same order
/// and the struct has `#[serde(default)]`, so that what an older writer lacks is the default.
pub trait Fact: Serialize + DeserializeOwned {
    /// The full name of its schema, as in the table of [`crate::schemas`]; an unknown one does not
    /// compile.
    const SCHEMA: &'static str;
}

/// The place of a fact's schema in the table, known at compile time.
trait Placed: Fact {
    const PLACE: usize = schemas::place(Self::SCHEMA);
}

impl<F: Fact> Placed for F {}

/// The largest record accepted, in bytes; also the most memory that reading one may take.
pub const MAX_BYTES: usize = 1 << 20;

/// The first bytes of every record.
const MARKER: [u8; 2] = [0xC3, 0x01];

/// The length of marker and fingerprint.
pub(crate) const HEADER: usize = 10;

/// What stands before what was written with a schema.
pub(crate) fn header(fingerprint: u64) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..2].copy_from_slice(&MARKER);
    header[2..].copy_from_slice(&fingerprint.to_le_bytes());
    header
}

/// Appends the bytes of a fact.
///
/// # Panics
/// When the struct does not follow its own schema: a bug that the tests of its examples exclude.
#[expect(clippy::panic, reason = "half a record must never be written; the stage is aborted")]
pub fn write<F: Fact>(fact: &F, out: &mut Vec<u8>) {
    out.reserve(512);
    let written = registry::fact(F::PLACE).and_then(|known| {
        out.extend_from_slice(&header(known.current));
        encode::write(&known.shape, fact, out).map_err(|error| error.to_string())
    });
    if let Err(error) = written {
        panic!("failed to write a {}: {error}", F::SCHEMA);
    }
}

/// Reads a fact back, whichever of its schemas it was written with.
///
/// # Errors
/// When the bytes were written with a schema that is not embedded, belong to another record, do
/// not follow their schema, or are longer than [`MAX_BYTES`]. The message quotes no content.
pub fn read<F: Fact>(bytes: &[u8]) -> Result<F, Malformed> {
    if bytes.len() > MAX_BYTES {
        return Err(Malformed::new(format!("{} bytes, more than {MAX_BYTES}", bytes.len())));
    }
    let Some((header, body)) = bytes.split_first_chunk::<HEADER>() else {
        return Err(Malformed::new(format!("{} bytes, less than a header", bytes.len())));
    };
    let [a, b, fingerprint @ ..] = *header;
    if [a, b] != MARKER {
        return Err(Malformed::new(format!("begins with {a:02x} {b:02x}, not with c3 01")));
    }
    let fingerprint = u64::from_le_bytes(fingerprint);
    let known = registry::fact(F::PLACE).map_err(Malformed::new)?;
    match known.written(fingerprint) {
        Some(shape) => decode::read(shape, body),
        None => Err(stranger(fingerprint, F::SCHEMA)),
    }
}

/// Says what a record is that was not written with a schema of the fact asked for.
fn stranger(fingerprint: u64, wanted: &str) -> Malformed {
    let facts = match registry::facts() {
        Ok(facts) => facts,
        Err(error) => return Malformed::new(error),
    };
    let owner = facts.iter().position(|known| known.written(fingerprint).is_some());
    match owner {
        Some(place) => {
            Malformed::new(format!("a {} where a {wanted} belongs", schemas::TABLE[place].name))
        }
        None => Malformed {
            reason: Reason::UnknownSchema,
            message: format!("written with the unknown schema {fingerprint:016x}"),
        },
    }
}

#[cfg(test)]
mod tests;
