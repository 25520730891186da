//! The weights of all tasks in one table: a column per hash, a lane per linear scorer.
//!
//! A stored weight is one byte q and means `q × |q| × scale`: fine steps near zero, where most weights
//! are, and coarse ones for the few large weights. Sums are integers, so the order of the features
//! cannot change the result.

use crate::Features;

/// The number of lanes per group. The compiler adds a group with vector instructions.
pub(crate) const GROUP: usize = 16;
/// The most groups per column.
pub(crate) const MAX_GROUPS: usize = 16;

/// Weights, scales and biases of every lane.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WeightTable {
    /// 2^bits columns.
    pub(crate) bits: u8,
    /// By lane: the value of a dequantised weight of 1.
    pub(crate) scale: Vec<f32>,
    /// By lane.
    pub(crate) bias: Vec<f32>,
    /// Columns × groups; lanes beyond the last one are 0.
    weights: Vec<[i8; GROUP]>,
}

/// The value of a stored weight, in units of the scale of its lane.
pub(crate) fn dequantise(weight: i8) -> i16 {
    let weight = i16::from(weight);
    weight * weight.abs()
}

/// The stored weight whose value is nearest to `value`, in units of the scale of its lane.
#[cfg(any(test, feature = "train"))]
pub(crate) fn quantise(value: f32) -> i8 {
    // Larger values saturate at the largest weight.
    (value.abs().sqrt().copysign(value).round().clamp(-127.0, 127.0)) as i8
}

impl WeightTable {
    /// A table of 2^bits columns with these scales and biases per lane; all weights are 0.
    pub(crate) fn empty(bits: u8, scale: Vec<f32>, bias: Vec<f32>) -> WeightTable {
        let groups = scale.len().div_ceil(GROUP);
        WeightTable { bits, weights: vec![[0; GROUP]; groups << bits], scale, bias }
    }

    pub(crate) fn columns(&self) -> usize {
        1 << self.bits
    }

    fn groups(&self) -> usize {
        self.scale.len().div_ceil(GROUP)
    }

    /// The weights of a column, by lane.
    pub(crate) fn row(&self, column: usize) -> &[i8] {
        let groups = self.groups();
        self.weights[column * groups..(column + 1) * groups].as_flattened()
    }

    pub(crate) fn weight(&self, column: usize, lane: usize) -> i8 {
        self.weights[column * self.groups() + lane / GROUP][lane % GROUP]
    }

    pub(crate) fn set(&mut self, column: usize, lane: usize, weight: i8) {
        let groups = self.groups();
        self.weights[column * groups + lane / GROUP][lane % GROUP] = weight;
    }

    /// The column of a feature hash.
    pub(crate) fn column(&self, hash: u32) -> usize {
        (hash >> (32 - u32::from(self.bits))) as usize
    }

    /// Replaces `out` with the score of each lane.
    pub(super) fn sum_lanes(&self, features: &Features, out: &mut Vec<f32>) {
        out.clear();
        out.extend_from_slice(&self.bias);
        for (hashes, value) in features.blocks() {
            match self.groups() {
                1 => self.add_block::<1>(hashes, value, out),
                2 => self.add_block::<2>(hashes, value, out),
                3 => self.add_block::<3>(hashes, value, out),
                4 => self.add_block::<4>(hashes, value, out),
                _ => self.add_block::<MAX_GROUPS>(hashes, value, out),
            }
        }
    }

    /// Adds a block to a table of at most `G` groups per column. `G` is constant so that the sums stay
    /// in registers.
    fn add_block<const G: usize>(&self, hashes: &[u32], value: f32, out: &mut [f32]) {
        let groups = self.groups();
        let rows = || hashes.iter().map(|&hash| self.column(hash) * groups);
        // Touches every row first: the rows are far apart in memory, so their cache misses overlap
        // instead of following one another.
        std::hint::black_box(rows().fold(0, |all, start| all ^ self.weights[start][0]));
        let mut sums = [[0_i32; GROUP]; G];
        for start in rows() {
            for (sums, weights) in sums.iter_mut().zip(&self.weights[start..start + groups]) {
                // One group per iteration, so that the compiler uses vector instructions.
                for (sum, worth) in sums.iter_mut().zip(weights.map(dequantise)) {
                    *sum += i32::from(worth);
                }
            }
        }
        let lanes = out.iter_mut().zip(&self.scale).zip(sums.as_flattened());
        for ((out, scale), &sum) in lanes {
            *out += sum as f32 * value * scale;
        }
    }
}
