//! Text as the lists of this stage expect it. Must not know: what a word is worth.

use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashSet;

/// Lower case, plain apostrophes.
#[must_use]
pub(crate) fn normalise(text: &str) -> String {
    let lower = text.to_lowercase();
    if lower.contains('’') { lower.replace('’', "'") } else { lower }
}

/// Whether a text names a phrase as words of its own; both have been through [`normalise`].
#[must_use]
pub(crate) fn names(text: &str, phrase: &str) -> bool {
    let is_there =
        |at: usize| text[at..].starts_with(phrase) && stands_alone(text, at..at + phrase.len());
    !phrase.is_empty() && text.char_indices().any(|(at, _)| is_there(at))
}

/// Whether these bytes of a text begin and end where words do.
#[must_use]
pub(crate) fn stands_alone(text: &str, place: Range<usize>) -> bool {
    let is_inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (before, behind) = (&text[..place.start], &text[place.end..]);
    !is_inside(before.chars().next_back()) && !is_inside(behind.chars().next())
}

/// The words of a text that may tell what it is about, in their order, each once: of four letters
/// and more, no addresses, numbers or words that stand everywhere.
pub(crate) fn telling(text: &str, most: usize) -> Vec<&str> {
    let mut told: Vec<&str> = Vec::with_capacity(most);
    for token in text.split_whitespace() {
        if token.starts_with("http") || token.starts_with("www.") || token.starts_with('@') {
            continue;
        }
        for word in token.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '\'') {
            let word = word.trim_matches(['-', '\'']);
            let is_telling = (4..=24).contains(&word.chars().take(25).count())
                && word.chars().any(char::is_alphabetic)
                && !EVERYWHERE.contains(word);
            if is_telling && !told.contains(&word) {
                told.push(word);
                if told.len() == most {
                    return told;
                }
            }
        }
    }
    told
}

/// Words of four letters and more that stand everywhere, in English, German, Spanish and French.
static EVERYWHERE: LazyLock<FxHashSet<&str>> = LazyLock::new(|| WORDS.into_iter().collect());

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_named_as_words_of_its_own_only() {
        let cases = [
            ("ask ann lee about it", "ann lee", true),
            ("joann lee", "ann lee", false),
            ("ann leeds", "ann lee", false),
            ("(ann lee)", "ann lee", true),
            ("ann leeds, ann lee", "ann lee", true),
            ("über uns", "uns", true),
            ("ba a a", "a a", true),
            ("anything", "", false),
        ];
        for (text, phrase, expected) in cases {
            assert_eq!(names(text, phrase), expected, "{text}: {phrase}");
        }
    }

    #[test]
    fn the_telling_words_come_in_order_each_once() {
        let text = "still no fibre with @northline in leeds, fibre!! http://a.b 12345 e-sim-card";
        assert_eq!(telling(text, 8), ["fibre", "leeds", "e-sim-card"]);
        assert_eq!(telling(text, 1), ["fibre"]);
    }
}
