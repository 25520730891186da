//! Reads one task of a model file; nothing in it is taken on trust.

use crate::model::reader::Reader;
use crate::model::task::{MOST_LABELS, Task, Training};
use crate::model::{ModelError, lanes_of};

/// A task whose lanes have no place in a table yet.
pub(super) struct Read<'a> {
    /// Its lanes are counted from 0.
    pub(super) task: Task,
    pub(super) scale: Vec<f32>,
    pub(super) bias: Vec<f32>,
    /// Ascending.
    pub(super) columns: Vec<u32>,
    /// Columns × lanes.
    pub(super) weights: &'a [u8],
}

pub(super) fn read<'a>(reader: &mut Reader<'a>, bits: u8) -> Result<Read<'a>, ModelError> {
    let name = reader.string("name")?;
    let languages = strings(reader, 1..=100, "languages")?;
    let labels = strings(reader, 2..=MOST_LABELS, "labels")?;
    let training = Training {
        rows: u32::from_le_bytes(reader.array("training")?),
        fingerprint: u64::from_le_bytes(reader.array("training")?),
    };
    let (count, lanes) = (labels.len(), lanes_of(labels.len()));
    let scale = reader.numbers(lanes, "scale")?;
    let bias = reader.numbers(lanes, "bias")?;
    let task = Task {
        name,
        languages,
        labels,
        training,
        lanes: 0..lanes,
        place: 0..count,
        matrix: reader.numbers(count * lanes, "calibration")?,
        offset: reader.numbers(count, "calibration")?,
        handicaps: handicaps(reader, count)?,
    };
    let columns = columns(reader, bits)?;
    let weights = reader.bytes(columns.len() * lanes, "weights")?;
    Ok(Read { task, scale, bias, columns, weights })
}

fn strings(
    reader: &mut Reader<'_>,
    allowed: std::ops::RangeInclusive<usize>,
    field: &'static str,
) -> Result<Vec<String>, ModelError> {
    let count = reader.count(allowed, field)?;
    (0..count).map(|_| reader.string(field)).collect()
}

fn handicaps(reader: &mut Reader<'_>, count: usize) -> Result<Vec<f32>, ModelError> {
    let handicaps = reader.numbers(count, "handicaps")?;
    if handicaps.iter().all(|&handicap| handicap > 0.0) {
        Ok(handicaps)
    } else {
        Err(ModelError::Contradictory { field: "handicaps" })
    }
}

/// The columns that weigh anything, by their gaps.
fn columns(reader: &mut Reader<'_>, bits: u8) -> Result<Vec<u32>, ModelError> {
    let wrong = ModelError::Contradictory { field: "columns" };
    let count = u32::from_le_bytes(reader.array("columns")?) as usize;
    // Every gap takes a byte, so a count beyond the rest of the file reserves nothing.
    if count > reader.0.len() {
        return Err(wrong);
    }
    let mut columns = Vec::with_capacity(count);
    let mut next = 0_usize;
    for _ in 0..count {
        let column = next + reader.gap("columns")?;
        if column >> bits != 0 {
            return Err(wrong);
        }
        // MOST_BITS keeps it far below.
        columns.push(column as u32);
        next = column + 1;
    }
    Ok(columns)
}
