//! Whether what a phrase says is said of the world, or denied, imagined or quoted.

use super::Certainty;
use crate::phrases::{Book, Hit, Reading};

/// How many words before a phrase are asked.
const BEFORE: usize = 8;

/// Words that make what follows imagined or told of elsewhere.
const IMAGINED: [&str; 24] = [
    "if",
    "unless",
    "imagine",
    "suppose",
    "hypothetically",
    "hypothetical",
    "movie",
    "film",
    "novel",
    "episode",
    "song",
    "lyrics",
    "trailer",
    "book",
    "series",
    "fiction",
    "wenn",
    "falls",
    "si",
    "se",
    "als",
    "dream",
    "dreamt",
    "dreamed",
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

pub(super) fn certainty(book: &Book, reading: &Reading, hit: Hit) -> Certainty {
    let words = reading.words();
    let first = hit.first as usize;
    let sentence = words[first].sentence;
    let before = &words[first.saturating_sub(BEFORE)..first];
    let said_before = |words: &[&str]| {
        let mut near = before.iter().rev().take_while(|word| word.sentence == sentence);
        near.any(|word| words.contains(&reading.spelt(word)))
    };
    let is_title = words[first].is_quoted && !said_before(&REPORTED);
    if is_title || said_before(&IMAGINED) || book.is_negated(reading, first) {
        Certainty::Doubtful
    } else {
        Certainty::Said
    }
}
