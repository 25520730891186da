//! Confidence intervals by the bootstrap: the rows are drawn again with replacement, many times,
//! and the middle 95 % of the scores is the interval (Efron 1979, percentile method).

use super::{Answer, Confusion};
use crate::random::Random;
use serde::Serialize;

/// A score and the interval that holds it in 95 of 100 samples of rows like these.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The score on the rows as they are.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

const DRAWS: usize = 1_000;
const SEED: u64 = 20_261_123;

/// Macro recall, macro F1 and accuracy with their intervals.
pub(super) fn bootstrap(confusion: &Confusion, answers: &[Answer]) -> [Interval; 3] {
    let labels = confusion.counts.len();
    let mut random = Random::seeded(SEED);
    let mut draws: [Vec<f64>; 3] = Default::default();
    for _ in 0..DRAWS {
        let drawn = (0..answers.len()).map(|_| {
            let row = &answers[random.below(answers.len())];
            (row.truth, row.chosen)
        });
        for (draws, score) in draws.iter_mut().zip(scores(&Confusion::of(labels, drawn))) {
            draws.push(score);
        }
    }
    let mut intervals = scores(confusion).into_iter().zip(draws);
    std::array::from_fn(|_| {
        intervals.next().map_or(Interval { value: 0.0, low: 0.0, high: 0.0 }, between)
    })
}

fn scores(confusion: &Confusion) -> [f64; 3] {
    let plain = confusion.plain();
    [plain.macro_recall, plain.macro_f1, plain.accuracy]
}

fn between((value, mut draws): (f64, Vec<f64>)) -> Interval {
    draws.sort_unstable_by(f64::total_cmp);
    let tail = DRAWS / 40;
    Interval { value, low: draws[tail], high: draws[DRAWS - 1 - tail] }
}
