//! One-against-the-rest linear support vector machines by dual coordinate descent (Hsieh, Chang,
//! Lin, Keerthi, Sundararajan: "A Dual Coordinate Descent Method for Large-scale Linear SVM", 2008,
//! algorithm 1 with the squared hinge loss). `linfa-svm` keeps a dense kernel; this needs one weight vector
//! and one number per row.

use super::linear::LinearScorer;
use super::options::{MarginOptions, TrainOptions};
use super::sparse::SparseRows;
use numeric::random::SplitMix64;

/// Learns one scorer per lane from the rows with these indices.
pub(super) fn learn(
    rows: &SparseRows,
    learn: &[u32],
    lanes: usize,
    options: &TrainOptions,
) -> Vec<LinearScorer> {
    (0..lanes).map(|lane| learn_lane(rows, learn, lane, options)).collect()
}

fn learn_lane(
    rows: &SparseRows,
    learn: &[u32],
    lane: usize,
    options: &TrainOptions,
) -> LinearScorer {
    let MarginOptions { cost, passes, balance, emphasis } = options.margin;
    let signs: Vec<f32> = learn.iter().map(|&row| rows.sign(row, lane)).collect();
    let positives = signs.iter().filter(|&&sign| sign > 0.0).count().max(1) as f32;
    let odds = (learn.len() as f32 - positives).max(1.0) / positives;
    // Half of the log-odds to either side keeps the mean cost of a row at `cost`.
    let costs = [cost * odds.powf(-balance / 2.0), cost * odds.powf(balance / 2.0)];
    // D_ii = 1 / 2C of the squared hinge loss.
    let diagonals = costs.map(|cost| 0.5 / cost);
    let diagonal = |sign: f32| diagonals[usize::from(sign > 0.0)];
    let factors = column_factors(rows, learn, &signs, emphasis);
    let lengths: Vec<f32> = learn.iter().map(|&row| rows.length(row, &factors)).collect();
    let mut weights = vec![0.0_f32; rows.width];
    let mut alphas = vec![0.0_f32; learn.len()];
    let mut order: Vec<u32> = (0..learn.len() as u32).collect();
    // A seed per lane: lanes do not depend on each other's number of passes.
    let mut random = SplitMix64::seeded(options.seed ^ lane as u64);
    for _ in 0..passes {
        random.shuffle(&mut order);
        for &at in &order {
            let at = at as usize;
            let (row, sign, alpha) = (learn[at], signs[at], alphas[at]);
            let diagonal = diagonal(sign);
            let gradient = sign * rows.dot(row, &weights) - 1.0 + diagonal * alpha;
            // The projected gradient is 0: the row needs no step.
            if alpha == 0.0 && gradient >= 0.0 {
                continue;
            }
            let better = (alpha - gradient / (lengths[at] + diagonal)).max(0.0);
            alphas[at] = better;
            rows.add(row, (better - alpha) * sign, &factors, &mut weights);
        }
    }
    LinearScorer { weights }
}

/// By column: the square of its log-count ratio relative to the mean, as far as `emphasis` asks. Learning
/// over values multiplied by the ratio equals learning over plain values with steps multiplied by its
/// square. Priors and the constant keep 1.
fn column_factors(rows: &SparseRows, learn: &[u32], signs: &[f32], emphasis: f32) -> Vec<f32> {
    let mut factors = vec![1.0_f32; rows.width];
    if emphasis == 0.0 {
        return factors;
    }
    let mut counts = vec![[0.0_f32; 2]; rows.hashed_columns];
    for (&row, &sign) in learn.iter().zip(signs) {
        for (column, _) in rows.row(row) {
            if let Some(count) = counts.get_mut(column as usize) {
                count[usize::from(sign > 0.0)] += 1.0;
            }
        }
    }
    let sides = [false, true]
        .map(|side| signs.iter().filter(|&&sign| (sign > 0.0) == side).count() as f32 + 2.0);
    // Counts are smoothed: a column of one side only would have an infinite ratio.
    let ratio = |[against, pro]: [f32; 2]| {
        (((pro + 1.0) / sides[1]) / ((against + 1.0) / sides[0])).ln().abs()
    };
    let seen = counts.iter().filter(|count| count[0] + count[1] > 0.0);
    let weighted = seen.clone().map(|&count| f64::from(ratio(count) * (count[0] + count[1])));
    let all = seen.map(|count| f64::from(count[0] + count[1])).sum::<f64>().max(1.0);
    let mean = (weighted.sum::<f64>() / all) as f32;
    for (factors, &count) in factors.iter_mut().zip(&counts) {
        *factors = (1.0 - emphasis + emphasis * ratio(count) / mean.max(f32::MIN_POSITIVE)).powi(2);
    }
    factors
}
