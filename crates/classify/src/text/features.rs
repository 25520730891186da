//! The reusable buffer that turns a text into hashed features, once, for every model.

use super::tokens::Tokens;
use super::walk::{Place, Sink, spell, walk};
use super::{LIMIT, decode};

/// The name of the way from text to features. A model trained with another recipe is refused: its
/// weights would stand at other columns. Change it whenever a feature, its hash or its value changes.
pub const RECIPE: &str = "harken-text-1";

/// The hashed features of one text.
///
/// Two blocks: words (1- and 2-grams of tokens, flags) and parts (3- to 5-grams of characters
/// within words). A feature is present or absent; each block has length 1, so every feature of a
/// block of n has the value 1/√n. Keep one buffer a thread and extract into it again and again:
/// after the first texts it allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Features {
    characters: Vec<char>,
    tokens: Tokens,
    words: Vec<u32>,
    parts: Vec<u32>,
}

impl Features {
    /// An empty buffer: the features of the empty text.
    pub fn new() -> Self {
        Features::default()
    }

    /// Replaces the contents by the features of `text`. Total: no text panics, and only the first
    /// [`TEXT_LIMIT`](crate::TEXT_LIMIT) characters are considered.
    pub fn extract(&mut self, text: &str) {
        self.characters.clear();
        self.words.clear();
        self.parts.clear();
        decode::decode(text, LIMIT, &mut self.characters);
        self.tokens.read(&self.characters);
        walk(&self.tokens, &mut Hashes { words: &mut self.words, parts: &mut self.parts });
        sort_and_fold(&mut self.words);
        sort_and_fold(&mut self.parts);
    }

    /// How many distinct features the text has.
    pub fn len(&self) -> usize {
        self.words.len() + self.parts.len()
    }

    /// Whether the text said nothing a model could read.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.parts.is_empty()
    }

    /// The two blocks: ascending hashes and the value each of them has.
    pub(crate) fn blocks(&self) -> [(&[u32], f32); 2] {
        [&self.words, &self.parts].map(|block| (block.as_slice(), unit(block.len())))
    }

    /// The hash of the text as one word feature, when it is exactly one token (for lexicons).
    #[cfg(feature = "train")]
    pub(crate) fn single_word(&self) -> Option<u32> {
        match self.words.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// Walks once more over the features, those said often as often, and where they stand.
    #[inline]
    pub(crate) fn walk(&self, sink: &mut impl Sink) {
        walk(&self.tokens, sink);
    }

    /// What stands at a place that the walk gave, as a person reads it.
    pub(crate) fn spell(&self, place: Place) -> String {
        spell(&self.tokens, place)
    }
}

struct Hashes<'a> {
    words: &'a mut Vec<u32>,
    parts: &'a mut Vec<u32>,
}

impl Sink for Hashes<'_> {
    #[inline]
    fn word(&mut self, hash: u32, _: Place) {
        self.words.push(hash);
    }

    #[inline]
    fn part(&mut self, hash: u32, _: Place) {
        self.parts.push(hash);
    }
}

/// Ascending and distinct: said often is said once, and the walk over the weights goes one way.
fn sort_and_fold(hashes: &mut Vec<u32>) {
    hashes.sort_unstable();
    hashes.dedup();
}

fn unit(features: usize) -> f32 {
    if features == 0 { 0.0 } else { 1.0 / (features as f32).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extracted(text: &str) -> Features {
        let mut features = Features::new();
        features.extract(text);
        features
    }

    fn blocks(text: &str) -> (Vec<u32>, Vec<u32>) {
        let features = extracted(text);
        (features.words, features.parts)
    }

    #[test]
    fn texts_that_mean_the_same_have_the_same_features() {
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
    fn texts_that_mean_something_else_have_other_features() {
        for (left, right) in
            [("good", "bad"), ("ok", "OK!"), ("not good", "good not"), ("😂", "😡")]
        {
            assert_ne!(blocks(left), blocks(right), "{left} / {right}");
        }
    }

    #[test]
    fn a_buffer_used_before_gives_the_same_features_as_a_new_one() {
        let mut features = extracted("something long that was here BEFORE, sooo long");
        features.extract("late again");
        assert_eq!(features.blocks(), extracted("late again").blocks());
    }

    #[test]
    fn only_the_first_characters_are_considered() {
        let long = "x ".repeat(LIMIT);
        let longer = format!("{long}{}", "and much more ".repeat(10_000));
        assert_eq!(extracted(&long).blocks(), extracted(&longer).blocks());
    }

    #[test]
    fn nothing_readable_has_no_features() {
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
