//! Folds what was learned from columns and priors into one weight a column and lane.

use super::linear::Linear;
use super::sparse::Rows;
use super::{Options, Prior};

/// The weights of one task over the 2^bits hashed columns.
#[derive(Debug)]
pub(super) struct Folded {
    /// By lane, each one weight a column.
    pub(super) weights: Vec<Vec<f32>>,
    /// By lane.
    pub(super) bias: Vec<f32>,
}

/// Adds to each column what the priors say of it, as far as was learned to listen to them. Columns
/// beyond the most that are to be kept, those that weigh least, become 0.
pub(super) fn fold(linear: &[Linear], rows: &Rows, priors: &[&Prior], options: &Options) -> Folded {
    let columns = 1_usize << options.bits;
    let mut folded = Folded { weights: Vec::new(), bias: Vec::new() };
    for linear in linear {
        let (hashed, rest) = linear.weights.split_at(columns);
        let mut weights = hashed.to_vec();
        for ((prior, loudness), factor) in priors.iter().zip(&rows.loudness).zip(rest) {
            for (weight, said) in weights.iter_mut().zip(&prior.weights) {
                *weight += factor * loudness * said;
            }
        }
        folded.weights.push(weights);
        folded.bias.push(rest.last().copied().unwrap_or_default());
    }
    prune(&mut folded.weights, options.most_columns);
    folded
}

fn prune(weights: &mut [Vec<f32>], most: usize) {
    let columns = weights.first().map_or(0, Vec::len);
    let weigh = |column: usize| weights.iter().map(|lane| lane[column].abs()).fold(0.0, f32::max);
    let mut order: Vec<(f32, usize)> = (0..columns).map(|column| (weigh(column), column)).collect();
    // Heaviest first, of equals the first column: an order without ties.
    order.sort_unstable_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    for &(_, column) in order.iter().skip(most) {
        weights.iter_mut().for_each(|lane| lane[column] = 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_that_weigh_least_are_dropped() {
        let mut weights = vec![vec![0.5, -0.1, 0.0, 0.3], vec![0.0, -0.9, 0.1, 0.3]];
        prune(&mut weights, 2);
        assert_eq!(weights, [vec![0.5, -0.1, 0.0, 0.0], vec![0.0, -0.9, 0.0, 0.0]]);
    }
}
