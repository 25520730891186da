//! Cross-validation: scores every row by scorers of the other folds. From these scores come the
//! calibration, the label divisors and the report of a task.

use super::calibrate::{Calibration, CalibrationRows};
use super::error::TrainError;
use super::learner;
use super::options::TrainOptions;
use super::sparse::SparseRows;
use super::spec::Goal;
use crate::eval::{Confusion, Prediction};
use crate::model::{decide, lanes_of};

/// The result of cross-validation.
#[derive(Debug)]
pub(super) struct CrossValidation {
    /// Fitted on all rows, for the model.
    pub(super) calibration: Calibration,
    /// By label; fitted on all rows, for the model.
    pub(super) divisors: Vec<f32>,
    /// One per row; its fold had no part in scorers, calibration and divisors.
    pub(super) predictions: Vec<Prediction>,
}

/// Cross-validates the scorers, the calibration and the label divisors. `folds` is the fold of each row.
pub(super) fn validate(
    rows: &SparseRows,
    folds: &[usize],
    goal: Goal,
    options: &TrainOptions,
) -> Result<CrossValidation, TrainError> {
    let scores = score_out_of_fold(rows, folds, options)?;
    let scored =
        CalibrationRows { scores: &scores, truths: &rows.labels, labels: rows.label_count };
    let mut predictions: Vec<Option<Prediction>> = (0..rows.count()).map(|_| None).collect();
    for fold in 0..fold_count(folds) {
        // Calibration and divisors of a fold must not see its rows either, or the report is too good.
        let others: Vec<usize> = (0..rows.count()).filter(|&row| folds[row] != fold).collect();
        let calibration = Calibration::fit(&scored, &others)?;
        let divisors = choose_divisors(&scored, &others, &calibration, goal);
        for row in (0..rows.count()).filter(|&row| folds[row] == fold) {
            let probabilities = calibration.probabilities(scored.scores_of(row));
            let chosen = decide(&probabilities, &divisors);
            predictions[row] = Some(Prediction { truth: rows.labels[row], chosen, probabilities });
        }
    }
    let all: Vec<usize> = (0..rows.count()).collect();
    let calibration = Calibration::fit(&scored, &all)?;
    let divisors = choose_divisors(&scored, &all, &calibration, goal);
    Ok(CrossValidation {
        calibration,
        divisors,
        predictions: predictions.into_iter().flatten().collect(),
    })
}

fn fold_count(folds: &[usize]) -> usize {
    folds.iter().max().map_or(0, |last| last + 1)
}

/// The raw scores of every row (rows × lanes), by scorers that were trained without its fold.
fn score_out_of_fold(
    rows: &SparseRows,
    folds: &[usize],
    options: &TrainOptions,
) -> Result<Vec<f32>, TrainError> {
    let lanes = lanes_of(rows.label_count);
    let mut scores = vec![0.0; rows.count() * lanes];
    for fold in 0..fold_count(folds) {
        let learn: Vec<u32> =
            (0..rows.count() as u32).filter(|&row| folds[row as usize] != fold).collect();
        let learned = learner::learn_lanes(rows, &learn, lanes, options)?;
        for row in (0..rows.count()).filter(|&row| folds[row] == fold) {
            for (lane, linear) in learned.iter().enumerate() {
                scores[row * lanes + lane] = linear.score(rows, row as u32);
            }
        }
    }
    Ok(scores)
}

/// The label divisors that maximise the goal on these rows: label shares to a power of 0 to 1.2. For macro
/// recall the optimum is 1 in theory, so it is not searched.
fn choose_divisors(
    scored: &CalibrationRows<'_>,
    rows: &[usize],
    calibration: &Calibration,
    goal: Goal,
) -> Vec<f32> {
    let mut counts = vec![0_usize; scored.labels];
    rows.iter().for_each(|&row| counts[scored.truths[row]] += 1);
    let shares = |power: f32| -> Vec<f32> {
        counts.iter().map(|&count| (count as f32 / rows.len() as f32).powf(power)).collect()
    };
    if goal == Goal::MacroRecall {
        return shares(1.0);
    }
    let probabilities: Vec<(usize, Vec<f32>)> = rows
        .iter()
        .map(|&row| (scored.truths[row], calibration.probabilities(scored.scores_of(row))))
        .collect();
    let mut best = (f64::NEG_INFINITY, shares(0.0));
    // Rows keep their probabilities: only the divisors change from power to power.
    for power in (0..=12).map(|tenth| tenth as f32 / 10.0) {
        let divisors = shares(power);
        let chosen =
            probabilities.iter().map(|(truth, shares)| (*truth, decide(shares, &divisors)));
        let score = Confusion::of(scored.labels, chosen).point_scores().macro_f1;
        if score > best.0 {
            best = (score, divisors);
        }
    }
    best.1
}
