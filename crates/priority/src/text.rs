//! The text of a mention as this stage compares it, and the salient words in it.
//!
//! Must not know: points, watchlists.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

pub(crate) use ::text::lower_case_with_straight_apostrophes as normalise;

/// The first `most` different words that say what a text is about: 4 to 24 characters, without
/// addresses, numbers and stop words.
pub(crate) fn salient_words(text: &str, most: usize) -> Vec<&str> {
    let mut salient: Vec<&str> = Vec::with_capacity(most);
    for word in ::text::joined_words(text) {
        // Counts at most 25 characters: a "word" may be a megabyte.
        let is_salient = (4..=24).contains(&word.chars().take(25).count())
            && word.chars().any(char::is_alphabetic)
            && !STOP_WORDS.contains(word);
        if is_salient && !salient.contains(&word) {
            salient.push(word);
            if salient.len() == most {
                break;
            }
        }
    }
    salient
}

/// Frequent words of four letters and more in English, German, Spanish and French.
static STOP_WORDS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| WORDS.into_iter().collect());

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
    fn salient_words_come_in_their_order_without_repetition() {
        let text = "still no fibre with @northline in leeds, fibre!! http://a.b 12345 e-sim-card";
        assert_eq!(salient_words(text, 8), ["fibre", "leeds", "e-sim-card"]);
        assert_eq!(salient_words(text, 1), ["fibre"]);
    }
}
