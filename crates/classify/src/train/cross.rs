//! Cross-validation: every row is scored by what was learned from rows of other folds. From these
//! scores come the calibration, the choice of labels and the report of how good a task is.

use super::calibrate::{Calibration, Scored};
use super::sparse::Rows;
use super::{Goal, Options, TrainError, linear};
use crate::Features;
use crate::eval::{Answer, Confusion};
use crate::model::{decide, lanes_of};
use xxhash_rust::xxh3::xxh3_64;

/// What was found by cross-validation.
#[derive(Debug)]
pub(super) struct Found {
    /// Fitted on all rows, for the model.
    pub(super) calibration: Calibration,
    pub(super) handicaps: Vec<f32>,
    /// Of rows whose fold had no part in learning, calibration or choice of labels.
    pub(super) answers: Vec<Answer>,
}

/// The fold of each text: by its words, so that reposts of a text share its fold.
pub fn folds_by_words(rows: &[(String, usize)], folds: usize) -> Vec<usize> {
    let mut features = Features::new();
    let fold = |text: &String| (by_words(text, &mut features) % folds.max(1) as u64) as usize;
    rows.iter().map(|(text, _)| text).map(fold).collect()
}

/// The same number for texts of the same words and pairs of words, whatever addresses, handles and
/// capitals they hold. `features` is a buffer.
pub(super) fn by_words(text: &str, features: &mut Features) -> u64 {
    features.extract(text);
    let [(words, _), _] = features.blocks();
    let bytes: Vec<u8> = words.iter().flat_map(|hash| hash.to_le_bytes()).collect();
    xxh3_64(&bytes)
}

pub(super) fn validate(
    rows: &Rows,
    folds: &[usize],
    goal: Goal,
    options: &Options,
) -> Result<Found, TrainError> {
    let scores = score(rows, folds, options)?;
    let scored = Scored { scores: &scores, truths: &rows.labels, labels: rows.kinds };
    let mut answers: Vec<Option<Answer>> = (0..rows.count()).map(|_| None).collect();
    for fold in 0..count(folds) {
        let others: Vec<usize> = (0..rows.count()).filter(|&row| folds[row] != fold).collect();
        let calibration = Calibration::fit(&scored, &others)?;
        let handicaps = choose(&scored, &others, &calibration, goal);
        for row in (0..rows.count()).filter(|&row| folds[row] == fold) {
            let probabilities = calibration.probabilities(scored.scores_of(row));
            let chosen = decide(&probabilities, &handicaps);
            answers[row] = Some(Answer { truth: rows.labels[row], chosen, probabilities });
        }
    }
    let all: Vec<usize> = (0..rows.count()).collect();
    let calibration = Calibration::fit(&scored, &all)?;
    let handicaps = choose(&scored, &all, &calibration, goal);
    Ok(Found { calibration, handicaps, answers: answers.into_iter().flatten().collect() })
}

fn count(folds: &[usize]) -> usize {
    folds.iter().max().map_or(0, |last| last + 1)
}

/// Raw scores of every row, rows × lanes, each by what was learned without its fold.
fn score(rows: &Rows, folds: &[usize], options: &Options) -> Result<Vec<f32>, TrainError> {
    let lanes = lanes_of(rows.kinds);
    let mut scores = vec![0.0; rows.count() * lanes];
    for fold in 0..count(folds) {
        let learn: Vec<u32> =
            (0..rows.count() as u32).filter(|&row| folds[row as usize] != fold).collect();
        let learned = linear::learn(rows, &learn, lanes, options)?;
        for row in (0..rows.count()).filter(|&row| folds[row] == fold) {
            for (lane, linear) in learned.iter().enumerate() {
                scores[row * lanes + lane] = linear.score(rows, row as u32);
            }
        }
    }
    Ok(scores)
}

/// The handicaps that serve the goal best on these rows: shares of the labels to a power of 0 to
/// 1.2. The mean recall asks for 1 by theory, which is kept.
fn choose(scored: &Scored<'_>, rows: &[usize], calibration: &Calibration, goal: Goal) -> Vec<f32> {
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
    for power in (0..=12).map(|tenth| tenth as f32 / 10.0) {
        let handicaps = shares(power);
        let chosen = probabilities.iter().map(|(truth, said)| (*truth, decide(said, &handicaps)));
        let score = Confusion::of(scored.labels, chosen).plain().macro_f1;
        if score > best.0 {
            best = (score, handicaps);
        }
    }
    best.1
}
