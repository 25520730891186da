//! Calibration of the probabilities, and the effect of abstaining below one.

use super::confusion::share;
use super::{Confusion, Prediction};
use serde::Serialize;

/// One bin of the reliability curve: rows whose most probable label has a probability of `from` to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// Lower end of the bin.
    pub from: f64,
    /// Upper end of the bin.
    pub to: f64,
    /// Number of rows in the bin.
    pub rows: usize,
    /// Mean probability of the most probable label.
    pub stated: f64,
    /// Share of rows whose most probable label is correct.
    pub right: f64,
}

/// Coverage and quality if the model abstains below a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AbstentionPoint {
    /// The threshold on the probability of the most probable label.
    pub below: f64,
    /// Share of rows at or above the threshold.
    pub coverage: f64,
    /// Accuracy of the most probable label on those rows.
    pub accuracy: f64,
    /// Mean recall of the most probable label on those rows.
    pub macro_recall: f64,
}

const BINS: usize = 10;
const THRESHOLDS: [f64; 7] = [0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/// Mean over the rows of Σ (probability − truth)² (Brier 1950).
pub(super) fn brier(predictions: &[Prediction]) -> f64 {
    let squares = predictions.iter().map(|row| {
        let each = row.probabilities.iter().enumerate();
        each.map(|(label, &probability)| {
            let truth = if label == row.truth { 1.0 } else { 0.0 };
            (f64::from(probability) - truth).powi(2)
        })
        .sum::<f64>()
    });
    share(squares.sum(), predictions.len() as f64)
}

/// Expected calibration error: mean gap between stated probability and accuracy, weighted by bin size.
pub(super) fn ece(predictions: &[Prediction]) -> f64 {
    let gaps = reliability_bins(predictions).into_iter().map(|bin| {
        share(bin.rows as f64, predictions.len() as f64) * (bin.stated - bin.right).abs()
    });
    gaps.sum()
}

pub(super) fn reliability_bins(predictions: &[Prediction]) -> Vec<ReliabilityBin> {
    let mut bins = vec![(0_usize, 0.0_f64, 0_usize); BINS];
    for row in predictions {
        let stated = f64::from(row.highest());
        // A probability of exactly 1 belongs to the last bin.
        let bin = &mut bins[((stated * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += 1;
        bin.1 += stated;
        bin.2 += usize::from(row.most_probable() == row.truth);
    }
    let bins = bins.into_iter().enumerate();
    bins.map(|(at, (rows, stated, right))| ReliabilityBin {
        from: at as f64 / BINS as f64,
        to: (at + 1) as f64 / BINS as f64,
        rows,
        stated: share(stated, rows as f64),
        right: share(right as f64, rows as f64),
    })
    .collect()
}

pub(super) fn abstention_curve(predictions: &[Prediction], labels: usize) -> Vec<AbstentionPoint> {
    let each = THRESHOLDS.into_iter().map(|below| {
        let kept = || predictions.iter().filter(move |row| f64::from(row.highest()) >= below);
        let plain = Confusion::of(labels, kept().map(|row| (row.truth, row.most_probable())))
            .point_scores();
        AbstentionPoint {
            below,
            coverage: share(kept().count() as f64, predictions.len() as f64),
            accuracy: plain.accuracy,
            macro_recall: plain.macro_recall,
        }
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prediction(truth: usize, probabilities: [f32; 2]) -> Prediction {
        Prediction { truth, chosen: 0, probabilities: probabilities.to_vec() }
    }

    #[test]
    fn probabilities_equal_to_the_shares_are_calibrated() {
        let rows: Vec<Prediction> =
            (0..4).map(|row| prediction(usize::from(row == 3), [0.75, 0.25])).collect();
        assert!(ece(&rows) < 1e-6);
        assert!((brier(&rows) - (3.0 * 0.125 + 1.125) / 4.0).abs() < 1e-6);
    }

    #[test]
    fn a_confident_wrong_prediction_is_not_calibrated() {
        let rows = [prediction(1, [1.0, 0.0])];
        assert!((ece(&rows) - 1.0).abs() < 1e-6);
        assert!((brier(&rows) - 2.0).abs() < 1e-6);
    }

    #[test]
    fn abstaining_keeps_the_rows_above_the_threshold() {
        let rows = [prediction(0, [0.95, 0.05]), prediction(1, [0.55, 0.45])];
        let table = abstention_curve(&rows, 2);
        assert_eq!((table[0].coverage, table[0].accuracy), (1.0, 0.5));
        let last = table.last().unwrap();
        assert_eq!((last.coverage, last.accuracy), (0.5, 1.0));
    }

    #[test]
    fn no_rows_give_zeros() {
        assert_eq!((brier(&[]), ece(&[])), (0.0, 0.0));
    }
}
