//! Makes scores into probabilities: a multinomial logistic regression from the labels' scores to
//! the label, fitted by `linfa-logistic` on rows the scorers did not learn from.

use super::TrainError;
use super::ftrl::Linear;
use super::rows::Rows;
use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2};

/// An affine map between the labels: calibrated = matrix · raw + offset.
pub(super) struct Calibration {
    /// Labels × labels, by rows.
    pub(super) matrix: Vec<f32>,
    pub(super) offset: Vec<f32>,
}

impl Calibration {
    /// A weak pull to zero keeps the fit bounded when few rows separate perfectly.
    const PULL: f64 = 1.0;
    const MOST_STEPS: u64 = 200;

    /// Fits the map on the rows numbered in `kept`. Labels that are absent there are the reason to
    /// keep the scores as they are.
    pub(super) fn fit(linear: &[Linear], rows: &Rows, kept: &[u32]) -> Result<Self, TrainError> {
        let labels = linear.len();
        let truth: Array1<usize> = kept.iter().map(|&row| rows.labels[row as usize]).collect();
        if (0..labels).any(|label| !truth.iter().any(|&truth| truth == label)) {
            return Ok(Calibration::none(labels));
        }
        let scores = Array2::from_shape_fn((kept.len(), labels), |(at, label)| {
            f64::from(linear[label].score(rows, kept[at]))
        });
        let fitted = MultiLogisticRegression::default()
            .alpha(Self::PULL)
            .max_iterations(Self::MOST_STEPS)
            .fit(&Dataset::new(scores, truth))
            .map_err(|error| TrainError::Linfa(error.to_string()))?;
        let weights = fitted.params();
        let matrix = (0..labels * labels)
            .map(|cell| weights[[cell % labels, cell / labels]] as f32)
            .collect();
        let offset = fitted.intercept().iter().map(|&offset| offset as f32).collect();
        Ok(Calibration { matrix, offset })
    }

    fn none(labels: usize) -> Self {
        let matrix = (0..labels * labels)
            .map(|cell| if cell / labels == cell % labels { 1.0 } else { 0.0 })
            .collect();
        Calibration { matrix, offset: vec![0.0; labels] }
    }
}
