//! One-against-the-rest linear support vector machines by dual coordinate descent (Hsieh, Chang,
//! Lin, Keerthi, Sundararajan: "A Dual Coordinate Descent Method for Large-scale Linear SVM", 2008,
//! algorithm 1 with the squared hinge loss). `linfa-svm` keeps a dense kernel; this needs one vector
//! of weights and one number a row.

use super::Options;
use super::linear::Linear;
use super::sparse::Rows;
use crate::random::Random;

/// How to learn by margins.
#[derive(Clone, Debug, PartialEq)]
pub struct Margin {
    /// C: what a row inside the margin costs, against the length of the weights.
    pub cost: f32,
    /// Passes over the rows.
    pub passes: u32,
    /// How far rows of rare labels cost more: 0 not at all, 1 until all labels cost the same.
    pub balance: f32,
    /// How much cheaper weight is on columns that tell the labels apart by themselves, by their
    /// log-count ratio (Wang, Manning: "Baselines and Bigrams", 2012): 0 no cheaper, 1 by all of it.
    pub emphasis: f32,
}

/// Learns one lane after the other from the rows numbered in `learn`.
pub(super) fn learn(rows: &Rows, learn: &[u32], lanes: usize, options: &Options) -> Vec<Linear> {
    (0..lanes).map(|lane| lane_of(rows, learn, lane, options)).collect()
}

fn lane_of(rows: &Rows, learn: &[u32], lane: usize, options: &Options) -> Linear {
    let Margin { cost, passes, balance, emphasis } = options.margin;
    let signs: Vec<f32> = learn.iter().map(|&row| rows.sign(row, lane)).collect();
    let positives = signs.iter().filter(|&&sign| sign > 0.0).count().max(1) as f32;
    let odds = (learn.len() as f32 - positives).max(1.0) / positives;
    // Half of the log-odds to either side: the mean cost of a row stays what was asked for.
    let costs = [cost * odds.powf(-balance / 2.0), cost * odds.powf(balance / 2.0)];
    let dampers = costs.map(|cost| 0.5 / cost);
    let damper = |sign: f32| dampers[usize::from(sign > 0.0)];
    let cheapness = cheapness(rows, learn, &signs, emphasis);
    let lengths: Vec<f32> = learn.iter().map(|&row| rows.length(row, &cheapness)).collect();
    let mut weights = vec![0.0_f32; rows.width];
    let mut alphas = vec![0.0_f32; learn.len()];
    let mut order: Vec<u32> = (0..learn.len() as u32).collect();
    let mut random = Random::seeded(options.seed ^ lane as u64);
    for _ in 0..passes {
        random.shuffle(&mut order);
        for &at in &order {
            let at = at as usize;
            let (row, sign, alpha) = (learn[at], signs[at], alphas[at]);
            let damper = damper(sign);
            let gradient = sign * rows.dot(row, &weights) - 1.0 + damper * alpha;
            if alpha == 0.0 && gradient >= 0.0 {
                continue;
            }
            let better = (alpha - gradient / (lengths[at] + damper)).max(0.0);
            alphas[at] = better;
            rows.add(row, (better - alpha) * sign, &cheapness, &mut weights);
        }
    }
    Linear { weights }
}

/// By column: the square of its log-count ratio beside the mean, as far as is asked for. Learning over
/// values multiplied by the ratio is the same as learning over plain values with steps multiplied by
/// its square. Priors and the constant keep 1.
fn cheapness(rows: &Rows, learn: &[u32], signs: &[f32], emphasis: f32) -> Vec<f32> {
    let mut cheapness = vec![1.0_f32; rows.width];
    if emphasis == 0.0 {
        return cheapness;
    }
    let mut counts = vec![[0.0_f32; 2]; rows.hashed];
    for (&row, &sign) in learn.iter().zip(signs) {
        for (column, _) in rows.row(row) {
            if let Some(count) = counts.get_mut(column as usize) {
                count[usize::from(sign > 0.0)] += 1.0;
            }
        }
    }
    let sides = [false, true]
        .map(|side| signs.iter().filter(|&&sign| (sign > 0.0) == side).count() as f32 + 2.0);
    let ratio = |[against, pro]: [f32; 2]| {
        (((pro + 1.0) / sides[1]) / ((against + 1.0) / sides[0])).ln().abs()
    };
    let seen = counts.iter().filter(|count| count[0] + count[1] > 0.0);
    let weighed = seen.clone().map(|&count| f64::from(ratio(count) * (count[0] + count[1])));
    let all = seen.map(|count| f64::from(count[0] + count[1])).sum::<f64>().max(1.0);
    let mean = (weighed.sum::<f64>() / all) as f32;
    for (cheapness, &count) in cheapness.iter_mut().zip(&counts) {
        *cheapness =
            (1.0 - emphasis + emphasis * ratio(count) / mean.max(f32::MIN_POSITIVE)).powi(2);
    }
    cheapness
}
