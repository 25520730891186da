//! A sparse linear model over hashed features: loaded, immutable, shared between threads.
//!
//! Scores are `scale × Σ weight × value + bias` per label, then an affine calibration between the
//! labels, then softmax. Everything a training folded together (lexicons, transferred tasks) is
//! inside the weights: at run time there is one table.

mod error;
mod file;
mod reader;

pub use error::ModelError;

use crate::Features;

/// The most labels a model may have.
pub(crate) const MOST_LABELS: usize = 256;

/// What a model was trained on, as far as a reader of the file can check it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Training {
    /// How many labelled rows.
    pub rows: u32,
    /// XXH3-64 over texts and labels in their order, then over what the priors say.
    pub fingerprint: u64,
}

/// The parts of a model, as training hands them over.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parts {
    pub(crate) name: String,
    pub(crate) release: String,
    pub(crate) labels: Vec<String>,
    pub(crate) training: Training,
    /// The model has 2^bits columns.
    pub(crate) bits: u8,
    /// Per label: what one step of a quantised weight is worth.
    pub(crate) scale: Vec<f32>,
    pub(crate) bias: Vec<f32>,
    /// Labels × labels, by rows: calibrated = matrix · raw + offset.
    pub(crate) matrix: Vec<f32>,
    pub(crate) offset: Vec<f32>,
    /// The share of each label in the training rows.
    pub(crate) shares: Vec<f32>,
    /// Columns × labels.
    pub(crate) weights: Vec<i16>,
}

/// A trained model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    parts: Parts,
    version: String,
}

impl Model {
    /// Reads a model file.
    ///
    /// # Errors
    /// Refuses, by name, bytes that are no model, of another format or feature recipe, truncated,
    /// followed by more bytes, damaged, or contradicting themselves.
    pub fn from_bytes(bytes: &[u8]) -> Result<Model, ModelError> {
        let (parts, checksum) = file::read(bytes)?;
        Ok(Model::named(parts, checksum))
    }

    /// The model as a file: [`Model::from_bytes`] of it is this model.
    pub fn to_bytes(&self) -> Vec<u8> {
        file::write(&self.parts).0
    }

    #[cfg(feature = "train")]
    pub(crate) fn of(parts: Parts) -> Model {
        let (_, checksum) = file::write(&parts);
        Model::named(parts, checksum)
    }

    fn named(parts: Parts, checksum: u64) -> Model {
        let version = format!("{}-{}-{:08x}", parts.name, parts.release, checksum >> 32);
        Model { parts, version }
    }

    /// The label names; a label's number is its place here.
    pub fn labels(&self) -> &[String] {
        &self.parts.labels
    }

    /// Name, release and the first 8 hex digits of the file's checksum, as in
    /// `sentiment-2026.11-0123abcd`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What the model was trained on.
    pub fn training(&self) -> Training {
        self.parts.training
    }

    /// Replaces `out` by the probabilities of the labels, in the order of [`Model::labels`]; they
    /// are finite and add up to 1. For a text without features they say what the calibration rows
    /// said on average, not that the text is neutral: ask [`Features::is_empty`] first.
    pub fn score(&self, features: &Features, out: &mut Vec<f32>) {
        let mut raw = [0.0_f32; MOST_LABELS];
        let raw = &mut raw[..self.parts.labels.len()];
        self.add_up(features, raw);
        self.calibrate(raw, out);
        softmax(out);
    }

    /// The label a reader should be shown for `probabilities`: the one most likely relative to its
    /// share of the training rows (argmax of p ÷ share), which maximises the mean recall over the
    /// labels. Plain argmax favours whatever was frequent in training. 0 for an empty slice.
    pub fn decide(&self, probabilities: &[f32]) -> usize {
        let mut best = (0, f32::NEG_INFINITY);
        for (label, (probability, share)) in
            probabilities.iter().zip(&self.parts.shares).enumerate()
        {
            let worth = probability / share;
            if worth > best.1 {
                best = (label, worth);
            }
        }
        best.0
    }

    fn add_up(&self, features: &Features, raw: &mut [f32]) {
        for (hashes, value) in features.blocks() {
            match raw.len() {
                3 => self.add_block::<3>(hashes, value, raw),
                _ => self.add_block_of_any(hashes, value, raw),
            }
        }
        for ((raw, scale), bias) in raw.iter_mut().zip(&self.parts.scale).zip(&self.parts.bias) {
            *raw = *raw * scale + bias;
        }
    }

    /// The same as [`Model::add_block_of_any`] with the number of labels known to the compiler.
    fn add_block<const LABELS: usize>(&self, hashes: &[u32], value: f32, raw: &mut [f32]) {
        let shift = 32 - u32::from(self.parts.bits);
        let (columns, _) = self.parts.weights.as_chunks::<LABELS>();
        let mut sums = [0_i64; LABELS];
        for hash in hashes {
            let column = &columns[(hash >> shift) as usize];
            for label in 0..LABELS {
                sums[label] += i64::from(column[label]);
            }
        }
        for (raw, sum) in raw.iter_mut().zip(sums) {
            *raw += sum as f32 * value;
        }
    }

    /// Whole-number sums: the order of the features cannot change a bit of the result.
    fn add_block_of_any(&self, hashes: &[u32], value: f32, raw: &mut [f32]) {
        let shift = 32 - u32::from(self.parts.bits);
        let labels = raw.len();
        let mut sums = [0_i64; MOST_LABELS];
        for hash in hashes {
            let start = (hash >> shift) as usize * labels;
            let column = &self.parts.weights[start..start + labels];
            for (sum, weight) in sums.iter_mut().zip(column) {
                *sum += i64::from(*weight);
            }
        }
        for (raw, sum) in raw.iter_mut().zip(sums) {
            *raw += sum as f32 * value;
        }
    }

    fn calibrate(&self, raw: &[f32], out: &mut Vec<f32>) {
        out.clear();
        let rows = self.parts.matrix.chunks_exact(raw.len());
        out.extend(rows.zip(&self.parts.offset).map(|(row, offset)| {
            offset + row.iter().zip(raw).map(|(factor, raw)| factor * raw).sum::<f32>()
        }));
    }
}

fn softmax(scores: &mut [f32]) {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - highest).exp();
        sum += *score;
    }
    for score in scores.iter_mut() {
        *score /= sum;
    }
}

#[cfg(test)]
mod tests;
