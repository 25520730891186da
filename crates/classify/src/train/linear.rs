//! The result of every learner: a linear scorer per lane, over all columns of the rows.

use super::sparse::{SparseRows, standard_deviation};

/// The learned weights of one lane.
#[derive(Clone, Debug)]
pub(super) struct LinearScorer {
    pub(super) weights: Vec<f32>,
}

impl LinearScorer {
    pub(super) fn zero(width: usize) -> LinearScorer {
        LinearScorer { weights: vec![0.0; width] }
    }

    /// Adds `share` times the weights of `other`.
    pub(super) fn add(&mut self, other: &LinearScorer, share: f32) {
        for (weight, other) in self.weights.iter_mut().zip(&other.weights) {
            *weight += share * other;
        }
    }

    pub(super) fn score(&self, rows: &SparseRows, row: u32) -> f32 {
        rows.dot(row, &self.weights)
    }

    /// The weights divided by the standard deviation of the scores, so that scorers of several learners
    /// can be averaged.
    pub(super) fn normalised(mut self, rows: &SparseRows, learn: &[u32]) -> LinearScorer {
        let scores: Vec<f32> = learn.iter().map(|&row| self.score(rows, row)).collect();
        let spread = standard_deviation(&scores).max(f32::MIN_POSITIVE);
        self.weights.iter_mut().for_each(|weight| *weight /= spread);
        self
    }
}
