//! Visits the features of a text in order, each with its position. The sink decides what to do with
//! them: collect hashes, or add up weights.

use super::hash::{FeatureHash, FeatureKind};
use text::{TokenKind, Tokens};

/// The lengths of word parts in characters, word markers included.
const SHORTEST_PART: usize = 3;
const LONGEST_PART: usize = 5;

/// The position of a feature in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FeaturePosition {
    /// The token of this number, or a part of it.
    Token(u32),
    /// Two adjacent tokens.
    Pair(u32, u32),
    /// The whole text: it contains words in capitals.
    Capitals,
    /// The whole text: it contains elongated words.
    Elongation,
}

/// Receives features as they are found, repeated ones each time.
pub(crate) trait FeatureSink {
    /// A word, a pair of adjacent tokens, or a flag of the whole text.
    fn word(&mut self, hash: u32, position: FeaturePosition);
    /// A part of a word.
    fn part(&mut self, hash: u32, position: FeaturePosition);
}

/// Sends every feature of the text to `sink`, in the order of the text.
pub(super) fn walk(tokens: &Tokens, sink: &mut impl FeatureSink) {
    // The hash of a pair starts with its first token, so it is kept half-finished for the next one.
    let mut previous: Option<(FeatureHash, u32)> = None;
    for (number, (kind, characters)) in (0..).zip(tokens.iter()) {
        let position = FeaturePosition::Token(number);
        sink.word(FeatureHash::new(FeatureKind::Word).with_all(characters).finish(), position);
        // Skipped before `previous` is set: the neighbours of a standalone token still form a pair.
        if kind == TokenKind::Standalone {
            continue;
        }
        if let Some((hash, before)) = previous {
            // 0 separates the tokens: `a bc` is not `ab c`.
            sink.word(
                hash.with(0).with_all(characters).finish(),
                FeaturePosition::Pair(before, number),
            );
        }
        previous = Some((FeatureHash::new(FeatureKind::Pair).with_all(characters), number));
        if kind == TokenKind::Word {
            walk_parts(characters, position, sink);
        }
    }
    let flags = [
        (1, tokens.has_capitals(), FeaturePosition::Capitals),
        (2, tokens.has_elongation(), FeaturePosition::Elongation),
    ];
    for (flag, is_set, position) in flags {
        if is_set {
            sink.word(FeatureHash::new(FeatureKind::Flag).with(flag).finish(), position);
        }
    }
}

/// Sends every window of 3, 4 and 5 characters; a longer window continues the hash of the shorter one.
fn walk_parts(characters: &[char], position: FeaturePosition, sink: &mut impl FeatureSink) {
    for start in 0..characters.len() {
        let window = &characters[start..characters.len().min(start + LONGEST_PART)];
        let mut hash = FeatureHash::new(FeatureKind::Part);
        for (at, &character) in window.iter().enumerate() {
            hash = hash.with(u32::from(character));
            if at + 1 >= SHORTEST_PART {
                sink.part(hash.finish(), position);
            }
        }
    }
}

/// The words at a position, readable for people.
pub(super) fn describe(tokens: &Tokens, position: FeaturePosition) -> String {
    let token = |number: u32| tokens.readable(number);
    match position {
        FeaturePosition::Token(number) => token(number),
        FeaturePosition::Pair(first, second) => format!("{} {}", token(first), token(second)),
        FeaturePosition::Capitals => "(capitals)".to_owned(),
        FeaturePosition::Elongation => "(letters drawn out)".to_owned(),
    }
}
