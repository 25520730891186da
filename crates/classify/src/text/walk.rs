//! The one walk over the tokens of a text: which features it has, in the order of the text. Where
//! they go is the sink's matter: into a buffer of hashes, or into a list with their spelling.

use super::hash::{Hash, Kind as Feature};
use super::tokens::{Kind, Tokens};

/// Parts of words are 3 to 5 characters long, the boundaries of the word included.
const SHORTEST_PART: usize = 3;
const LONGEST_PART: usize = 5;

/// Where the features go as they are found.
pub(super) trait Sink {
    /// A word, or a pair of neighbours.
    fn word(&mut self, hash: Hash, spelled: &[&[char]]);
    /// A part of `word`.
    fn part(&mut self, hash: Hash, word: &[char]);
    /// Something said of the whole text.
    fn flag(&mut self, hash: Hash, name: &'static str);
}

/// The one walk over the tokens: every feature of the recipe, in the order of the text.
pub(super) fn walk(tokens: &Tokens, sink: &mut impl Sink) {
    let mut previous: Option<(Hash, &[char])> = None;
    for (kind, letters) in tokens.iter() {
        sink.word(Hash::of(Feature::Word).with_all(letters), &[letters]);
        if kind == Kind::Aside {
            continue;
        }
        if let Some((hash, before)) = previous {
            sink.word(hash.with(0).with_all(letters), &[before, letters]);
        }
        previous = Some((Hash::of(Feature::Pair).with_all(letters), letters));
        if kind == Kind::Word {
            walk_parts(letters, sink);
        }
    }
    for (flag, is_set, name) in
        [(1, tokens.shouts, "(capitals)"), (2, tokens.drawls, "(letters drawn out)")]
    {
        if is_set {
            sink.flag(Hash::of(Feature::Flag).with(flag), name);
        }
    }
}

/// Every window of 3, 4 and 5 characters; a longer one continues the hash of the shorter.
fn walk_parts(letters: &[char], sink: &mut impl Sink) {
    for start in 0..letters.len() {
        let window = &letters[start..letters.len().min(start + LONGEST_PART)];
        let mut hash = Hash::of(Feature::Part);
        for (at, &letter) in window.iter().enumerate() {
            hash = hash.with(u32::from(letter));
            if at + 1 >= SHORTEST_PART {
                sink.part(hash, letters);
            }
        }
    }
}
