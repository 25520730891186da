//! Runs the learner that the options select.

use super::error::TrainError;
use super::linear::LinearScorer;
use super::options::{Learner, TrainOptions};
use super::sparse::SparseRows;
use super::{ftrl, logistic, margin};

/// Learns one scorer per lane from the rows with these indices.
pub(super) fn learn_lanes(
    rows: &SparseRows,
    learn: &[u32],
    lanes: usize,
    options: &TrainOptions,
) -> Result<Vec<LinearScorer>, TrainError> {
    let by_ftrl = || ftrl::learn(rows, learn, lanes, options);
    let by_margin = || margin::learn(rows, learn, lanes, options);
    match options.learner {
        Learner::Ftrl => by_ftrl(),
        Learner::Margin => Ok(by_margin()),
        Learner::Logistic => logistic::learn(rows, learn, lanes),
        Learner::Both => {
            // The two learners score on different scales: normalise before averaging.
            let normalise = |linear: LinearScorer| linear.normalised(rows, learn);
            let mut mean: Vec<LinearScorer> = by_ftrl()?.into_iter().map(normalise).collect();
            for (mean, other) in mean.iter_mut().zip(by_margin().into_iter().map(normalise)) {
                mean.add(&other, 1.0);
            }
            Ok(mean)
        }
    }
}
