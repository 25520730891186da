//! Whether probabilities mean what they say, and what abstaining below one brings.

use super::confusion::share;
use super::{Answer, Confusion};
use serde::Serialize;

/// The rows whose most probable label has a probability between `from` and `to`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Reliability {
    /// The bin's lower end.
    pub from: f64,
    /// The bin's upper end.
    pub to: f64,
    /// Rows in the bin.
    pub rows: usize,
    /// Their mean probability.
    pub stated: f64,
    /// The share of them that was right.
    pub right: f64,
}

/// What is left when rows below a probability are not answered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Abstaining {
    /// Rows whose most probable label is below this are not answered.
    pub below: f64,
    /// The share of rows still answered.
    pub coverage: f64,
    /// Accuracy of the most probable label among those.
    pub accuracy: f64,
    /// Mean recall of the most probable label among those.
    pub macro_recall: f64,
}

const BINS: usize = 10;
const THRESHOLDS: [f64; 7] = [0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

pub(super) fn brier(answers: &[Answer]) -> f64 {
    let squares = answers.iter().map(|row| {
        let each = row.probabilities.iter().enumerate();
        each.map(|(label, &probability)| {
            let truth = if label == row.truth { 1.0 } else { 0.0 };
            (f64::from(probability) - truth).powi(2)
        })
        .sum::<f64>()
    });
    share(squares.sum(), answers.len() as f64)
}

pub(super) fn ece(answers: &[Answer]) -> f64 {
    let gaps = reliability(answers)
        .into_iter()
        .map(|bin| share(bin.rows as f64, answers.len() as f64) * (bin.stated - bin.right).abs());
    gaps.sum()
}

pub(super) fn reliability(answers: &[Answer]) -> Vec<Reliability> {
    let mut bins = vec![(0_usize, 0.0_f64, 0_usize); BINS];
    for row in answers {
        let stated = f64::from(row.highest());
        let bin = &mut bins[((stated * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += 1;
        bin.1 += stated;
        bin.2 += usize::from(row.most_probable() == row.truth);
    }
    let bins = bins.into_iter().enumerate();
    bins.map(|(at, (rows, stated, right))| Reliability {
        from: at as f64 / BINS as f64,
        to: (at + 1) as f64 / BINS as f64,
        rows,
        stated: share(stated, rows as f64),
        right: share(right as f64, rows as f64),
    })
    .collect()
}

pub(super) fn abstaining(answers: &[Answer], labels: usize) -> Vec<Abstaining> {
    let each = THRESHOLDS.into_iter().map(|below| {
        let answered = || answers.iter().filter(move |row| f64::from(row.highest()) >= below);
        let plain =
            Confusion::of(labels, answered().map(|row| (row.truth, row.most_probable()))).plain();
        Abstaining {
            below,
            coverage: share(answered().count() as f64, answers.len() as f64),
            accuracy: plain.accuracy,
            macro_recall: plain.macro_recall,
        }
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(truth: usize, probabilities: [f32; 2]) -> Answer {
        Answer { truth, chosen: 0, probabilities: probabilities.to_vec() }
    }

    #[test]
    fn a_model_that_says_what_happens_is_calibrated() {
        let rows: Vec<Answer> =
            (0..4).map(|row| answer(usize::from(row == 3), [0.75, 0.25])).collect();
        assert!(ece(&rows) < 1e-6);
        assert!((brier(&rows) - (3.0 * 0.125 + 1.125) / 4.0).abs() < 1e-6);
    }

    #[test]
    fn a_model_that_is_sure_and_wrong_is_not() {
        let rows = [answer(1, [1.0, 0.0])];
        assert!((ece(&rows) - 1.0).abs() < 1e-6);
        assert!((brier(&rows) - 2.0).abs() < 1e-6);
    }

    #[test]
    fn abstaining_leaves_what_is_above_the_threshold() {
        let rows = [answer(0, [0.95, 0.05]), answer(1, [0.55, 0.45])];
        let table = abstaining(&rows, 2);
        assert_eq!((table[0].coverage, table[0].accuracy), (1.0, 0.5));
        let last = table.last().unwrap();
        assert_eq!((last.coverage, last.accuracy), (0.5, 1.0));
    }

    #[test]
    fn no_rows_give_zeros() {
        assert_eq!((brier(&[]), ece(&[])), (0.0, 0.0));
    }
}
