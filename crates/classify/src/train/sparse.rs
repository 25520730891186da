//! Texts as sparse rows: columns and values in flat vectors.

use super::options::TrainOptions;
use super::prior::Prior;
use crate::Features;
use text::Text;

/// The rows of a training. The first 2^bits columns are hashed features; then one column per prior, then
/// the constant 1, whose weight is the bias.
pub(super) struct SparseRows {
    pub(super) labels: Vec<usize>,
    /// The number of labels.
    pub(super) label_count: usize,
    /// The number of hashed columns.
    pub(super) hashed_columns: usize,
    /// The number of all columns, priors and constant included.
    pub(super) width: usize,
    /// By prior: the factor from its score to the value of its column.
    pub(super) prior_scales: Vec<f32>,
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl SparseRows {
    pub(super) fn read(
        rows: &[(String, usize)],
        label_count: usize,
        priors: &[&Prior],
        options: &TrainOptions,
    ) -> SparseRows {
        let shift = 32 - u32::from(options.bits);
        let frequencies = document_frequencies(rows, options);
        let mut features = Features::new();
        let constant = (1 << options.bits) + priors.len();
        let (prior_scales, prior_scores) = score_priors(rows, priors, options);
        let mut read = SparseRows {
            labels: rows.iter().map(|(_, label)| *label).collect(),
            label_count,
            hashed_columns: 1 << options.bits,
            width: constant + 1,
            prior_scales,
            starts: vec![0],
            columns: Vec::new(),
            values: Vec::new(),
        };
        for (at, (text, _)) in rows.iter().enumerate() {
            features.extract(&Text::of(text));
            for (hashes, value) in features.blocks() {
                for hash in hashes {
                    let column = (hash >> shift) as usize;
                    // The shift keeps the upper bits, as `WeightTable::column` does.
                    if frequencies[column] >= options.min_rows {
                        read.push(column, value);
                    }
                }
            }
            for (prior, scores) in prior_scores.iter().enumerate() {
                read.push((1 << options.bits) + prior, scores[at] * read.prior_scales[prior]);
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

    /// 1 if the row has the label of the lane, else -1. The single lane of two labels is for the second.
    pub(super) fn sign(&self, row: u32, lane: usize) -> f32 {
        let label = if self.label_count == 2 { 1 } else { lane };
        if self.labels[row as usize] == label { 1.0 } else { -1.0 }
    }

    /// The columns and values of a row. A column appears twice if two features share it.
    pub(super) fn row(&self, row: u32) -> impl Iterator<Item = (u32, f32)> {
        let range = self.starts[row as usize]..self.starts[row as usize + 1];
        self.columns[range.clone()].iter().copied().zip(self.values[range].iter().copied())
    }

    /// The sum of the squares of the values of a row, each times the factor of its column.
    pub(super) fn length(&self, row: u32, factors: &[f32]) -> f32 {
        self.row(row).map(|(column, value)| value * value * factors[column as usize]).sum()
    }

    pub(super) fn dot(&self, row: u32, weights: &[f32]) -> f32 {
        self.row(row).map(|(column, value)| value * weights[column as usize]).sum()
    }

    /// Adds `step` times the row to the weights, each value times the factor of its column.
    pub(super) fn add(&self, row: u32, step: f32, factors: &[f32], weights: &mut [f32]) {
        for (column, value) in self.row(row) {
            weights[column as usize] += step * value * factors[column as usize];
        }
    }
}

/// The factor of each prior, and its score for each row. The factors give all priors the same standard
/// deviation.
fn score_priors(
    rows: &[(String, usize)],
    priors: &[&Prior],
    options: &TrainOptions,
) -> (Vec<f32>, Vec<Vec<f32>>) {
    let shift = 32 - u32::from(options.bits);
    let mut features = Features::new();
    let mut scores = vec![Vec::with_capacity(rows.len()); priors.len()];
    for (text, _) in rows {
        features.extract(&Text::of(text));
        for (scores, prior) in scores.iter_mut().zip(priors) {
            let blocks = features.blocks().map(|(hashes, value)| {
                let weights = hashes.iter().map(|hash| prior.weights[(hash >> shift) as usize]);
                weights.sum::<f32>() * value
            });
            scores.push(blocks.iter().sum());
        }
    }
    // A prior that is constant over the rows gets the factor 0 instead of a division by 0.
    let prior_scales = scores.iter().map(|scores| match standard_deviation(scores) {
        0.0 => 0.0,
        spread => options.prior_spread / spread,
    });
    (prior_scales.collect(), scores)
}

/// By hashed column: the number of rows that contain it.
fn document_frequencies(rows: &[(String, usize)], options: &TrainOptions) -> Vec<u32> {
    let shift = 32 - u32::from(options.bits);
    let mut frequencies = vec![0_u32; 1 << options.bits];
    let mut features = Features::new();
    for (text, _) in rows {
        features.extract(&Text::of(text));
        for (hashes, _) in features.blocks() {
            hashes.iter().for_each(|hash| frequencies[(hash >> shift) as usize] += 1);
        }
    }
    frequencies
}

/// The standard deviation; 0 for no numbers. Sums in double precision and in the given order, so that the
/// result is the same on every machine.
pub(super) fn standard_deviation(numbers: &[f32]) -> f32 {
    let count = numbers.len().max(1) as f64;
    let mean = numbers.iter().map(|&number| f64::from(number)).sum::<f64>() / count;
    let squares = numbers.iter().map(|&number| (f64::from(number) - mean).powi(2));
    (squares.sum::<f64>() / count).sqrt() as f32
}
