//! The confusion matrix and the scores computed from it.

use super::PointScores;
use serde::Serialize;

/// Row counts by true and chosen label: `counts[truth][chosen]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Confusion {
    /// One vector per true label, one count per chosen label.
    pub counts: Vec<Vec<u32>>,
}

/// The scores of one label.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PerLabel {
    /// The label.
    pub label: String,
    /// Number of rows with this true label.
    pub rows: u32,
    /// Share of those rows with the label chosen.
    pub recall: f64,
    /// Share of correct rows among those with the label chosen.
    pub precision: f64,
    /// Harmonic mean of both.
    pub f1: f64,
}

impl Confusion {
    pub(crate) fn of(labels: usize, rows: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut counts = vec![vec![0; labels]; labels];
        for (truth, chosen) in rows {
            counts[truth][chosen] += 1;
        }
        Confusion { counts }
    }

    pub(crate) fn point_scores(&self) -> PointScores {
        // A label without rows has no recall; counting it as 0 would punish a small data set.
        let present: Vec<usize> =
            (0..self.counts.len()).filter(|&label| self.rows(label) > 0).collect();
        let mean = |score: &dyn Fn(usize) -> f64| -> f64 {
            share(present.iter().map(|&label| score(label)).sum(), present.len() as f64)
        };
        let right: u32 = (0..self.counts.len()).map(|label| self.counts[label][label]).sum();
        let all: u32 = self.counts.iter().flatten().sum();
        PointScores {
            macro_recall: mean(&|label| self.recall(label)),
            macro_f1: mean(&|label| self.f1(label)),
            accuracy: share(f64::from(right), f64::from(all)),
        }
    }

    pub(super) fn per_label(&self, names: &[String]) -> Vec<PerLabel> {
        let labels = names.iter().enumerate();
        labels
            .map(|(label, name)| PerLabel {
                label: name.clone(),
                rows: self.rows(label),
                recall: self.recall(label),
                precision: self.precision(label),
                f1: self.f1(label),
            })
            .collect()
    }

    fn rows(&self, label: usize) -> u32 {
        self.counts[label].iter().sum()
    }

    fn recall(&self, label: usize) -> f64 {
        share(f64::from(self.counts[label][label]), f64::from(self.rows(label)))
    }

    fn precision(&self, label: usize) -> f64 {
        let chosen: u32 = self.counts.iter().map(|row| row[label]).sum();
        share(f64::from(self.counts[label][label]), f64::from(chosen))
    }

    fn f1(&self, label: usize) -> f64 {
        let (recall, precision) = (self.recall(label), self.precision(label));
        share(2.0 * recall * precision, recall + precision)
    }
}

/// `part / whole`, or 0 for 0 of 0.
pub(super) fn share(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_match_a_calculation_by_hand() {
        let confusion = Confusion { counts: vec![vec![3, 1], vec![2, 4]] };
        let plain = confusion.point_scores();
        assert!((plain.macro_recall - (0.75 + 4.0 / 6.0) / 2.0).abs() < 1e-9);
        assert!((plain.accuracy - 0.7).abs() < 1e-9);
        let f1 = [2.0 * 0.75 * 0.6 / 1.35, 2.0 * (4.0 / 6.0) * 0.8 / (4.0 / 6.0 + 0.8)];
        assert!((plain.macro_f1 - (f1[0] + f1[1]) / 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_label_without_rows_is_not_averaged() {
        let confusion = Confusion { counts: vec![vec![4, 0], vec![0, 0]] };
        assert_eq!(confusion.point_scores().macro_recall, 1.0);
        assert_eq!(Confusion { counts: vec![vec![0]] }.point_scores().accuracy, 0.0);
    }
}
