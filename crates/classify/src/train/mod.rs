//! Training: rows of (text, label) in, a [`Model`] out. Deterministic: the same rows, options and
//! seed give the same bytes.
//!
//! 1. Texts become sparse rows over 2^bits columns; rare columns are left out (`rows`).
//! 2. Priors (lexicons, models of other tasks) are sparse weight vectors over the same columns; what
//!    each says of a row becomes one more column (`prior`). They are linear, so they fold away.
//! 3. One-against-the-rest FTRL by `linfa-ftrl`, one model a label (`ftrl`).
//! 4. Calibration between the labels on rows kept apart, by `linfa-logistic` (`calibrate`).
//! 5. Everything folds into one table, which is quantised (`fold`).

mod calibrate;
mod error;
mod fold;
mod ftrl;
mod options;
mod prior;
mod recipe;
mod rows;
mod slices;

pub use error::TrainError;
pub use options::Options;
pub use prior::Prior;
pub use recipe::{sentiment, sentiment_data};

use crate::model::{MOST_LABELS, Model, Parts, Training};
use crate::random::Random;
use calibrate::Calibration;
use ftrl::Linear;
use rows::Rows;
use xxhash_rust::xxh3::Xxh3;

/// Trains a model on `rows` of (text, number of its label in `labels`). `progress` is told in a
/// line what was done, at least once an epoch.
///
/// # Errors
/// Refuses labels or options that make no sense, labels without rows, and whatever linfa refuses.
pub fn train(
    rows: &[(String, usize)],
    labels: &[&str],
    options: &Options,
    progress: &mut dyn FnMut(String),
) -> Result<Model, TrainError> {
    check(rows, labels, options)?;
    let sparse = Rows::read(rows, options);
    progress(format!(
        "read {} rows: {} columns in use, {} priors",
        rows.len(),
        sparse.in_use(),
        options.priors.len()
    ));
    let (learn, keep) = split(rows.len(), options);
    let trial = ftrl::learn(&sparse, &learn, labels.len(), options, progress)?;
    let calibration = Calibration::fit(&trial, &sparse, &keep)?;
    progress(format!("calibrated on {} rows kept apart", keep.len()));
    let everything: Vec<u32> = (0..rows.len() as u32).collect();
    let linear = ftrl::learn(&sparse, &everything, labels.len(), options, progress)?;
    Ok(assemble(rows, labels, options, &linear, calibration))
}

fn check(rows: &[(String, usize)], labels: &[&str], options: &Options) -> Result<(), TrainError> {
    if !(2..=MOST_LABELS).contains(&labels.len()) {
        return Err(TrainError::Labels { found: labels.len() });
    }
    options.check()?;
    let mut counts = vec![0_usize; labels.len()];
    for (at, (_, label)) in rows.iter().enumerate() {
        *counts.get_mut(*label).ok_or(TrainError::UnknownLabel { row: at, label: *label })? += 1;
    }
    match counts.iter().position(|&count| count < Options::FEWEST_ROWS) {
        Some(label) => Err(TrainError::TooFewRows { label: labels[label].to_owned() }),
        None => Ok(()),
    }
}

/// Which rows to learn from and which to keep for the calibration.
fn split(rows: usize, options: &Options) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..rows as u32).collect();
    Random::seeded(options.seed).shuffle(&mut order);
    let kept = (rows as f32 * options.kept_apart).ceil() as usize;
    let learn = order.split_off(kept.clamp(1, rows - 1));
    (learn, order)
}

fn assemble(
    rows: &[(String, usize)],
    labels: &[&str],
    options: &Options,
    linear: &[Linear],
    calibration: Calibration,
) -> Model {
    let table = fold::fold(linear, options);
    Model::of(Parts {
        name: options.name.clone(),
        release: options.release.clone(),
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
        training: Training { rows: rows.len() as u32, fingerprint: fingerprint(rows, options) },
        bits: options.bits,
        scale: table.scale,
        bias: table.bias,
        matrix: calibration.matrix,
        offset: calibration.offset,
        shares: shares(rows, labels.len()),
        weights: table.weights,
    })
}

fn shares(rows: &[(String, usize)], labels: usize) -> Vec<f32> {
    let mut counts = vec![0_u32; labels];
    for (_, label) in rows {
        counts[*label] += 1;
    }
    counts.iter().map(|&count| count as f32 / rows.len() as f32).collect()
}

/// Over everything learned from: the rows and what the priors say.
fn fingerprint(rows: &[(String, usize)], options: &Options) -> u64 {
    let mut hash = Xxh3::new();
    for (text, label) in rows {
        hash.update(&(*label as u64).to_le_bytes());
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    for weight in options.priors.iter().flat_map(|prior| &prior.weights) {
        hash.update(&weight.to_le_bytes());
    }
    hash.digest()
}
