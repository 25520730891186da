//! Confidence intervals by bootstrap: resamples the rows with replacement many times and takes the middle
//! 95 % of the scores (Efron 1979, percentile method).

use super::{Confusion, Prediction};
use numeric::random::SplitMix64;
use serde::Serialize;

/// A score with its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ConfidenceInterval {
    /// The score on the original rows.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

const DRAWS: usize = 1_000;
const SEED: u64 = 20_261_123;

/// Macro recall, macro F1 and accuracy with their intervals.
pub(super) fn bootstrap(
    confusion: &Confusion,
    predictions: &[Prediction],
) -> [ConfidenceInterval; 3] {
    let labels = confusion.counts.len();
    let mut random = SplitMix64::seeded(SEED);
    let mut scores_by_draw: [Vec<f64>; 3] = Default::default();
    for _ in 0..DRAWS {
        let drawn = (0..predictions.len()).map(|_| {
            let row = &predictions[random.below(predictions.len())];
            (row.truth, row.chosen)
        });
        for (draws, score) in scores_by_draw.iter_mut().zip(scores(&Confusion::of(labels, drawn))) {
            draws.push(score);
        }
    }
    let mut intervals = scores(confusion).into_iter().zip(scores_by_draw);
    std::array::from_fn(|_| {
        intervals
            .next()
            .map_or(ConfidenceInterval { value: 0.0, low: 0.0, high: 0.0 }, percentile_interval)
    })
}

fn scores(confusion: &Confusion) -> [f64; 3] {
    let plain = confusion.point_scores();
    [plain.macro_recall, plain.macro_f1, plain.accuracy]
}

fn percentile_interval((value, mut draws): (f64, Vec<f64>)) -> ConfidenceInterval {
    draws.sort_unstable_by(f64::total_cmp);
    // 2.5 % at either end.
    let tail = DRAWS / 40;
    ConfidenceInterval { value, low: draws[tail], high: draws[DRAWS - 1 - tail] }
}
