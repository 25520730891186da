//! Folds what was learned into one table and quantises it.

use super::Options;
use super::ftrl::Linear;

/// The weights of a model, quantised to 16 bits a label.
pub(super) struct Table {
    pub(super) scale: Vec<f32>,
    pub(super) bias: Vec<f32>,
    /// Columns × labels.
    pub(super) weights: Vec<i16>,
}

/// Adds to each column what the priors say of it, weighted as learned, and quantises.
pub(super) fn fold(linear: &[Linear], options: &Options) -> Table {
    let columns = 1_usize << options.bits;
    let labels = linear.len();
    let mut table = Table {
        scale: Vec::with_capacity(labels),
        bias: Vec::with_capacity(labels),
        weights: vec![0; columns * labels],
    };
    for (label, linear) in linear.iter().enumerate() {
        let (hashed, rest) = linear.weights.split_at(columns);
        let mut folded = hashed.to_vec();
        for (prior, factor) in options.priors.iter().zip(rest) {
            for (weight, said) in folded.iter_mut().zip(&prior.weights) {
                *weight += factor * said;
            }
        }
        let strongest = folded.iter().map(|weight| weight.abs()).fold(f32::MIN_POSITIVE, f32::max);
        let scale = strongest / f32::from(i16::MAX);
        for (column, weight) in folded.iter().enumerate() {
            table.weights[column * labels + label] = (weight / scale).round() as i16;
        }
        table.scale.push(scale);
        table.bias.push(rest.last().copied().unwrap_or_default());
    }
    table
}
