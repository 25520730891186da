//! Texts as sparse rows: columns and values, all in flat vectors.

use super::linear::deviation;
use super::{Options, Prior};
use crate::Features;

/// The rows of a training. Columns 0 to 2^bits are hashed features; then one column a prior, then
/// the constant 1, from which the bias is learned.
pub(super) struct Rows {
    pub(super) labels: Vec<usize>,
    /// How many labels there are.
    pub(super) kinds: usize,
    /// The hashed columns: the first of all.
    pub(super) hashed: usize,
    /// Columns in all, priors and constant included.
    pub(super) width: usize,
    /// By prior: what its word is multiplied by to become the value of its column.
    pub(super) loudness: Vec<f32>,
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Rows {
    pub(super) fn read(
        rows: &[(String, usize)],
        kinds: usize,
        priors: &[&Prior],
        options: &Options,
    ) -> Rows {
        let shift = 32 - u32::from(options.bits);
        let seen = count(rows, options);
        let mut features = Features::new();
        let constant = (1 << options.bits) + priors.len();
        let (loudness, said) = listen(rows, priors, options);
        let mut read = Rows {
            labels: rows.iter().map(|(_, label)| *label).collect(),
            kinds,
            hashed: 1 << options.bits,
            width: constant + 1,
            loudness,
            starts: vec![0],
            columns: Vec::new(),
            values: Vec::new(),
        };
        for (at, (text, _)) in rows.iter().enumerate() {
            features.extract(text);
            for (hashes, value) in features.blocks() {
                for hash in hashes {
                    let column = (hash >> shift) as usize;
                    if seen[column] >= options.fewest_rows {
                        read.push(column, value);
                    }
                }
            }
            for (prior, said) in said.iter().enumerate() {
                read.push((1 << options.bits) + prior, said[at] * read.loudness[prior]);
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

    pub(super) fn count(&self) -> usize {
        self.labels.len()
    }

    /// 1 when the row has the label of the lane, else -1. The one lane of two labels is the second.
    pub(super) fn sign(&self, row: u32, lane: usize) -> f32 {
        let label = if self.kinds == 2 { 1 } else { lane };
        if self.labels[row as usize] == label { 1.0 } else { -1.0 }
    }

    /// The columns and values of a row. A column may appear twice: two features that share it.
    pub(super) fn row(&self, row: u32) -> impl Iterator<Item = (u32, f32)> {
        let range = self.starts[row as usize]..self.starts[row as usize + 1];
        self.columns[range.clone()].iter().copied().zip(self.values[range].iter().copied())
    }

    /// The sum of the squares of a row's values, each times its column's factor.
    pub(super) fn length(&self, row: u32, factors: &[f32]) -> f32 {
        self.row(row).map(|(column, value)| value * value * factors[column as usize]).sum()
    }

    pub(super) fn dot(&self, row: u32, weights: &[f32]) -> f32 {
        self.row(row).map(|(column, value)| value * weights[column as usize]).sum()
    }

    /// Adds a step along the row to the weights, each column's times its factor.
    pub(super) fn add(&self, row: u32, step: f32, factors: &[f32], weights: &mut [f32]) {
        for (column, value) in self.row(row) {
            weights[column as usize] += step * value * factors[column as usize];
        }
    }
}

/// What each prior says of each row, and what makes their words spread equally far.
fn listen(
    rows: &[(String, usize)],
    priors: &[&Prior],
    options: &Options,
) -> (Vec<f32>, Vec<Vec<f32>>) {
    let shift = 32 - u32::from(options.bits);
    let mut features = Features::new();
    let mut said = vec![Vec::with_capacity(rows.len()); priors.len()];
    for (text, _) in rows {
        features.extract(text);
        for (said, prior) in said.iter_mut().zip(priors) {
            let blocks = features.blocks().map(|(hashes, value)| {
                let weights = hashes.iter().map(|hash| prior.weights[(hash >> shift) as usize]);
                weights.sum::<f32>() * value
            });
            said.push(blocks.iter().sum());
        }
    }
    let loudness = said.iter().map(|said| match deviation(said) {
        0.0 => 0.0,
        spread => options.prior_spread / spread,
    });
    (loudness.collect(), said)
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
