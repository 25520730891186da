//! Texts as sparse rows: columns and values, all in three flat vectors.

use super::Options;
use crate::Features;

/// The rows of a training. Columns 0 to 2^bits are hashed features; then one column a prior, then
/// the constant 1, from which the bias is learned.
pub(super) struct Rows {
    pub(super) labels: Vec<usize>,
    /// Columns in all, priors and constant included.
    pub(super) width: usize,
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    in_use: usize,
}

impl Rows {
    pub(super) fn read(rows: &[(String, usize)], options: &Options) -> Rows {
        let shift = 32 - u32::from(options.bits);
        let seen = count(rows, options);
        let mut features = Features::new();
        let constant = (1 << options.bits) + options.priors.len();
        let mut read = Rows {
            labels: rows.iter().map(|(_, label)| *label).collect(),
            width: constant + 1,
            starts: vec![0],
            columns: Vec::new(),
            values: Vec::new(),
            in_use: seen.iter().filter(|&&rows| rows >= options.fewest_rows).count(),
        };
        let mut said = vec![0.0_f32; options.priors.len()];
        for (text, _) in rows {
            features.extract(text);
            said.fill(0.0);
            for (hashes, value) in features.blocks() {
                for hash in hashes {
                    let column = (hash >> shift) as usize;
                    for (said, prior) in said.iter_mut().zip(&options.priors) {
                        *said += value * prior.weights[column];
                    }
                    if seen[column] >= options.fewest_rows {
                        read.push(column, value);
                    }
                }
            }
            for (at, &said) in said.iter().enumerate().filter(|(_, said)| **said != 0.0) {
                read.push((1 << options.bits) + at, said);
            }
            read.push(constant, 1.0);
            read.starts.push(read.columns.len());
        }
        read
    }

    fn push(&mut self, column: usize, value: f32) {
        self.columns.push(column as u32);
        self.values.push(value);
    }

    /// Hashed columns that appear often enough to learn from.
    pub(super) fn in_use(&self) -> usize {
        self.in_use
    }

    /// The columns and values of a row. A column may appear twice: two features that share it.
    pub(super) fn row(&self, row: u32) -> impl Iterator<Item = (u32, f32)> {
        let range = self.starts[row as usize]..self.starts[row as usize + 1];
        self.columns[range.clone()].iter().copied().zip(self.values[range].iter().copied())
    }
}

/// In how many rows each hashed column appears.
fn count(rows: &[(String, usize)], options: &Options) -> Vec<u32> {
    let shift = 32 - u32::from(options.bits);
    let mut seen = vec![0_u32; 1 << options.bits];
    let mut features = Features::new();
    for (text, _) in rows {
        features.extract(text);
        for (hashes, _) in features.blocks() {
            hashes.iter().for_each(|hash| seen[(hash >> shift) as usize] += 1);
        }
    }
    seen
}
