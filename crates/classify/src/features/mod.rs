//! The buffer that turns a text into hashed features, once for all tasks. Pure and total: every text has
//! features. Must not know: how a text is decoded and cut into tokens, labels, weights.

mod hash;
mod walk;

use text::{Text, Tokens};
pub(crate) use walk::{FeaturePosition, FeatureSink};
use walk::{describe, walk};

/// The name of the feature recipe. A model of another recipe is rejected, since its weights belong to
/// other columns. Change it whenever a token of crate `text`, a feature, its hash or its value changes.
pub const RECIPE: &str = "harken-text-1";

/// The hashed features of one text.
///
/// Two blocks: words (1- and 2-grams of tokens, flags) and parts (3- to 5-grams of characters within
/// words). Features are binary and each block has Euclidean length 1, so each of its n features has the
/// value 1/√n. A reusable buffer: keep one per thread; it allocates only for the first texts.
#[derive(Clone, Debug, Default)]
pub struct Features {
    tokens: Tokens,
    words: Vec<u32>,
    parts: Vec<u32>,
}

impl Features {
    /// An empty buffer: the features of the empty text.
    pub fn new() -> Self {
        Features::default()
    }

    /// Replaces the contents with the features of `text`.
    pub fn extract(&mut self, text: &Text) {
        self.words.clear();
        self.parts.clear();
        self.tokens.cut(text);
        walk(&self.tokens, &mut HashCollector { words: &mut self.words, parts: &mut self.parts });
        // Binary features: a repeated word must not count twice.
        sort_and_dedup(&mut self.words);
        sort_and_dedup(&mut self.parts);
    }

    /// The number of distinct features.
    pub fn len(&self) -> usize {
        self.words.len() + self.parts.len()
    }

    /// Whether the text has no features.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.parts.is_empty()
    }

    /// The two blocks: ascending hashes, and the value that each of them has.
    pub(crate) fn blocks(&self) -> [(&[u32], f32); 2] {
        [&self.words, &self.parts].map(|block| (block.as_slice(), unit_value(block.len())))
    }

    /// The hash of the text as a word feature, if it is exactly one token. For lexicons.
    #[cfg(feature = "train")]
    pub(crate) fn single_word(&self) -> Option<u32> {
        match self.words.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// Visits all features with their positions again, repeated ones each time.
    #[inline]
    pub(crate) fn walk_features(&self, sink: &mut impl FeatureSink) {
        walk(&self.tokens, sink);
    }

    /// The words at a position from [`Features::walk_features`], readable for people.
    pub(crate) fn describe(&self, position: FeaturePosition) -> String {
        describe(&self.tokens, position)
    }
}

struct HashCollector<'a> {
    words: &'a mut Vec<u32>,
    parts: &'a mut Vec<u32>,
}

impl FeatureSink for HashCollector<'_> {
    #[inline]
    fn word(&mut self, hash: u32, _: FeaturePosition) {
        self.words.push(hash);
    }

    #[inline]
    fn part(&mut self, hash: u32, _: FeaturePosition) {
        self.parts.push(hash);
    }
}

/// Makes hashes distinct and ascending, so that scoring reads the weight table in one direction.
fn sort_and_dedup(hashes: &mut Vec<u32>) {
    hashes.sort_unstable();
    hashes.dedup();
}

fn unit_value(features: usize) -> f32 {
    if features == 0 { 0.0 } else { 1.0 / (features as f32).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extracted(text: &str) -> Features {
        let mut features = Features::new();
        features.extract(&Text::of(text));
        features
    }

    fn blocks(text: &str) -> (Vec<u32>, Vec<u32>) {
        let features = extracted(text);
        (features.words, features.parts)
    }

    #[test]
    fn equivalent_texts_have_the_same_features() {
        let table = [
            ("I don’t know", "I don't know"),
            ("soooo bad", "sooooooo bad"),
            ("see http://a.example", "see https://b.example/long?x=1"),
            ("@one hello", "@another hello"),
            ("a &amp; b", "a & b"),
            ("ok :)", "ok :-)))"),
            ("👍🏽 yes", "👍 yes"),
        ];
        for (left, right) in table {
            assert_eq!(blocks(left), blocks(right), "{left} / {right}");
        }
    }

    #[test]
    fn different_texts_have_different_features() {
        for (left, right) in
            [("good", "bad"), ("ok", "OK!"), ("not good", "good not"), ("😂", "😡")]
        {
            assert_ne!(blocks(left), blocks(right), "{left} / {right}");
        }
    }

    #[test]
    fn a_buffer_used_before_gives_the_same_features_as_a_new_one() {
        let mut features = extracted("something long that was here BEFORE, sooo long");
        features.extract(&Text::of("late again"));
        assert_eq!(features.blocks(), extracted("late again").blocks());
    }

    #[test]
    fn characters_beyond_the_limit_are_ignored() {
        let long = "x ".repeat(text::LIMIT);
        let longer = format!("{long}{}", "and much more ".repeat(10_000));
        assert_eq!(extracted(&long).blocks(), extracted(&longer).blocks());
    }

    #[test]
    fn a_text_without_readable_characters_has_no_features() {
        for text in ["", "   \n\t ", "\u{200b}\u{200b}", "\0\0"] {
            assert!(extracted(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn each_block_has_length_one() {
        for (hashes, value) in extracted("the parcel is still not here").blocks() {
            let length: f32 = hashes.iter().map(|_| value * value).sum();
            assert!((length - 1.0).abs() < 1e-5);
        }
    }
}
