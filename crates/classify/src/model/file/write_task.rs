//! Writes one task of a model file.

use crate::model::table::Table;
use crate::model::task::Task;

pub(super) fn write(task: &Task, table: &Table, out: &mut Vec<u8>) {
    string(&task.name, out);
    strings(&task.languages, out);
    strings(&task.labels, out);
    out.extend_from_slice(&task.training.rows.to_le_bytes());
    out.extend_from_slice(&task.training.fingerprint.to_le_bytes());
    let (scale, bias) = (&table.scale[task.lanes.clone()], &table.bias[task.lanes.clone()]);
    for numbers in [scale, bias, &task.matrix, &task.offset, &task.handicaps] {
        out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }
    let weighs = |&column: &usize| task.lanes.clone().any(|lane| table.weight(column, lane) != 0);
    let columns: Vec<usize> = (0..table.columns()).filter(weighs).collect();
    out.extend_from_slice(&(columns.len() as u32).to_le_bytes());
    let mut next = 0;
    for &column in &columns {
        gap(column - next, out);
        next = column + 1;
    }
    for &column in &columns {
        out.extend(task.lanes.clone().map(|lane| table.weight(column, lane).cast_unsigned()));
    }
}

/// Seven bits a byte, lowest first; the highest bit says that more follow.
fn gap(mut gap: usize, out: &mut Vec<u8>) {
    while gap >= 0x80 {
        out.push((gap & 0x7f) as u8 | 0x80);
        gap >>= 7;
    }
    out.push(gap as u8);
}

fn strings(texts: &[String], out: &mut Vec<u8>) {
    out.extend_from_slice(&(texts.len() as u16).to_le_bytes());
    texts.iter().for_each(|text| string(text, out));
}

/// Names are short: training refuses those that two bytes of length cannot count.
pub(super) fn string(text: &str, out: &mut Vec<u8>) {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&text.as_bytes()[..usize::from(length)]);
}
