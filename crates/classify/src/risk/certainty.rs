//! Decides whether a phrase states a risk as a fact, or denies, imagines or quotes it.

use super::{Certainty, RiskClass};
use crate::phrases::{Hit, RuleSet, TokenizedText};

/// The number of words before a phrase that are examined.
const WORDS_BEFORE: usize = 8;

/// Words that introduce fiction or imagination.
const FICTION_WORDS: [&str; 14] = [
    "imagine", "movie", "film", "novel", "episode", "song", "lyrics", "trailer", "rules", "series",
    "fiction", "dream", "dreamt", "dreamed",
];

/// Words that introduce a condition. A conditional threat is still a threat, so they make only events
/// doubtful.
const CONDITION_WORDS: [&str; 10] = [
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

/// Words that make a quotation reported speech, as opposed to a title.
const SPEECH_VERBS: [&str; 14] = [
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

/// Whether `hit` states a risk of `kind` as a fact.
pub(super) fn certainty_of(
    rules: &RuleSet,
    tokens: &TokenizedText,
    hit: Hit,
    kind: RiskClass,
) -> Certainty {
    let words = tokens.words();
    let first = hit.first as usize;
    let sentence = words[first].sentence;
    let before = &words[first.saturating_sub(WORDS_BEFORE)..first];
    let has_before = |words: &[&str]| {
        let mut near = before.iter().rev().take_while(|word| word.sentence == sentence);
        near.any(|word| words.contains(&tokens.spelling(word)))
    };
    // Quotation marks without a verb of speech are a title, such as that of a film.
    let is_title = words[first].is_quoted && !has_before(&SPEECH_VERBS);
    // Events happen by themselves: under a condition they have not happened. A threat has been made.
    let is_event =
        matches!(kind, RiskClass::Safety | RiskClass::Health | RiskClass::SecurityOrFraud);
    let is_hypothetical = has_before(&FICTION_WORDS) || (is_event && has_before(&CONDITION_WORDS));
    if is_title || is_hypothetical || rules.is_negated(tokens, first) {
        Certainty::Doubtful
    } else {
        Certainty::Stated
    }
}
