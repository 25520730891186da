//! Reads one task of a model file. Every field is validated.

use crate::model::reader::ModelFileReader;
use crate::model::task::{MAX_LABELS, Task, TrainingData};
use crate::model::{ModelError, lanes_of};

/// A task that is not yet part of a table.
pub(super) struct ParsedTask<'a> {
    /// Its lanes start at 0.
    pub(super) task: Task,
    pub(super) scale: Vec<f32>,
    pub(super) bias: Vec<f32>,
    /// Ascending.
    pub(super) columns: Vec<u32>,
    /// Columns × lanes.
    pub(super) weights: &'a [u8],
}

pub(super) fn read<'a>(
    reader: &mut ModelFileReader<'a>,
    bits: u8,
) -> Result<ParsedTask<'a>, ModelError> {
    let name = reader.string("name")?;
    let languages = read_strings(reader, 1..=100, "languages")?;
    let labels = read_strings(reader, 2..=MAX_LABELS, "labels")?;
    let training = TrainingData {
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
        outputs: 0..count,
        matrix: reader.numbers(count * lanes, "calibration")?,
        offset: reader.numbers(count, "calibration")?,
        divisors: read_divisors(reader, count)?,
    };
    let read_columns = columns(reader, bits)?;
    let weights = reader.bytes(read_columns.len() * lanes, "weights")?;
    Ok(ParsedTask { task, scale, bias, columns: read_columns, weights })
}

fn read_strings(
    reader: &mut ModelFileReader<'_>,
    allowed: std::ops::RangeInclusive<usize>,
    field: &'static str,
) -> Result<Vec<String>, ModelError> {
    let count = reader.count(allowed, field)?;
    (0..count).map(|_| reader.string(field)).collect()
}

fn read_divisors(reader: &mut ModelFileReader<'_>, count: usize) -> Result<Vec<f32>, ModelError> {
    let divisors = reader.numbers(count, "divisors")?;
    if divisors.iter().all(|&divisor| divisor > 0.0) {
        Ok(divisors)
    } else {
        Err(ModelError::Inconsistent { field: "divisors" })
    }
}

/// The columns with a weight other than 0, decoded from their gaps.
fn columns(reader: &mut ModelFileReader<'_>, bits: u8) -> Result<Vec<u32>, ModelError> {
    let invalid = ModelError::Inconsistent { field: "columns" };
    let count = u32::from_le_bytes(reader.array("columns")?) as usize;
    // A gap takes at least a byte: reject a larger count before allocating for it.
    if count > reader.0.len() {
        return Err(invalid);
    }
    let mut columns = Vec::with_capacity(count);
    let mut next = 0_usize;
    for _ in 0..count {
        let column = next + reader.gap("columns")?;
        if column >> bits != 0 {
            return Err(invalid);
        }
        // Cannot truncate: MAX_BITS is 20.
        columns.push(column as u32);
        next = column + 1;
    }
    Ok(columns)
}
