//! Training: rows of (text, label) in, a [`crate::Model`] out. Deterministic: the same rows, options and
//! seed give the same bytes.
//!
//! 1. Texts become sparse rows over 2^bits columns (`sparse`).
//! 2. Priors (lexicons, models of other tasks) are weight vectors over the same columns; what each
//!    says of a row becomes one more column (`prior`). They are linear, so they fold away.
//! 3. Linear scorers, by margins, by `linfa-ftrl` or, over few columns, by `linfa-logistic` (`linear`,
//!    `margin`, `ftrl`, `logistic`).
//! 4. Cross-validation scores every row by what was learned from others. On these scores
//!    `linfa-logistic` calibrates, and how a label is chosen is decided (`cross`, `calibrate`).
//! 5. The scorers of all rows fold into one table of 8-bit weights (`fold`).
//!
//! Which tasks there are and what they learn from is said in `plan`.

mod assemble;
mod awaited;
mod calibrate;
mod corrections;
mod cross;
mod error;
mod fold;
mod ftrl;
mod linear;
mod logistic;
mod margin;
mod options;
mod plan;
mod prior;
mod slices;
mod sparse;
mod voices;

pub use assemble::assemble;
pub use corrections::{Correction, read_corrections};
pub use cross::folds_by_words;
pub use error::TrainError;
pub use margin::Margin;
pub use options::{Ftrl, Learner, Options};
pub use plan::{Labels, Plan, Sources, everything, own_rows, own_rows_by_source, plans, rows};
pub use prior::Prior;
pub use voices::{VOICE, Voices};

use crate::eval::{Answer, Report};
use crate::model::{MOST_LABELS, Training};
use sparse::Rows;
use xxhash_rust::xxh3::Xxh3;

/// What the choice of a label is to serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The mean recall over the labels.
    MacroRecall,
    /// The mean F1 over the labels.
    MacroF1,
}

/// A task to learn.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Its name in the model.
    pub name: String,
    /// The languages of its rows, as ISO 639-1 codes.
    pub languages: Vec<String>,
    /// The label names; a label's number is its place here.
    pub labels: Vec<String>,
    /// What the choice of a label is to serve.
    pub goal: Goal,
    /// How to learn.
    pub options: Options,
}

/// A task learned: what [`assemble`] puts into a model, and how good it was found to be.
#[derive(Debug)]
pub struct Learned {
    spec: Spec,
    training: Training,
    found: cross::Found,
    folded: fold::Folded,
}

impl Learned {
    /// How good the task is on rows that had no part in learning them, by cross-validation. The
    /// answers are those of weights that are not yet quantised.
    pub fn report(&self) -> Report {
        Report::of(&self.spec.name, &self.spec.labels, &self.found.answers)
    }

    /// The probabilities of the labels of a row, by what was learned from others.
    pub fn probabilities(&self, row: usize) -> &[f32] {
        &self.found.answers[row].probabilities
    }

    /// The same on the rows numbered in `rows` alone: on a part that one wants to know about.
    pub fn report_on(&self, rows: &[usize]) -> Report {
        let answers: Vec<Answer> =
            rows.iter().map(|&row| self.found.answers[row].clone()).collect();
        Report::of(&self.spec.name, &self.spec.labels, &answers)
    }
}

/// Learns a task from `rows` of (text, number of its label), listening to `priors`. `folds` says of
/// each row which fold it belongs to: see [`folds_by_words`].
///
/// # Errors
/// Refuses labels, folds or options that make no sense, labels without rows, priors of another
/// width, and whatever linfa refuses.
pub fn learn(
    rows: &[(String, usize)],
    spec: &Spec,
    priors: &[&Prior],
    folds: &[usize],
) -> Result<Learned, TrainError> {
    check(rows, spec, priors, folds)?;
    let sparse = Rows::read(rows, spec.labels.len(), priors, &spec.options);
    let found = cross::validate(&sparse, folds, spec.goal, &spec.options)?;
    let lanes = crate::model::lanes_of(spec.labels.len());
    let everything: Vec<u32> = (0..rows.len() as u32).collect();
    let linear = linear::learn(&sparse, &everything, lanes, &spec.options)?;
    Ok(Learned {
        spec: spec.clone(),
        training: Training { rows: rows.len() as u32, fingerprint: fingerprint(rows, priors) },
        found,
        folded: fold::fold(&linear, &sparse, priors, &spec.options),
    })
}

fn check(
    rows: &[(String, usize)],
    spec: &Spec,
    priors: &[&Prior],
    folds: &[usize],
) -> Result<(), TrainError> {
    let labels = &spec.labels;
    if !(2..=MOST_LABELS).contains(&labels.len()) {
        return Err(TrainError::Labels { found: labels.len(), most: MOST_LABELS });
    }
    spec.options.check()?;
    if priors.iter().any(|prior| prior.bits != spec.options.bits) {
        return Err(TrainError::Option { name: "priors", allowed: "made for as many bits" });
    }
    if folds.len() != rows.len() {
        return Err(TrainError::Option { name: "folds", allowed: "one a row" });
    }
    let mut counts = vec![0_usize; labels.len()];
    for (at, (_, label)) in rows.iter().enumerate() {
        *counts.get_mut(*label).ok_or(TrainError::UnknownLabel { row: at, label: *label })? += 1;
    }
    match counts.iter().position(|&count| count < spec.options.folds * 2) {
        Some(label) => Err(TrainError::TooFewRows { label: labels[label].clone() }),
        None => Ok(()),
    }
}

/// Over everything learned from: the rows and what the priors say.
fn fingerprint(rows: &[(String, usize)], priors: &[&Prior]) -> u64 {
    let mut hash = Xxh3::new();
    for (text, label) in rows {
        hash.update(&(*label as u64).to_le_bytes());
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    for weight in priors.iter().flat_map(|prior| &prior.weights) {
        hash.update(&weight.to_le_bytes());
    }
    hash.digest()
}
