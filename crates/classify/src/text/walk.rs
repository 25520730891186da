//! The one walk over the tokens of a text: which features it has, in the order of the text, and
//! where each stands. What becomes of them is the sink's matter: a buffer of hashes, or weights.

use super::hash::{Hash, Kind as Feature};
use super::tokens::{Kind, Tokens, readable};

/// Parts of words are 3 to 5 characters long, the boundaries of the word included.
const SHORTEST_PART: usize = 3;
const LONGEST_PART: usize = 5;

/// Where a feature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The token of that number, whole or a part of it.
    Token(u32),
    /// Two neighbours.
    Pair(u32, u32),
    /// The whole text: it has words in capitals.
    Capitals,
    /// The whole text: it has letters drawn out.
    DrawnOut,
}

/// Where the features go as they are found. Those said often come often.
pub(crate) trait Sink {
    /// A word, a pair of neighbours, something said of the whole text.
    fn word(&mut self, hash: u32, place: Place);
    /// A part of a word.
    fn part(&mut self, hash: u32, place: Place);
}

/// The one walk over the tokens: every feature of the recipe, in the order of the text.
pub(super) fn walk(tokens: &Tokens, sink: &mut impl Sink) {
    let mut previous: Option<(Hash, u32)> = None;
    for (number, (kind, letters)) in (0..).zip(tokens.iter()) {
        let place = Place::Token(number);
        sink.word(Hash::of(Feature::Word).with_all(letters).finish(), place);
        if kind == Kind::Aside {
            continue;
        }
        if let Some((hash, before)) = previous {
            sink.word(hash.with(0).with_all(letters).finish(), Place::Pair(before, number));
        }
        previous = Some((Hash::of(Feature::Pair).with_all(letters), number));
        if kind == Kind::Word {
            walk_parts(letters, place, sink);
        }
    }
    let flags = [(1, tokens.shouts, Place::Capitals), (2, tokens.drawls, Place::DrawnOut)];
    for (flag, is_set, place) in flags {
        if is_set {
            sink.word(Hash::of(Feature::Flag).with(flag).finish(), place);
        }
    }
}

/// Every window of 3, 4 and 5 characters; a longer one continues the hash of the shorter.
fn walk_parts(letters: &[char], place: Place, sink: &mut impl Sink) {
    for start in 0..letters.len() {
        let window = &letters[start..letters.len().min(start + LONGEST_PART)];
        let mut hash = Hash::of(Feature::Part);
        for (at, &letter) in window.iter().enumerate() {
            hash = hash.with(u32::from(letter));
            if at + 1 >= SHORTEST_PART {
                sink.part(hash.finish(), place);
            }
        }
    }
}

/// What stands there, as a person reads it.
pub(super) fn spell(tokens: &Tokens, place: Place) -> String {
    let token = |number: u32| tokens.get(number).map(readable).unwrap_or_default();
    match place {
        Place::Token(number) => token(number),
        Place::Pair(first, second) => format!("{} {}", token(first), token(second)),
        Place::Capitals => "(capitals)".to_owned(),
        Place::DrawnOut => "(letters drawn out)".to_owned(),
    }
}
