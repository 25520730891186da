//! Learns one task: cross-validation for calibration and report, then the scorers of all rows.

use super::cross::{self, CrossValidation};
use super::error::TrainError;
use super::learner;
use super::merge::{self, MergedWeights};
use super::prior::Prior;
use super::sparse::SparseRows;
use super::spec::TaskSpec;
use crate::eval::{EvalReport, Prediction};
use crate::model::{MAX_LABELS, TrainingData, lanes_of};
use xxhash_rust::xxh3::Xxh3;

/// A learned task: what `assemble` puts into a model, and its cross-validation.
#[derive(Debug)]
pub struct LearnedTask {
    pub(super) spec: TaskSpec,
    pub(super) training: TrainingData,
    pub(super) validation: CrossValidation,
    pub(super) merged: MergedWeights,
}

impl LearnedTask {
    /// The report on cross-validated predictions: every row is scored by what was learned without its
    /// fold, with weights that are not yet quantised.
    pub fn report(&self) -> EvalReport {
        EvalReport::of(&self.spec.name, &self.spec.labels, &self.validation.predictions)
    }

    /// The cross-validated probabilities of the labels of a row.
    pub fn probabilities(&self, row: usize) -> &[f32] {
        &self.validation.predictions[row].probabilities
    }

    /// As [`LearnedTask::report`], for the rows with these indices only.
    pub fn report_on(&self, rows: &[usize]) -> EvalReport {
        let predictions: Vec<Prediction> =
            rows.iter().map(|&row| self.validation.predictions[row].clone()).collect();
        EvalReport::of(&self.spec.name, &self.spec.labels, &predictions)
    }
}

/// Learns a task from `rows` of (text, label number), with the scores of `priors` as further columns.
/// `folds` is the fold of each row: see [`folds_by_words`](super::folds_by_words).
///
/// # Errors
/// Labels, folds or options out of range, labels with too few rows, priors of another width, and errors
/// of linfa.
pub fn learn(
    rows: &[(String, usize)],
    spec: &TaskSpec,
    priors: &[&Prior],
    folds: &[usize],
) -> Result<LearnedTask, TrainError> {
    check(rows, spec, priors, folds)?;
    let sparse = SparseRows::read(rows, spec.labels.len(), priors, &spec.options);
    let validation = cross::validate(&sparse, folds, spec.goal, &spec.options)?;
    let all: Vec<u32> = (0..rows.len() as u32).collect();
    let lanes = lanes_of(spec.labels.len());
    let linear = learner::learn_lanes(&sparse, &all, lanes, &spec.options)?;
    Ok(LearnedTask {
        spec: spec.clone(),
        training: TrainingData { rows: rows.len() as u32, fingerprint: fingerprint(rows, priors) },
        validation,
        merged: merge::merge(&linear, &sparse, priors, &spec.options),
    })
}

fn check(
    rows: &[(String, usize)],
    spec: &TaskSpec,
    priors: &[&Prior],
    folds: &[usize],
) -> Result<(), TrainError> {
    let labels = &spec.labels;
    if !(2..=MAX_LABELS).contains(&labels.len()) {
        return Err(TrainError::Labels { found: labels.len(), most: MAX_LABELS });
    }
    spec.options.check()?;
    if priors.iter().any(|prior| prior.bits != spec.options.bits) {
        return Err(TrainError::Option { name: "priors", allowed: "of the same number of bits" });
    }
    if folds.len() != rows.len() {
        return Err(TrainError::Option { name: "folds", allowed: "one per row" });
    }
    let mut counts = vec![0_usize; labels.len()];
    for (at, (_, label)) in rows.iter().enumerate() {
        *counts.get_mut(*label).ok_or(TrainError::UnknownLabel { row: at, label: *label })? += 1;
    }
    // Two rows per fold on average, so that a fold without a label stays unlikely.
    match counts.iter().position(|&count| count < spec.options.folds * 2) {
        Some(label) => Err(TrainError::TooFewRows { label: labels[label].clone() }),
        None => Ok(()),
    }
}

/// XXH3-64 over all that was learned from: the rows and the weights of the priors.
fn fingerprint(rows: &[(String, usize)], priors: &[&Prior]) -> u64 {
    let mut hash = Xxh3::new();
    for (text, label) in rows {
        hash.update(&(*label as u64).to_le_bytes());
        // The length separates a text from the next row.
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    for weight in priors.iter().flat_map(|prior| &prior.weights) {
        hash.update(&weight.to_le_bytes());
    }
    hash.digest()
}
