//! Normalised text: phrases and salient words in it.
//!
//! Must not know: points, watchlists.

use std::ops::Range;
use std::sync::LazyLock;

use std::collections::HashSet as FxHashSet;

/// The text in lower case with plain apostrophes.
#[must_use]
pub(crate) fn normalise(text: &str) -> String {
    // Phones type the curly apostrophe, rules are written with the straight one.
    let lower = text.to_lowercase();
    if lower.contains('’') { lower.replace('’', "'") } else { lower }
}

/// Whether a text contains a phrase as whole words; both are [normalised](normalise).
#[must_use]
pub(crate) fn contains_phrase(text: &str, phrase: &str) -> bool {
    let is_there =
        |at: usize| text[at..].starts_with(phrase) && is_whole_word(text, at..at + phrase.len());
    !phrase.is_empty() && text.char_indices().any(|(at, _)| is_there(at))
}

/// Whether a range of bytes starts and ends at the boundary of a word.
#[must_use]
pub(crate) fn is_whole_word(text: &str, range: Range<usize>) -> bool {
    let is_inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (before, after) = (&text[..range.start], &text[range.end..]);
    !is_inside(before.chars().next_back()) && !is_inside(after.chars().next())
}

/// The first `most` different words that say what a text is about: 4 to 24 characters, without
/// addresses, numbers and stop words.
pub(crate) fn salient_words(text: &str, most: usize) -> Vec<&str> {
    let mut salient: Vec<&str> = Vec::with_capacity(most);
    for token in text.split_whitespace() {
        if token.starts_with("http") || token.starts_with("www.") || token.starts_with('@') {
            continue;
        }
        for word in token.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '\'') {
            // Hyphens and apostrophes belong to a word, but not at its ends.
            let word = word.trim_matches(['-', '\'']);
            // Counts at most 25 characters: a "word" may be a megabyte.
            let is_salient = (4..=24).contains(&word.chars().take(25).count())
                && word.chars().any(char::is_alphabetic)
                && !STOP_WORDS.contains(word);
            if is_salient && !salient.contains(&word) {
                salient.push(word);
                if salient.len() == most {
                    return salient;
                }
            }
        }
    }
    salient
}

/// Frequent words of four letters and more in English, German, Spanish and French.
pub(crate) static STOP_WORDS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| WORDS.into_iter().collect());

const WORDS: [&str; 116] = [
    "aber", "about", "after", "again", "algo", "alle", "also", "always", "another", "auch", "avec",
    "because", "been", "being", "cette", "como", "could", "cuando", "dann", "dans", "dass", "days",
    "deine", "denn", "desde", "diese", "does", "doesn't", "doing", "don't", "donde", "down",
    "eine", "einen", "ella", "elle", "else", "entre", "esta", "este", "estoy", "euch", "even",
    "ever", "every", "from", "getting", "give", "going", "haben", "hasta", "have", "having",
    "here", "hier", "i'll", "into", "jetzt", "just", "kein", "keine", "know", "like", "mais",
    "make", "many", "mehr", "mein", "meine", "more", "much", "muss", "need", "nicht", "noch",
    "nous", "nuestra", "oder", "only", "other", "over", "para", "pero", "plus", "porque", "pour",
    "same", "schon", "sein", "should", "since", "some", "sont", "still", "than", "that", "their",
    "them", "then", "there", "they", "this", "todo", "very", "vous", "want", "wenn", "were",
    "what", "when", "which", "will", "with", "would", "your", "über",
];

