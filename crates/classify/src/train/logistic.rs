//! Logistic regression by `linfa-logistic`, which needs dense rows: on the most discriminative columns, one
//! lane against the rest. For comparison only: margins over all columns were better.

use super::error::TrainError;
use super::linear::LinearScorer;
use super::sparse::SparseRows;
use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2};

/// The number of hashed columns that are kept.
const KEPT_COLUMNS: usize = 3_000;
const REGULARISATION: f32 = 1.0;
const MAX_ITERATIONS: u64 = 100;

pub(super) fn learn(
    rows: &SparseRows,
    learn: &[u32],
    lanes: usize,
) -> Result<Vec<LinearScorer>, TrainError> {
    (0..lanes).map(|lane| learn_lane(rows, learn, lane)).collect()
}

fn learn_lane(rows: &SparseRows, learn: &[u32], lane: usize) -> Result<LinearScorer, TrainError> {
    let columns = most_discriminative(rows, learn, lane);
    let mut positions = vec![usize::MAX; rows.width];
    for (position, &column) in columns.iter().enumerate() {
        positions[column] = position;
    }
    let mut records = Array2::<f32>::zeros((learn.len(), columns.len()));
    for (at, &row) in learn.iter().enumerate() {
        for (column, value) in rows.row(row) {
            let position = positions[column as usize];
            if position != usize::MAX {
                records[[at, position]] += value;
            }
        }
    }
    let truth: Array1<usize> =
        learn.iter().map(|&row| usize::from(rows.sign(row, lane) > 0.0)).collect();
    let fitted = MultiLogisticRegression::default()
        .alpha(REGULARISATION)
        .max_iterations(MAX_ITERATIONS)
        .fit(&Dataset::new(records, truth))
        .map_err(|error| TrainError::Linfa(error.to_string()))?;
    let mut linear = LinearScorer::zero(rows.width);
    let (weights, offset) = (fitted.params(), fitted.intercept());
    for (position, &column) in columns.iter().enumerate() {
        linear.weights[column] = weights[[position, 1]] - weights[[position, 0]];
    }
    // The constant is the last column, so the intercept is added there.
    if let Some(bias) = linear.weights.last_mut() {
        *bias += offset[1] - offset[0];
    }
    Ok(linear)
}

/// The hashed columns whose share of rows differs most between the two sides, by the two-proportion z-test,
/// then all priors and the constant.
fn most_discriminative(rows: &SparseRows, learn: &[u32], lane: usize) -> Vec<usize> {
    let mut counts = vec![[0_u32; 2]; rows.hashed_columns];
    let mut sides = [0_u32; 2];
    for &row in learn {
        let side = usize::from(rows.sign(row, lane) > 0.0);
        sides[side] += 1;
        for (column, _) in rows.row(row) {
            if let Some(count) = counts.get_mut(column as usize) {
                count[side] += 1;
            }
        }
    }
    let [against, pro] = sides.map(|side| f64::from(side.max(1)));
    let score = |count: [u32; 2]| {
        let pooled = f64::from(count[0] + count[1]) / (against + pro);
        let spread = (pooled * (1.0 - pooled).max(1e-9) * (1.0 / against + 1.0 / pro)).sqrt();
        (f64::from(count[1]) / pro - f64::from(count[0]) / against).abs() / spread.max(1e-12)
    };
    let mut order: Vec<(f64, usize)> =
        counts.iter().map(|&count| score(count)).zip(0..rows.hashed_columns).collect();
    order.sort_unstable_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    let mut columns: Vec<usize> =
        order.into_iter().take(KEPT_COLUMNS).map(|(_, column)| column).collect();
    columns.extend(rows.hashed_columns..rows.width);
    columns
}
