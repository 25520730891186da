//! What other sources say about columns: a lexicon's valences, the weights of another task.
//!
//! A prior is a weight vector over columns. Its product with a row is one more feature of that row;
//! since that is linear, the weight learned for it folds into the columns it speaks about, and the
//! model at run time knows no lexicon and no other task. Words never seen in training keep what the
//! prior says of them.

use super::sparse::Rows;
use super::{Options, TrainError, linear};
use crate::Features;
use crate::model::lanes_of;

/// A weight vector over the columns of a model of `bits`.
#[derive(Clone, Debug)]
pub struct Prior {
    pub(super) bits: u8,
    /// One weight a column; of a lexicon most are 0.
    pub(super) weights: Vec<f32>,
}

impl Prior {
    /// The prior of a lexicon: each entry that is a single token says its valence of that word's
    /// column, scaled so that the strongest says 1. Entries of several words are left out.
    pub fn from_lexicon(entries: &[(String, f32)], bits: u8) -> Prior {
        let strongest = entries.iter().map(|(_, valence)| valence.abs()).fold(0.0, f32::max);
        let mut weights = vec![0.0; 1 << bits];
        let mut features = Features::new();
        for (word, valence) in entries {
            features.extract(word);
            if let Some(hash) = features.single_word()
                && strongest > 0.0
            {
                weights[(hash >> (32 - u32::from(bits))) as usize] = valence / strongest;
            }
        }
        Prior { bits, weights }
    }

    /// The priors of another labelled task of `labels` labels: what a model of it would say, one
    /// prior a label, a single one for two labels.
    ///
    /// # Errors
    /// Labels and options that make no sense, and whatever linfa refuses.
    pub fn from_task(
        rows: &[(String, usize)],
        labels: usize,
        options: &Options,
    ) -> Result<Vec<Prior>, TrainError> {
        options.check()?;
        if let Some(at) = rows.iter().position(|(_, label)| *label >= labels) {
            return Err(TrainError::UnknownLabel { row: at, label: rows[at].1 });
        }
        let sparse = Rows::read(rows, labels, &[], options);
        let everything: Vec<u32> = (0..rows.len() as u32).collect();
        let learned = linear::learn(&sparse, &everything, lanes_of(labels), options)?;
        let columns = 1 << options.bits;
        let prior = |mut weights: Vec<f32>| {
            weights.truncate(columns);
            Prior { bits: options.bits, weights }
        };
        Ok(learned.into_iter().map(|linear| prior(linear.weights)).collect())
    }
}
