//! Writes one task of a model file.

use crate::model::table::WeightTable;
use crate::model::task::Task;

pub(super) fn write(task: &Task, table: &WeightTable, out: &mut Vec<u8>) {
    write_string(&task.name, out);
    write_strings(&task.languages, out);
    write_strings(&task.labels, out);
    out.extend_from_slice(&task.training.rows.to_le_bytes());
    out.extend_from_slice(&task.training.fingerprint.to_le_bytes());
    let (scale, bias) = (&table.scale[task.lanes.clone()], &table.bias[task.lanes.clone()]);
    for numbers in [scale, bias, &task.matrix, &task.offset, &task.divisors] {
        out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }
    let has_weight =
        |&column: &usize| task.lanes.clone().any(|lane| table.weight(column, lane) != 0);
    let columns: Vec<usize> = (0..table.columns()).filter(has_weight).collect();
    out.extend_from_slice(&(columns.len() as u32).to_le_bytes());
    // Gaps to the next possible column fit into one byte for most columns.
    let mut next = 0;
    for &column in &columns {
        write_gap(column - next, out);
        next = column + 1;
    }
    for &column in &columns {
        out.extend(task.lanes.clone().map(|lane| table.weight(column, lane).cast_unsigned()));
    }
}

/// Seven bits per byte, lowest first; the highest bit marks that more bytes follow.
fn write_gap(mut gap: usize, out: &mut Vec<u8>) {
    while gap >= 0x80 {
        out.push((gap & 0x7f) as u8 | 0x80);
        gap >>= 7;
    }
    out.push(gap as u8);
}

fn write_strings(texts: &[String], out: &mut Vec<u8>) {
    out.extend_from_slice(&(texts.len() as u16).to_le_bytes());
    texts.iter().for_each(|text| write_string(text, out));
}

/// Writes a length of two bytes, then UTF-8. Training rejects names that are too long for two bytes.
pub(super) fn write_string(text: &str, out: &mut Vec<u8>) {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&text.as_bytes()[..usize::from(length)]);
}
