//! Priors: knowledge about columns from other sources, such as the valences of a lexicon or the weights of
//! an auxiliary model.
//!
//! A prior is a weight vector over columns. Its dot product with a row is one more feature of the row.
//! Because that is linear, the weight learned for it merges into the weights of the columns, and the model
//! needs neither lexicon nor auxiliary model at run time. Words that do not occur in training keep the
//! weight of the prior.

use crate::Features;
use text::Text;

/// A weight vector over the columns of a model of `bits`.
#[derive(Clone, Debug)]
pub struct Prior {
    pub(super) bits: u8,
    /// One weight per column; mostly 0 for a lexicon.
    pub(super) weights: Vec<f32>,
}

impl Prior {
    /// The prior of a lexicon: each entry that is a single token sets the column of that word to its
    /// valence, scaled so that the largest magnitude is 1. Entries of several words are ignored.
    pub fn from_lexicon(entries: &[(String, f32)], bits: u8) -> Prior {
        let strongest = entries.iter().map(|(_, valence)| valence.abs()).fold(0.0, f32::max);
        let mut weights = vec![0.0; 1 << bits];
        let mut features = Features::new();
        for (word, valence) in entries {
            features.extract(&Text::of(word));
            // An emoticon is a single token as well.
            if let Some(hash) = features.single_word()
                && strongest > 0.0
            {
                weights[(hash >> (32 - u32::from(bits))) as usize] = valence / strongest;
            }
        }
        Prior { bits, weights }
    }
}
