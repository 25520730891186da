//! What other sources say about columns: a lexicon's valences, the weights of another task.
//!
//! A prior is a sparse vector over columns. Its product with a row is one more feature of that row;
//! since that is linear, the weight learned for it folds into the columns it speaks about, and the
//! model at run time knows no lexicon and no other task. Words never seen in training keep what the
//! prior says of them.

use super::ftrl::Linear;
use super::rows::Rows;
use super::{Options, TrainError, check, ftrl};
use crate::Features;

/// A sparse weight vector over the columns of a model of `bits`.
#[derive(Clone, Debug)]
pub struct Prior {
    pub(super) bits: u8,
    /// One weight a column; most are 0.
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

    /// The priors of another labelled task: what a model of it would say, one prior a label.
    ///
    /// # Errors
    /// As [`train`](super::train): labels and options that make no sense.
    pub fn from_task(
        rows: &[(String, usize)],
        labels: usize,
        options: &Options,
        progress: &mut dyn FnMut(String),
    ) -> Result<Vec<Prior>, TrainError> {
        check(rows, &vec!["label"; labels], options)?;
        let sparse = Rows::read(rows, options);
        let everything: Vec<u32> = (0..rows.len() as u32).collect();
        let learned = ftrl::learn(&sparse, &everything, labels, options, progress)?;
        Ok(learned.into_iter().map(|linear| Prior::from_linear(linear, options.bits)).collect())
    }

    fn from_linear(linear: Linear, bits: u8) -> Prior {
        let mut weights = linear.weights;
        weights.truncate(1 << bits);
        Prior { bits, weights }
    }
}
