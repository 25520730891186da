//! Logistic regression by `linfa-logistic`, which knows only dense rows: on the columns that tell
//! most, one lane against the rest. For comparison: margins over all columns were better.

use super::TrainError;
use super::linear::Linear;
use super::sparse::Rows;
use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2};

/// Hashed columns that are kept.
const COLUMNS: usize = 3_000;
const PULL: f32 = 1.0;
const MOST_STEPS: u64 = 100;

pub(super) fn learn(rows: &Rows, learn: &[u32], lanes: usize) -> Result<Vec<Linear>, TrainError> {
    (0..lanes).map(|lane| lane_of(rows, learn, lane)).collect()
}

fn lane_of(rows: &Rows, learn: &[u32], lane: usize) -> Result<Linear, TrainError> {
    let columns = telling(rows, learn, lane);
    let mut places = vec![usize::MAX; rows.width];
    for (place, &column) in columns.iter().enumerate() {
        places[column] = place;
    }
    let mut records = Array2::<f32>::zeros((learn.len(), columns.len()));
    for (at, &row) in learn.iter().enumerate() {
        for (column, value) in rows.row(row) {
            let place = places[column as usize];
            if place != usize::MAX {
                records[[at, place]] += value;
            }
        }
    }
    let truth: Array1<usize> =
        learn.iter().map(|&row| usize::from(rows.sign(row, lane) > 0.0)).collect();
    let fitted = MultiLogisticRegression::default()
        .alpha(PULL)
        .max_iterations(MOST_STEPS)
        .fit(&Dataset::new(records, truth))
        .map_err(|error| TrainError::Linfa(error.to_string()))?;
    let mut linear = Linear::nothing(rows.width);
    let (weights, offset) = (fitted.params(), fitted.intercept());
    for (place, &column) in columns.iter().enumerate() {
        linear.weights[column] = weights[[place, 1]] - weights[[place, 0]];
    }
    // The constant is the last column.
    if let Some(bias) = linear.weights.last_mut() {
        *bias += offset[1] - offset[0];
    }
    Ok(linear)
}

/// The hashed columns whose share of rows differs most between the two sides, by the two-proportion
/// z-test; then every prior and the constant.
fn telling(rows: &Rows, learn: &[u32], lane: usize) -> Vec<usize> {
    let mut counts = vec![[0_u32; 2]; rows.hashed];
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
    let telling = |count: [u32; 2]| {
        let pooled = f64::from(count[0] + count[1]) / (against + pro);
        let spread = (pooled * (1.0 - pooled).max(1e-9) * (1.0 / against + 1.0 / pro)).sqrt();
        (f64::from(count[1]) / pro - f64::from(count[0]) / against).abs() / spread.max(1e-12)
    };
    let mut order: Vec<(f64, usize)> =
        counts.iter().map(|&count| telling(count)).zip(0..rows.hashed).collect();
    order.sort_unstable_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    let mut columns: Vec<usize> =
        order.into_iter().take(COLUMNS).map(|(_, column)| column).collect();
    columns.extend(rows.hashed..rows.width);
    columns
}
