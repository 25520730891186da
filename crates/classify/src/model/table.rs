//! The weights of all tasks in one table, a column a hash, a lane a scorer.
//!
//! A weight is one byte q and stands for `q × |q| × scale`: fine steps near zero, where most weights
//! are, and coarse ones for the few strong words. Sums are whole numbers, so the order of the
//! features cannot change a bit of the result.

use crate::Features;

/// Lanes are laid out in groups of this many, so that the compiler adds a group at once.
pub(crate) const GROUP: usize = 16;
/// Groups a column may have.
pub(crate) const MOST_GROUPS: usize = 16;

/// Weights, scales and biases of every lane.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    /// 2^bits columns.
    pub(crate) bits: u8,
    /// By lane: what the square of a step is worth.
    pub(crate) scale: Vec<f32>,
    /// By lane.
    pub(crate) bias: Vec<f32>,
    /// Columns × groups, the lanes beyond the last one 0.
    weights: Vec<[i8; GROUP]>,
}

/// What a stored weight stands for, in units of its lane's scale.
pub(crate) fn worth(weight: i8) -> i16 {
    let weight = i16::from(weight);
    weight * weight.abs()
}

/// The stored weight that stands for what is nearest to `value` times the lane's scale.
#[cfg(any(test, feature = "train"))]
pub(crate) fn step(value: f32) -> i8 {
    // As casts saturate, what is beyond reach is the strongest weight.
    (value.abs().sqrt().copysign(value).round().clamp(-127.0, 127.0)) as i8
}

impl Table {
    /// A table of 2^bits columns whose lanes have these scales and biases, all weights 0.
    pub(crate) fn empty(bits: u8, scale: Vec<f32>, bias: Vec<f32>) -> Table {
        let groups = scale.len().div_ceil(GROUP);
        Table { bits, weights: vec![[0; GROUP]; groups << bits], scale, bias }
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

    /// The column a feature's hash stands for.
    pub(crate) fn column(&self, hash: u32) -> usize {
        (hash >> (32 - u32::from(self.bits))) as usize
    }

    /// Replaces `out` by what each lane says of the features.
    pub(super) fn add_up(&self, features: &Features, out: &mut Vec<f32>) {
        out.clear();
        out.extend_from_slice(&self.bias);
        for (hashes, value) in features.blocks() {
            match self.groups() {
                1 => self.add_block::<1>(hashes, value, out),
                2 => self.add_block::<2>(hashes, value, out),
                3 => self.add_block::<3>(hashes, value, out),
                4 => self.add_block::<4>(hashes, value, out),
                _ => self.add_block::<MOST_GROUPS>(hashes, value, out),
            }
        }
    }

    /// Adds a block to a table of `G` groups a column, or of fewer: so many sums fit into registers.
    fn add_block<const G: usize>(&self, hashes: &[u32], value: f32, out: &mut [f32]) {
        let groups = self.groups();
        let rows = || hashes.iter().map(|&hash| self.column(hash) * groups);
        // Every row is looked at before it is needed: far apart in memory as they are, they are
        // fetched side by side.
        std::hint::black_box(rows().fold(0, |all, start| all ^ self.weights[start][0]));
        let mut sums = [[0_i32; GROUP]; G];
        for start in rows() {
            for (sums, weights) in sums.iter_mut().zip(&self.weights[start..start + groups]) {
                // A group at a time, so that the compiler does it in vectors.
                for (sum, worth) in sums.iter_mut().zip(weights.map(worth)) {
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
