//! The model file, format 2. Little-endian throughout:
//!
//! | field | bytes |
//! |---|---|
//! | magic `HARKEN\0M` | 8 |
//! | format | 2 |
//! | length of the whole file | 8 |
//! | recipe, name, release | each 2 (length) + UTF-8 |
//! | bits: the table has 2^bits columns | 1 |
//! | number of tasks, then each task | 2, then as below |
//! | XXH3-64 over all of the above | 8 |
//!
//! A task: its name; number of languages (2) and each; number of labels (2) and each; rows (4) and
//! fingerprint (8) of its training data; then numbers of 4 bytes: scale and bias a lane, the
//! calibration matrix (labels × lanes) and offset, the handicaps. A task of two labels has one lane,
//! others one a label. Then the columns that weigh anything: how many (4), then for each the gap
//! from the one before (7 bits a byte, lowest first); then for each one byte a lane.

use super::reader::Reader;
use super::table::{GROUP, MOST_GROUPS, Table};
use super::task::Task;
use super::{ModelError, Parts};
use crate::RECIPE;
use xxhash_rust::xxh3::xxh3_64;

mod read_task;
mod write_task;

const MAGIC: &[u8; 8] = b"HARKEN\0M";
const FORMAT: u16 = 2;
const LENGTH_AT: usize = 10;
const HEAD: usize = 18;
const CHECKSUM: usize = 8;
/// Tasks and columns that a file may have: what bounds the memory a hostile one can claim.
const MOST_TASKS: usize = 64;
const MOST_BITS: u8 = 20;

/// The bytes of a model file and the checksum at its end.
pub(super) fn write(parts: &Parts) -> (Vec<u8>, u64) {
    let mut out = Vec::with_capacity(4 << 20);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&FORMAT.to_le_bytes());
    out.extend_from_slice(&[0; 8]);
    for text in [RECIPE, &parts.name, &parts.release] {
        write_task::string(text, &mut out);
    }
    out.push(parts.table.bits);
    out.extend_from_slice(&(parts.tasks.len() as u16).to_le_bytes());
    for task in &parts.tasks {
        write_task::write(task, &parts.table, &mut out);
    }
    let length = (out.len() + CHECKSUM) as u64;
    out[LENGTH_AT..HEAD].copy_from_slice(&length.to_le_bytes());
    let checksum = xxh3_64(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    (out, checksum)
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
    let [bits] = reader.array("bits")?;
    if !(1..=MOST_BITS).contains(&bits) {
        return Err(ModelError::Contradictory { field: "bits" });
    }
    let count = reader.count(1..=MOST_TASKS, "tasks")?;
    let read =
        (0..count).map(|_| read_task::read(&mut reader, bits)).collect::<Result<Vec<_>, _>>()?;
    if !reader.0.is_empty() {
        return Err(ModelError::Contradictory { field: "tasks" });
    }
    let (tasks, table) = join(read, bits)?;
    Ok((Parts { name, release, tasks, table }, checksum))
}

/// Gives every task its lanes of one table.
fn join(read: Vec<read_task::Read<'_>>, bits: u8) -> Result<(Vec<Task>, Table), ModelError> {
    let scale: Vec<f32> = read.iter().flat_map(|read| read.scale.iter().copied()).collect();
    let bias = read.iter().flat_map(|read| read.bias.iter().copied()).collect();
    if scale.len() > GROUP * MOST_GROUPS {
        return Err(ModelError::Contradictory { field: "tasks" });
    }
    let mut table = Table::empty(bits, scale, bias);
    let (mut lane, mut place) = (0, 0);
    let mut tasks: Vec<Task> = Vec::with_capacity(read.len());
    for read_task::Read { mut task, columns, weights, .. } in read {
        if tasks.iter().any(|other| other.name == task.name) {
            return Err(ModelError::Contradictory { field: "tasks" });
        }
        let lanes = task.lanes.len();
        task.lanes = lane..lane + lanes;
        task.place = place..place + task.labels.len();
        for (column, weights) in columns.into_iter().zip(weights.chunks_exact(lanes)) {
            for (at, &weight) in weights.iter().enumerate() {
                table.set(column as usize, lane + at, weight.cast_signed());
            }
        }
        (lane, place) = (task.lanes.end, task.place.end);
        tasks.push(task);
    }
    Ok((tasks, table))
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
