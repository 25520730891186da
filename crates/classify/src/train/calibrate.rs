//! Makes scores into probabilities: a multinomial logistic regression from a task's lanes to its
//! labels, fitted by `linfa-logistic` on scores of rows that the scorers did not learn from.

use super::TrainError;
use crate::model::{lanes_of, softmax};
use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2};

/// Raw scores of rows, rows × lanes, beside the rows' labels.
pub(super) struct Scored<'a> {
    pub(super) scores: &'a [f32],
    pub(super) truths: &'a [usize],
    pub(super) labels: usize,
}

impl Scored<'_> {
    pub(super) fn scores_of(&self, row: usize) -> &[f32] {
        let lanes = lanes_of(self.labels);
        &self.scores[row * lanes..(row + 1) * lanes]
    }
}

/// An affine map from the lanes to the labels: calibrated = matrix · raw + offset.
#[derive(Clone, Debug)]
pub(super) struct Calibration {
    /// Labels × lanes, by rows.
    pub(super) matrix: Vec<f32>,
    pub(super) offset: Vec<f32>,
}

impl Calibration {
    /// A weak pull to zero keeps the fit bounded when few rows separate perfectly.
    const PULL: f64 = 1.0;
    const MOST_STEPS: u64 = 200;

    /// Fits the map on the rows numbered in `kept`.
    pub(super) fn fit(scored: &Scored<'_>, kept: &[usize]) -> Result<Self, TrainError> {
        let (labels, lanes) = (scored.labels, lanes_of(scored.labels));
        let truth: Array1<usize> = kept.iter().map(|&row| scored.truths[row]).collect();
        if let Some(label) = (0..labels).find(|label| !truth.iter().any(|truth| truth == label)) {
            return Err(TrainError::TooFewRows { label: label.to_string() });
        }
        let scores = Array2::from_shape_fn((kept.len(), lanes), |(at, lane)| {
            f64::from(scored.scores_of(kept[at])[lane])
        });
        let fitted = MultiLogisticRegression::default()
            .alpha(Self::PULL)
            .max_iterations(Self::MOST_STEPS)
            .fit(&Dataset::new(scores, truth))
            .map_err(|error| TrainError::Linfa(error.to_string()))?;
        let weights = fitted.params();
        let matrix =
            (0..labels * lanes).map(|cell| weights[[cell % lanes, cell / lanes]] as f32).collect();
        let offset = fitted.intercept().iter().map(|&offset| offset as f32).collect();
        Ok(Calibration { matrix, offset })
    }

    /// The probabilities of the labels that follow from the scores of the lanes.
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
