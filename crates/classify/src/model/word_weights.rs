//! Feature attribution: the words of a text that count for and against a label, with their weights.

use super::{Model, Task, WeightTable, dequantise};
use crate::Features;
use crate::features::{FeaturePosition, FeatureSink};

/// Words of a text and their weight for a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// A word with its parts, or two adjacent words; folded as features are (lower case, digits as 0).
    pub words: String,
    /// The change of the label's log-odds against the mean of the other labels. Positive weights count
    /// for the label.
    pub weight: f32,
}

/// The weights of the words of one text for some labels. A reusable buffer.
#[derive(Debug, Default)]
pub struct WordWeights {
    /// The number of targets.
    targets: usize,
    effects: Vec<LaneEffect>,
    seen: [SeenHashes; 2],
    positions: Vec<FeaturePosition>,
    /// Positions × targets.
    weights: Vec<f32>,
}

/// The change of the log-odds of a target per unit of a lane.
#[derive(Clone, Copy, Debug)]
struct LaneEffect {
    target: usize,
    lane: usize,
    factor: f32,
}

impl Model {
    /// Computes the weights of the words in `features` for each (task, label number) in `targets`, in one
    /// walk over the text. A label that its task does not have gets no evidence.
    pub fn weigh_words(
        &self,
        features: &Features,
        targets: &[(&Task, usize)],
        out: &mut WordWeights,
    ) {
        let WordWeights { targets: count, effects, seen, positions, weights } = out;
        *count = targets.len();
        effects.clear();
        positions.clear();
        weights.clear();
        let scale = &self.parts.table.scale;
        for (target, &(task, label)) in targets.iter().enumerate() {
            let lanes = task.lanes.clone();
            effects.extend(lanes.enumerate().map(|(at, lane)| {
                let factor = scale[lane] * lane_effect(task, label, at);
                LaneEffect { target, lane, factor }
            }));
        }
        let blocks = features.blocks();
        for (seen, (hashes, _)) in seen.iter_mut().zip(blocks) {
            seen.reset(hashes.len());
        }
        let values = blocks.map(|(_, value)| value);
        let table = &self.parts.table;
        let targets = targets.len();
        features.walk_features(&mut WeightSink {
            table,
            effects,
            seen,
            values,
            targets,
            positions,
            weights,
            token: 0,
        });
    }
}

impl WordWeights {
    /// The words with the largest absolute weight for the target of this index: at most `most`, largest
    /// first, ties in the order of the text. `features` must be those passed to [`Model::weigh_words`].
    #[must_use]
    pub fn strongest(&self, target: usize, most: usize, features: &Features) -> Vec<Evidence> {
        let mut heaviest: Vec<(f32, FeaturePosition)> =
            Vec::with_capacity(most.min(self.positions.len()));
        let weights = self.weights.iter().skip(target).step_by(self.targets.max(1));
        for (&weight, &position) in weights.zip(&self.positions) {
            let is_lighter = |(other, _): &&(f32, FeaturePosition)| other.abs() >= weight.abs();
            let at = heaviest.iter().take_while(is_lighter).count();
            if at < most && weight != 0.0 {
                heaviest.truncate(most - 1);
                heaviest.insert(at, (weight, position));
            }
        }
        let evidence = |(weight, position)| Evidence { words: features.describe(position), weight };
        heaviest.into_iter().map(evidence).collect()
    }
}

/// Adds up the weights of each feature at its first occurrence.
struct WeightSink<'a> {
    table: &'a WeightTable,
    effects: &'a [LaneEffect],
    seen: &'a mut [SeenHashes; 2],
    /// The value of a feature, by block.
    values: [f32; 2],
    targets: usize,
    positions: &'a mut Vec<FeaturePosition>,
    weights: &'a mut Vec<f32>,
    /// The index in `positions` of the token that the walk has reached.
    token: usize,
}

impl WeightSink<'_> {
    #[inline]
    fn add(&mut self, block: usize, hash: u32, position: FeaturePosition) {
        if !self.seen[block].is_new(hash) {
            return;
        }
        let at = match self.positions.get(self.token) {
            Some(token) if *token == position => self.token,
            _ => self.push_position(position),
        };
        let row = self.table.row(self.table.column(hash));
        let weights = &mut self.weights[at * self.targets..];
        for effect in self.effects {
            weights[effect.target] +=
                f32::from(dequantise(row[effect.lane])) * effect.factor * self.values[block];
        }
    }

    fn push_position(&mut self, position: FeaturePosition) -> usize {
        let at = self.positions.len();
        self.positions.push(position);
        self.weights.resize(self.weights.len() + self.targets, 0.0);
        // The parts of a token follow it: remembering its index avoids a search for each part.
        if matches!(position, FeaturePosition::Token(_)) {
            self.token = at;
        }
        at
    }
}

impl FeatureSink for WeightSink<'_> {
    #[inline]
    fn word(&mut self, hash: u32, position: FeaturePosition) {
        self.add(0, hash, position);
    }

    #[inline]
    fn part(&mut self, hash: u32, position: FeaturePosition) {
        self.add(1, hash, position);
    }
}

/// The hashes seen so far. Open addressing with linear probing, since hashes are well mixed.
#[derive(Debug, Default)]
struct SeenHashes {
    slots: Vec<u32>,
    has_zero: bool,
}

impl SeenHashes {
    /// Empties the set and makes room for `most` hashes.
    fn reset(&mut self, most: usize) {
        self.slots.clear();
        // At most half full, so that probing stays short and always meets an empty slot.
        self.slots.resize((most * 2).next_power_of_two(), 0);
        self.has_zero = false;
    }

    #[inline]
    fn is_new(&mut self, hash: u32) -> bool {
        // 0 marks an empty slot, so the hash 0 needs a flag of its own.
        if hash == 0 {
            return !std::mem::replace(&mut self.has_zero, true);
        }
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.slots[at] {
                0 => {
                    self.slots[at] = hash;
                    return true;
                }
                seen if seen == hash => return false,
                _ => at = (at + 1) & mask,
            }
        }
    }
}

/// The change of the label's log-odds against the mean of the others, per unit of a lane of the task
/// (counted from 0).
fn lane_effect(task: &Task, label: usize, lane: usize) -> f32 {
    let (lanes, labels) = (task.lanes.len(), task.labels.len());
    let Some(own) = task.matrix.get(label * lanes + lane).filter(|_| label < labels) else {
        return 0.0;
    };
    let all: f32 = task.matrix.iter().skip(lane).step_by(lanes).sum();
    own - (all - own) / (labels - 1) as f32
}
