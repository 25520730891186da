//! The model file, format 2. Little-endian throughout:
//!
//! | field | bytes |
//! |---|---|
//! | magic `HARKEN\0M` | 8 |
//! | format | 2 |
//! | length of the whole file | 8 |
//! | recipe, name, release | each 2 (length) + UTF-8 |
//! | bits (the table has 2^bits columns) | 1 |
//! | number of tasks, then each task | 2, then as below |
//! | XXH3-64 over all of the above | 8 |
//!
//! A task: its name; number of languages (2) and each; number of labels (2) and each; rows (4) and
//! fingerprint (8) of its training data; then `f32` numbers: scale and bias per lane, the calibration
//! matrix (labels × lanes) and offset, the label divisors. A task of two labels has one lane, any other
//! has one per label. Then the columns with a weight other than 0: their number (4), for each the gap
//! to the previous one (7 bits per byte, lowest first), then for each one byte per lane.

use super::reader::ModelFileReader;
use super::table::{GROUP, MAX_GROUPS, WeightTable};
use super::task::Task;
use super::{ModelError, ModelParts};
use crate::RECIPE;
use xxhash_rust::xxh3::xxh3_64;

mod read_task;
mod write_task;

const MAGIC: &[u8; 8] = b"HARKEN\0M";
const FORMAT: u16 = 2;
const LENGTH_OFFSET: usize = 10;
const HEADER_LENGTH: usize = 18;
const CHECKSUM_LENGTH: usize = 8;
/// The most tasks and columns of a file. They bound the memory that a hostile file can allocate.
const MAX_TASKS: usize = 64;
const MAX_BITS: u8 = 20;

/// Encodes a model file; returns its bytes and the checksum at its end.
pub(super) fn write(parts: &ModelParts) -> (Vec<u8>, u64) {
    let mut out = Vec::with_capacity(4 << 20);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&FORMAT.to_le_bytes());
    out.extend_from_slice(&[0; 8]);
    for text in [RECIPE, &parts.name, &parts.release] {
        write_task::write_string(text, &mut out);
    }
    out.push(parts.table.bits);
    out.extend_from_slice(&(parts.tasks.len() as u16).to_le_bytes());
    for task in &parts.tasks {
        write_task::write(task, &parts.table, &mut out);
    }
    // The length was reserved as zeros and is part of what the checksum covers.
    let length = (out.len() + CHECKSUM_LENGTH) as u64;
    out[LENGTH_OFFSET..HEADER_LENGTH].copy_from_slice(&length.to_le_bytes());
    let checksum = xxh3_64(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    (out, checksum)
}

/// Decodes a model file; returns its parts and the checksum at its end.
pub(super) fn read(bytes: &[u8]) -> Result<(ModelParts, u64), ModelError> {
    let (body, checksum) = check_envelope(bytes)?;
    let mut reader = ModelFileReader(&body[HEADER_LENGTH..]);
    let recipe = reader.string("recipe")?;
    if recipe != RECIPE {
        return Err(ModelError::Recipe { found: recipe, expected: RECIPE.to_owned() });
    }
    let name = reader.string("name")?;
    let release = reader.string("release")?;
    let [bits] = reader.array("bits")?;
    if !(1..=MAX_BITS).contains(&bits) {
        return Err(ModelError::Inconsistent { field: "bits" });
    }
    let count = reader.count(1..=MAX_TASKS, "tasks")?;
    let read =
        (0..count).map(|_| read_task::read(&mut reader, bits)).collect::<Result<Vec<_>, _>>()?;
    // The checksum is correct, so bytes after the last task are a fault of the writer.
    if !reader.0.is_empty() {
        return Err(ModelError::Inconsistent { field: "tasks" });
    }
    let (tasks, table) = join_tasks(read, bits)?;
    Ok((ModelParts { name, release, tasks, table }, checksum))
}

/// Puts the weights of all tasks side by side into one table.
fn join_tasks(
    read: Vec<read_task::ParsedTask<'_>>,
    bits: u8,
) -> Result<(Vec<Task>, WeightTable), ModelError> {
    let scale: Vec<f32> = read.iter().flat_map(|read| read.scale.iter().copied()).collect();
    let bias = read.iter().flat_map(|read| read.bias.iter().copied()).collect();
    if scale.len() > GROUP * MAX_GROUPS {
        return Err(ModelError::Inconsistent { field: "tasks" });
    }
    // Allocated only after all counts are checked: a hostile file cannot claim more than 2^20 columns.
    let mut table = WeightTable::empty(bits, scale, bias);
    let (mut lane, mut output) = (0, 0);
    let mut tasks: Vec<Task> = Vec::with_capacity(read.len());
    for read_task::ParsedTask { mut task, columns, weights, .. } in read {
        if tasks.iter().any(|other| other.name == task.name) {
            return Err(ModelError::Inconsistent { field: "tasks" });
        }
        let lanes = task.lanes.len();
        task.lanes = lane..lane + lanes;
        task.outputs = output..output + task.labels.len();
        for (column, weights) in columns.into_iter().zip(weights.chunks_exact(lanes)) {
            for (at, &weight) in weights.iter().enumerate() {
                table.set(column as usize, lane + at, weight.cast_signed());
            }
        }
        (lane, output) = (task.lanes.end, task.outputs.end);
        tasks.push(task);
    }
    Ok((tasks, table))
}

/// Checks magic, format, length and checksum, before any field is decoded.
fn check_envelope(bytes: &[u8]) -> Result<(&[u8], u64), ModelError> {
    let found = bytes.len() as u64;
    // A prefix of the magic bytes is a truncated model, not another kind of file.
    if !bytes.starts_with(MAGIC) && !MAGIC.starts_with(bytes) {
        return Err(ModelError::NotAModel);
    }
    let short = ModelError::Truncated { found, expected: (HEADER_LENGTH + CHECKSUM_LENGTH) as u64 };
    if bytes.len() < HEADER_LENGTH + CHECKSUM_LENGTH {
        return Err(short);
    }
    let mut head = ModelFileReader(&bytes[MAGIC.len()..]);
    let format = u16::from_le_bytes(head.array("format")?);
    if format != FORMAT {
        return Err(ModelError::Format { found: format, expected: FORMAT });
    }
    let expected = u64::from_le_bytes(head.array("length")?);
    if found < expected {
        return Err(ModelError::Truncated { found, expected });
    }
    if found > expected {
        return Err(ModelError::TrailingBytes { found, expected });
    }
    let (body, stored) = bytes.split_last_chunk::<CHECKSUM_LENGTH>().ok_or(short)?;
    let checksum = xxh3_64(body);
    if checksum != u64::from_le_bytes(*stored) {
        return Err(ModelError::ChecksumMismatch);
    }
    Ok((body, checksum))
}
