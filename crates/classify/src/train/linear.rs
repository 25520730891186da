//! What every learner gives: a linear scorer a lane, over all columns of the rows.

use super::sparse::Rows;
use super::{Learner, Options, TrainError, ftrl, logistic, margin};

/// The learned weights of one lane.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    pub(super) weights: Vec<f32>,
}

impl Linear {
    pub(super) fn nothing(width: usize) -> Linear {
        Linear { weights: vec![0.0; width] }
    }

    pub(super) fn add(&mut self, other: &Linear, share: f32) {
        for (weight, other) in self.weights.iter_mut().zip(&other.weights) {
            *weight += share * other;
        }
    }

    pub(super) fn score(&self, rows: &Rows, row: u32) -> f32 {
        rows.dot(row, &self.weights)
    }

    /// The weights divided by how far the scores of the rows spread, so that scorers of several
    /// learners can be averaged.
    fn levelled(mut self, rows: &Rows, learn: &[u32]) -> Linear {
        let scores: Vec<f32> = learn.iter().map(|&row| self.score(rows, row)).collect();
        let spread = deviation(&scores).max(f32::MIN_POSITIVE);
        self.weights.iter_mut().for_each(|weight| *weight /= spread);
        self
    }
}

/// Learns one scorer a lane from the rows numbered in `learn`, as the options say.
pub(super) fn learn(
    rows: &Rows,
    learn: &[u32],
    lanes: usize,
    options: &Options,
) -> Result<Vec<Linear>, TrainError> {
    let by_ftrl = || ftrl::learn(rows, learn, lanes, options);
    let by_margin = || margin::learn(rows, learn, lanes, options);
    match options.learner {
        Learner::Ftrl => by_ftrl(),
        Learner::Margin => Ok(by_margin()),
        Learner::Logistic => logistic::learn(rows, learn, lanes),
        Learner::Both => {
            let level = |linear: Linear| linear.levelled(rows, learn);
            let mut mean: Vec<Linear> = by_ftrl()?.into_iter().map(level).collect();
            for (mean, other) in mean.iter_mut().zip(by_margin().into_iter().map(level)) {
                mean.add(&other, 1.0);
            }
            Ok(mean)
        }
    }
}

/// The standard deviation, 0 for nothing. Summed in double precision, in the order given.
pub(super) fn deviation(numbers: &[f32]) -> f32 {
    let count = numbers.len().max(1) as f64;
    let mean = numbers.iter().map(|&number| f64::from(number)).sum::<f64>() / count;
    let squares = numbers.iter().map(|&number| (f64::from(number) - mean).powi(2));
    (squares.sum::<f64>() / count).sqrt() as f32
}
