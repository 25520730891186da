//! Features with their spelling, so that a person can read what a model looked at. Only on demand:
//! the road that scores never builds a string.

use super::hash::Hash;
use super::tokens::readable;
use super::walk::Sink;

/// Which block of the features a hash belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Block {
    Words,
    Parts,
}

/// A feature of a text and the words it was found in. Parts of a word are spelled as the word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spelled {
    pub(crate) block: Block,
    pub(crate) hash: u32,
    pub(crate) words: String,
}

/// Collects the features of one text.
#[derive(Debug, Default)]
pub(super) struct Speller {
    found: Vec<Spelled>,
}

impl Speller {
    /// Each feature once, spelled as where it stood first.
    pub(super) fn finish(mut self) -> Vec<Spelled> {
        // Stable: of equal hashes the one found first stays.
        self.found.sort_by_key(|feature| (feature.block, feature.hash));
        self.found.dedup_by_key(|feature| (feature.block, feature.hash));
        self.found
    }

    fn push(&mut self, block: Block, hash: Hash, words: String) {
        self.found.push(Spelled { block, hash: hash.finish(), words });
    }
}

impl Sink for Speller {
    fn word(&mut self, hash: Hash, spelled: &[&[char]]) {
        let words: Vec<String> = spelled.iter().map(|letters| readable(letters)).collect();
        self.push(Block::Words, hash, words.join(" "));
    }

    fn part(&mut self, hash: Hash, word: &[char]) {
        self.push(Block::Parts, hash, readable(word));
    }

    fn flag(&mut self, hash: Hash, name: &'static str) {
        self.push(Block::Words, hash, name.to_owned());
    }
}
