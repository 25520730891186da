//! One task of a model: its labels, the languages it has learned, how its lanes of the table become
//! probabilities, and how a label is chosen.

use std::ops::Range;

/// The most labels a task may have.
pub(crate) const MOST_LABELS: usize = 64;

/// How many lanes tell that many labels apart: two need one, more need one each.
pub(crate) fn lanes_of(labels: usize) -> usize {
    if labels == 2 { 1 } else { labels }
}

/// What a task was trained on, as far as a reader of the file can check it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Training {
    /// How many labelled rows.
    pub rows: u32,
    /// XXH3-64 over texts and labels in their order, then over what the priors say.
    pub fingerprint: u64,
}

/// One task of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    pub(crate) name: String,
    /// ISO 639-1 codes.
    pub(crate) languages: Vec<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) training: Training,
    /// Its lanes of the table: one a label, or a single one for two labels.
    pub(crate) lanes: Range<usize>,
    /// Where its probabilities stand among those of all tasks.
    pub(crate) place: Range<usize>,
    /// Labels × lanes, by rows: calibrated = matrix · raw + offset.
    pub(crate) matrix: Vec<f32>,
    pub(crate) offset: Vec<f32>,
    /// By label: a label is chosen by its probability over its handicap.
    pub(crate) handicaps: Vec<f32>,
}

impl Task {
    /// The name, as in `complaint`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The languages it has learned to read, as ISO 639-1 codes.
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// Whether it has learned to read `language`, an ISO 639-1 code.
    pub fn reads(&self, language: &str) -> bool {
        self.languages.iter().any(|known| known == language)
    }

    /// The label names; a label's number is its place here.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// What it was trained on.
    pub fn training(&self) -> Training {
        self.training
    }

    /// The number of the label a reader should be shown for `probabilities`: the one whose
    /// probability over its handicap is highest. The handicap of a label is its share of the
    /// training rows to a power found by cross-validation: 1 maximises the mean recall over the
    /// labels, 0 the accuracy. 0 for an empty slice.
    pub fn decide(&self, probabilities: &[f32]) -> usize {
        decide(probabilities, &self.handicaps)
    }

    /// Appends the probabilities that follow from the lanes of the whole table.
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

/// The label whose probability over its handicap is highest, the first of equals.
pub(crate) fn decide(probabilities: &[f32], handicaps: &[f32]) -> usize {
    let mut best = (0, f32::NEG_INFINITY);
    for (label, (probability, handicap)) in probabilities.iter().zip(handicaps).enumerate() {
        let worth = probability / handicap;
        if worth > best.1 {
            best = (label, worth);
        }
    }
    best.0
}

/// Makes scores into shares that add up to 1.
pub(crate) fn softmax(scores: &mut [f32]) {
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
