//! Whether what a phrase says is said of the world, or denied, imagined or quoted.

use super::{Certainty, RiskKind};
use crate::phrases::{Book, Hit, Reading};

/// How many words before a phrase are asked.
const BEFORE: usize = 8;

/// Words that tell of something made up.
const MADE_UP: [&str; 14] = [
    "imagine", "movie", "film", "novel", "episode", "song", "lyrics", "trailer", "book", "series",
    "fiction", "dream", "dreamt", "dreamed",
];

/// Words that set a condition. A threat under a condition is a threat, so they only make doubtful
/// what happens by itself.
const CONDITIONS: [&str; 10] = [
    "if",
    "unless",
    "suppose",
    "hypothetically",
    "hypothetical",
    "wenn",
    "falls",
    "si",
    "se",
    "als",
];

/// Words that make a quotation a report of what was said to somebody.
const REPORTED: [&str; 14] = [
    "told",
    "said",
    "says",
    "saying",
    "called",
    "shouted",
    "screamed",
    "asked",
    "replied",
    "wrote",
    "yelled",
    "answered",
    "threatened",
    "texted",
];

pub(super) fn certainty(book: &Book, reading: &Reading, hit: Hit, kind: RiskKind) -> Certainty {
    let words = reading.words();
    let first = hit.first as usize;
    let sentence = words[first].sentence;
    let before = &words[first.saturating_sub(BEFORE)..first];
    let said_before = |words: &[&str]| {
        let mut near = before.iter().rev().take_while(|word| word.sentence == sentence);
        near.any(|word| words.contains(&reading.spelt(word)))
    };
    let is_title = words[first].is_quoted && !said_before(&REPORTED);
    let is_event = matches!(kind, RiskKind::Safety | RiskKind::Health | RiskKind::SecurityOrFraud);
    let is_imagined = said_before(&MADE_UP) || (is_event && said_before(&CONDITIONS));
    if is_title || is_imagined || book.is_negated(reading, first) {
        Certainty::Doubtful
    } else {
        Certainty::Said
    }
}
