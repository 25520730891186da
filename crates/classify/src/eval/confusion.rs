//! The confusion matrix and the scores that follow from it.

use super::Plain;
use serde::Serialize;

/// Rows counted by true and chosen label: `counts[truth][chosen]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Confusion {
    /// One vector a true label, one count a chosen label.
    pub counts: Vec<Vec<u32>>,
}

/// The scores of one label.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PerLabel {
    /// The label.
    pub label: String,
    /// Rows that truly have it.
    pub rows: u32,
    /// Share of those that were found.
    pub recall: f64,
    /// Share of those given the label that truly have it.
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

    pub(crate) fn plain(&self) -> Plain {
        let present: Vec<usize> =
            (0..self.counts.len()).filter(|&label| self.rows(label) > 0).collect();
        let mean = |score: &dyn Fn(usize) -> f64| -> f64 {
            share(present.iter().map(|&label| score(label)).sum(), present.len() as f64)
        };
        let right: u32 = (0..self.counts.len()).map(|label| self.counts[label][label]).sum();
        let all: u32 = self.counts.iter().flatten().sum();
        Plain {
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

/// 0 of 0 is 0.
pub(super) fn share(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_follow_from_the_counts_by_hand() {
        let confusion = Confusion { counts: vec![vec![3, 1], vec![2, 4]] };
        let plain = confusion.plain();
        assert!((plain.macro_recall - (0.75 + 4.0 / 6.0) / 2.0).abs() < 1e-9);
        assert!((plain.accuracy - 0.7).abs() < 1e-9);
        let f1 = [2.0 * 0.75 * 0.6 / 1.35, 2.0 * (4.0 / 6.0) * 0.8 / (4.0 / 6.0 + 0.8)];
        assert!((plain.macro_f1 - (f1[0] + f1[1]) / 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_label_without_rows_does_not_count() {
        let confusion = Confusion { counts: vec![vec![4, 0], vec![0, 0]] };
        assert_eq!(confusion.plain().macro_recall, 1.0);
        assert_eq!(Confusion { counts: vec![vec![0]] }.plain().accuracy, 0.0);
    }
}
