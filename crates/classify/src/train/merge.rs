//! Merges the learned weights of columns and priors into one weight per column and lane.

use super::linear::LinearScorer;
use super::options::TrainOptions;
use super::prior::Prior;
use super::sparse::SparseRows;

/// The weights of one task over the 2^bits hashed columns.
#[derive(Debug)]
pub(super) struct MergedWeights {
    /// Lanes × columns.
    pub(super) weights: Vec<Vec<f32>>,
    /// By lane.
    pub(super) bias: Vec<f32>,
}

/// Adds the weights of the priors, times their learned factors, to the weights of the columns. Keeps the
/// `max_columns` columns with the largest weights and sets all others to 0.
pub(super) fn merge(
    linear: &[LinearScorer],
    rows: &SparseRows,
    priors: &[&Prior],
    options: &TrainOptions,
) -> MergedWeights {
    let columns = 1_usize << options.bits;
    let mut merged = MergedWeights { weights: Vec::new(), bias: Vec::new() };
    for linear in linear {
        let (hashed, rest) = linear.weights.split_at(columns);
        let mut weights = hashed.to_vec();
        for ((prior, scale), factor) in priors.iter().zip(&rows.prior_scales).zip(rest) {
            for (weight, prior_weight) in weights.iter_mut().zip(&prior.weights) {
                *weight += factor * scale * prior_weight;
            }
        }
        merged.weights.push(weights);
        // The constant is the last column.
        merged.bias.push(rest.last().copied().unwrap_or_default());
    }
    prune(&mut merged.weights, options.max_columns);
    merged
}

fn prune(weights: &mut [Vec<f32>], most: usize) {
    let columns = weights.first().map_or(0, Vec::len);
    let largest = |column: usize| weights.iter().map(|lane| lane[column].abs()).fold(0.0, f32::max);
    let mut order: Vec<(f32, usize)> =
        (0..columns).map(|column| (largest(column), column)).collect();
    // Ties by column make the order total, and so the bytes of the file reproducible.
    order.sort_unstable_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    for &(_, column) in order.iter().skip(most) {
        weights.iter_mut().for_each(|lane| lane[column] = 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_with_the_smallest_weights_are_dropped() {
        let mut weights = vec![vec![0.5, -0.1, 0.0, 0.3], vec![0.0, -0.9, 0.1, 0.3]];
        prune(&mut weights, 2);
        assert_eq!(weights, [vec![0.5, -0.1, 0.0, 0.0], vec![0.0, -0.9, 0.0, 0.0]]);
    }
}
