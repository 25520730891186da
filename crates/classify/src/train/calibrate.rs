//! Calibrates scores to probabilities: a multinomial logistic regression from the lanes of a task to its
//! labels, fitted by `linfa-logistic` on scores of rows that the scorers were not trained on.

use super::error::TrainError;
use crate::model::{lanes_of, softmax};
use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2};

/// Raw scores of rows (rows × lanes) with the labels of the rows.
pub(super) struct CalibrationRows<'a> {
    pub(super) scores: &'a [f32],
    pub(super) truths: &'a [usize],
    pub(super) labels: usize,
}

impl CalibrationRows<'_> {
    pub(super) fn scores_of(&self, row: usize) -> &[f32] {
        let lanes = lanes_of(self.labels);
        &self.scores[row * lanes..(row + 1) * lanes]
    }
}

/// An affine map from the lanes to the labels: calibrated = matrix · raw + offset.
#[derive(Clone, Debug)]
pub(super) struct Calibration {
    /// Labels × lanes, row-major.
    pub(super) matrix: Vec<f32>,
    pub(super) offset: Vec<f32>,
}

impl Calibration {
    /// L2 regularisation. Keeps the fit bounded if the rows are separable.
    const REGULARISATION: f64 = 1.0;
    const MAX_ITERATIONS: u64 = 200;

    /// Fits the map on the rows with these indices.
    pub(super) fn fit(scored: &CalibrationRows<'_>, kept: &[usize]) -> Result<Self, TrainError> {
        let (labels, lanes) = (scored.labels, lanes_of(scored.labels));
        let truth: Array1<usize> = kept.iter().map(|&row| scored.truths[row]).collect();
        // linfa numbers only the labels it sees: a missing one would shift all later ones.
        if let Some(label) = (0..labels).find(|label| !truth.iter().any(|truth| truth == label)) {
            return Err(TrainError::TooFewRows { label: label.to_string() });
        }
        let scores = Array2::from_shape_fn((kept.len(), lanes), |(at, lane)| {
            f64::from(scored.scores_of(kept[at])[lane])
        });
        let fitted = MultiLogisticRegression::default()
            .alpha(Self::REGULARISATION)
            .max_iterations(Self::MAX_ITERATIONS)
            .fit(&Dataset::new(scores, truth))
            .map_err(|error| TrainError::Linfa(error.to_string()))?;
        // linfa returns lanes × labels.
        let weights = fitted.params();
        let matrix =
            (0..labels * lanes).map(|cell| weights[[cell % lanes, cell / lanes]] as f32).collect();
        let offset = fitted.intercept().iter().map(|&offset| offset as f32).collect();
        Ok(Calibration { matrix, offset })
    }

    /// The probabilities of the labels for the raw scores of the lanes.
    pub(super) fn probabilities(&self, raw: &[f32]) -> Vec<f32> {
        let rows = self.matrix.chunks_exact(raw.len()).zip(&self.offset);
        let mut out: Vec<f32> = rows
            .map(|(row, offset)| {
                offset + row.iter().zip(raw).map(|(factor, raw)| factor * raw).sum::<f32>()
            })
            .collect();
        softmax(&mut out);
        out
    }
}
