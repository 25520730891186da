//! The model file, format 1. Little-endian throughout:
//!
//! | field | bytes |
//! |---|---|
//! | magic `HARKEN\0M` | 8 |
//! | format | 2 |
//! | length of the whole file | 8 |
//! | recipe, name, release | each 2 (length) + UTF-8 |
//! | number of labels, then each label | 2, then 2 + UTF-8 |
//! | rows and fingerprint of the training data | 4 + 8 |
//! | bits: the model has 2^bits columns | 1 |
//! | scale, bias, calibration matrix, calibration offset, shares | 4 × (L, L, L², L, L) |
//! | weights, column by column, one for each label | 2 × L × 2^bits |
//! | XXH3-64 over all of the above | 8 |

use super::reader::Reader;
use super::{MOST_LABELS, ModelError, Parts, Training};
use crate::RECIPE;
use xxhash_rust::xxh3::xxh3_64;

const MAGIC: &[u8; 8] = b"HARKEN\0M";
const FORMAT: u16 = 1;
const LENGTH_AT: usize = 10;
const HEAD: usize = 18;
const CHECKSUM: usize = 8;

/// The bytes of a model file and the checksum at its end.
pub(super) fn write(parts: &Parts) -> (Vec<u8>, u64) {
    let mut out = Vec::with_capacity(parts.weights.len() * 2 + 4_096);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&FORMAT.to_le_bytes());
    out.extend_from_slice(&[0; 8]);
    for text in [RECIPE, &parts.name, &parts.release] {
        write_string(text, &mut out);
    }
    out.extend_from_slice(&(parts.labels.len() as u16).to_le_bytes());
    for label in &parts.labels {
        write_string(label, &mut out);
    }
    out.extend_from_slice(&parts.training.rows.to_le_bytes());
    out.extend_from_slice(&parts.training.fingerprint.to_le_bytes());
    out.push(parts.bits);
    for numbers in [&parts.scale, &parts.bias, &parts.matrix, &parts.offset, &parts.shares] {
        out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }
    out.extend(parts.weights.iter().flat_map(|weight| weight.to_le_bytes()));
    let length = (out.len() + CHECKSUM) as u64;
    out[LENGTH_AT..HEAD].copy_from_slice(&length.to_le_bytes());
    let checksum = xxh3_64(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    (out, checksum)
}

/// Names are short: training refuses those that two bytes of length cannot count.
fn write_string(text: &str, out: &mut Vec<u8>) {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&text.as_bytes()[..usize::from(length)]);
}

/// The parts of a model file and the checksum at its end.
pub(super) fn read(bytes: &[u8]) -> Result<(Parts, u64), ModelError> {
    let (body, checksum) = open(bytes)?;
    let mut reader = Reader(&body[HEAD..]);
    let recipe = reader.string("recipe")?;
    if recipe != RECIPE {
        return Err(ModelError::Recipe { found: recipe, expected: RECIPE.to_owned() });
    }
    let name = reader.string("name")?;
    let release = reader.string("release")?;
    let count = usize::from(u16::from_le_bytes(reader.array("labels")?));
    if !(1..=MOST_LABELS).contains(&count) {
        return Err(ModelError::Contradictory { field: "labels" });
    }
    let labels = (0..count).map(|_| reader.string("labels")).collect::<Result<_, _>>()?;
    let training = Training {
        rows: u32::from_le_bytes(reader.array("training")?),
        fingerprint: u64::from_le_bytes(reader.array("training")?),
    };
    let [bits] = reader.array("bits")?;
    if !(1..=24).contains(&bits) {
        return Err(ModelError::Contradictory { field: "bits" });
    }
    let parts = Parts {
        name,
        release,
        labels,
        training,
        bits,
        scale: reader.numbers(count, "scale")?,
        bias: reader.numbers(count, "bias")?,
        matrix: reader.numbers(count * count, "calibration")?,
        offset: reader.numbers(count, "calibration")?,
        shares: shares(&mut reader, count)?,
        weights: weights(&mut reader, count << bits)?,
    };
    Ok((parts, checksum))
}

/// Checks everything that can be checked without reading a field: magic, format, length, checksum.
fn open(bytes: &[u8]) -> Result<(&[u8], u64), ModelError> {
    let found = bytes.len() as u64;
    if !bytes.starts_with(MAGIC) && !MAGIC.starts_with(bytes) {
        return Err(ModelError::NotAModel);
    }
    let short = ModelError::Truncated { found, expected: (HEAD + CHECKSUM) as u64 };
    if bytes.len() < HEAD + CHECKSUM {
        return Err(short);
    }
    let mut head = Reader(&bytes[MAGIC.len()..]);
    let format = u16::from_le_bytes(head.array("format")?);
    if format != FORMAT {
        return Err(ModelError::Format { found: format, expected: FORMAT });
    }
    let expected = u64::from_le_bytes(head.array("length")?);
    if found < expected {
        return Err(ModelError::Truncated { found, expected });
    }
    if found > expected {
        return Err(ModelError::Overlong { found, expected });
    }
    let (body, stored) = bytes.split_last_chunk::<CHECKSUM>().ok_or(short)?;
    let checksum = xxh3_64(body);
    if checksum != u64::from_le_bytes(*stored) {
        return Err(ModelError::Damaged);
    }
    Ok((body, checksum))
}

fn shares(reader: &mut Reader<'_>, count: usize) -> Result<Vec<f32>, ModelError> {
    let shares = reader.numbers(count, "shares")?;
    if shares.iter().all(|&share| share > 0.0 && share <= 1.0) {
        Ok(shares)
    } else {
        Err(ModelError::Contradictory { field: "shares" })
    }
}

/// The weights, which must be exactly the rest of the file.
fn weights(reader: &mut Reader<'_>, count: usize) -> Result<Vec<i16>, ModelError> {
    if reader.0.len() != count * 2 {
        return Err(ModelError::Contradictory { field: "weights" });
    }
    let (chunks, _) = reader.bytes(count * 2, "weights")?.as_chunks::<2>();
    Ok(chunks.iter().map(|chunk| i16::from_le_bytes(*chunk)).collect())
}
