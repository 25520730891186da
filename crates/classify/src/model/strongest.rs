//! Why a label: the words of a text that speak for it and against it, with their weights.

use super::{Model, Task, worth};
use crate::Features;
use crate::text::{Block, Spelled};
use std::collections::BTreeMap;

/// Words of a text and what they weigh.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// A word with its parts, or two neighbours; folded as the features are (lower case, digits 0).
    pub words: String,
    /// For the label when positive: by how much it raises the label's log-odds against the mean of
    /// the others.
    pub weight: f32,
}

impl Model {
    /// The words of `text` that weigh most, for or against `label` of `task`: at most `most`,
    /// heaviest first, of equals in the order of the alphabet. A label that the task does not have
    /// has no evidence.
    pub fn strongest(&self, text: &str, task: &Task, label: usize, most: usize) -> Vec<Evidence> {
        if label >= task.labels.len() {
            return Vec::new();
        }
        let mut features = Features::new();
        let spelled = features.spell(text);
        let values = features.blocks().map(|(_, value)| value);
        let pulls = pulls(task, label);
        let mut weighed: BTreeMap<String, f32> = BTreeMap::new();
        for Spelled { block, hash, words } in spelled {
            let value = values[usize::from(block == Block::Parts)];
            *weighed.entry(words).or_default() += self.pull(hash, task, &pulls) * value;
        }
        let mut evidence: Vec<Evidence> = weighed
            .into_iter()
            .filter(|&(_, weight)| weight != 0.0)
            .map(|(words, weight)| Evidence { words, weight })
            .collect();
        // Stable, and the map went by the alphabet.
        evidence.sort_by(|left, right| right.weight.abs().total_cmp(&left.weight.abs()));
        evidence.truncate(most);
        evidence
    }

    fn pull(&self, hash: u32, task: &Task, pulls: &[f32]) -> f32 {
        let table = &self.parts.table;
        let column = table.column(hash);
        let lanes = task.lanes.clone().zip(pulls);
        lanes
            .map(|(lane, pull)| {
                f32::from(worth(table.weight(column, lane))) * table.scale[lane] * pull
            })
            .sum()
    }
}

/// By lane: what one unit of it does to the label's log-odds against the mean of the others.
fn pulls(task: &Task, label: usize) -> Vec<f32> {
    let lanes = task.lanes.len();
    let others = (task.labels.len() - 1) as f32;
    let column = |lane: usize| task.matrix.iter().skip(lane).step_by(lanes);
    (0..lanes)
        .map(|lane| {
            let own = task.matrix[label * lanes + lane];
            own - (column(lane).sum::<f32>() - own) / others
        })
        .collect()
}
