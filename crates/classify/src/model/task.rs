//! One task of a model: its labels, its languages, the calibration from lanes to probabilities, and the
//! choice of a label.

use std::ops::Range;

/// The most labels of a task.
pub(crate) const MAX_LABELS: usize = 64;

/// The number of lanes for this number of labels: one lane separates two labels, more labels need one
/// lane each.
pub(crate) fn lanes_of(labels: usize) -> usize {
    if labels == 2 { 1 } else { labels }
}

/// Identifies the rows that a task was trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrainingData {
    /// The number of labelled rows.
    pub rows: u32,
    /// XXH3-64 over labels and texts in their order, then over the weights of the priors.
    pub fingerprint: u64,
}

/// One task of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    pub(crate) name: String,
    /// ISO 639-1 codes.
    pub(crate) languages: Vec<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) training: TrainingData,
    /// Its lanes in the table: one per label, or a single one for two labels.
    pub(crate) lanes: Range<usize>,
    /// The range of its probabilities among those of all tasks.
    pub(crate) outputs: Range<usize>,
    /// Labels × lanes, row-major: calibrated = matrix · raw + offset.
    pub(crate) matrix: Vec<f32>,
    pub(crate) offset: Vec<f32>,
    /// By label: [`Task::decide`] divides the probability by it.
    pub(crate) divisors: Vec<f32>,
}

impl Task {
    /// The name, for example `complaint`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The languages of its training rows, as ISO 639-1 codes.
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// Whether the training rows contained `language`, an ISO 639-1 code.
    pub fn supports_language(&self, language: &str) -> bool {
        self.languages.iter().any(|own| own == language)
    }

    /// The names of the labels. The number of a label is its index here.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The rows it was trained on.
    pub fn training(&self) -> TrainingData {
        self.training
    }

    /// The number of the label to report for `probabilities`: the one with the largest probability
    /// divided by its divisor, 0 for an empty slice. The divisor of a label is its share of the training
    /// rows to a power chosen by cross-validation: 1 maximises macro recall, 0 accuracy.
    pub fn decide(&self, probabilities: &[f32]) -> usize {
        decide(probabilities, &self.divisors)
    }

    /// Appends the probabilities of its labels. `lanes` are the scores of all lanes of the table.
    pub(super) fn calibrate(&self, lanes: &[f32], out: &mut Vec<f32>) {
        let raw = &lanes[self.lanes.clone()];
        let start = out.len();
        let rows = self.matrix.chunks_exact(raw.len());
        out.extend(rows.zip(&self.offset).map(|(row, offset)| {
            offset + row.iter().zip(raw).map(|(factor, raw)| factor * raw).sum::<f32>()
        }));
        softmax(&mut out[start..]);
    }
}

/// The label with the largest probability divided by its divisor; the first of equals.
pub(crate) fn decide(probabilities: &[f32], divisors: &[f32]) -> usize {
    // `>` below keeps the first of equals, so the choice is deterministic.
    let mut best = (0, f32::NEG_INFINITY);
    for (label, (probability, divisor)) in probabilities.iter().zip(divisors).enumerate() {
        let ratio = probability / divisor;
        if ratio > best.1 {
            best = (label, ratio);
        }
    }
    best.0
}

/// Turns scores into probabilities with sum 1.
pub(crate) fn softmax(scores: &mut [f32]) {
    // Subtracting the maximum keeps `exp` from overflowing.
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
