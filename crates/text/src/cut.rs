//! Words of a text in lower case, and where words begin and end.

use std::ops::Range;

use crate::class::is_unspaced;

/// Whether a range of bytes starts and ends at the boundary of a word. Scripts without spaces have a
/// boundary at spaces and punctuation only, so a name within a sentence is no whole word there.
#[must_use]
pub fn is_whole_word(text: &str, range: Range<usize>) -> bool {
    let is_inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (before, after) = (&text[..range.start], &text[range.end..]);
    !is_inside(before.chars().next_back()) && !is_inside(after.chars().next())
}

/// Calls `each` with every word of a [`plain`](crate::plain) text outside addresses: a run of letters
/// and digits. In scripts without spaces, every pair of neighbouring characters is a word.
pub fn each_word_or_pair(plain: &str, mut each: impl FnMut(&str)) {
    for token in plain.split(' ').filter(|token| !is_address(token)) {
        let is_mark = |c: char| !c.is_alphanumeric();
        for run in token.split(is_mark).filter(|run| !run.is_empty()) {
            match run.is_ascii() || !run.contains(is_unspaced) {
                true => each(run),
                false => each_pair(run, &mut each),
            }
        }
    }
}

fn each_pair(run: &str, each: &mut impl FnMut(&str)) {
    let edges: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
    // A single character has no neighbour and is a word itself.
    if edges.len() == 2 {
        each(run);
    }
    for edge in edges.windows(3) {
        each(&run[edge[0]..edge[2]]);
    }
}

/// The weight of a word in letters and digits; a character of a script without spaces counts as two.
#[must_use]
pub fn weight(word: &str) -> usize {
    match word.is_ascii() {
        true => word.len(),
        false => word.chars().map(|c| if is_unspaced(c) { 2 } else { 1 }).sum(),
    }
}

/// The words of a text in lower case outside addresses, with the hyphens and apostrophes inside them
/// (`e-sim-card`). Some are empty.
pub fn joined_words(text: &str) -> impl Iterator<Item = &str> {
    let is_mark = |c: char| !c.is_alphanumeric() && c != '-' && c != '\'';
    let tokens = text.split_whitespace().filter(|token| !is_address(token) && !is_scheme(token));
    tokens.flat_map(move |token| token.split(is_mark)).map(|word| word.trim_matches(['-', '\'']))
}

fn is_address(token: &str) -> bool {
    ["@", "http://", "https://", "www."].iter().any(|start| token.starts_with(start))
}

/// Whether a token starts as an address does that lost its punctuation (`http`, `https:`).
fn is_scheme(token: &str) -> bool {
    token.starts_with("http")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_word_has_no_letter_or_digit_beside_it() {
        let cases = [
            ("ask ann lee about it", "ann lee", true),
            ("joann lee", "ann lee", false),
            ("ann leeds", "ann lee", false),
            ("(ann lee)", "ann lee", true),
            ("#acme_care", "acme", true),
            ("acme2", "acme", false),
            ("über uns", "uns", true),
            ("übers", "ber", false),
            ("我的荷物在哪", "荷物", false),
        ];
        for (text, phrase, expected) in cases {
            let at = text.find(phrase).unwrap();
            assert_eq!(is_whole_word(text, at..at + phrase.len()), expected, "{text}: {phrase}");
        }
    }

    #[test]
    fn words_leave_out_links_handles_and_punctuation() {
        let cases: [(&str, &[&str]); 7] = [
            ("my router, again: it's down!", &["my", "router", "again", "it", "s", "down"]),
            ("@brand see https://x.y/z www.a.b now", &["see", "now"]),
            ("包裹在哪", &["包裹", "裹在", "在哪"]),
            ("哪", &["哪"]),
            ("naïve été", &["naïve", "été"]),
            ("शक्ति", &["शक", "ति"]),
            ("😡 … !!", &[]),
        ];
        for (text, expected) in cases {
            let mut found = Vec::new();
            each_word_or_pair(text, |word| found.push(word.to_owned()));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn joined_words_keep_the_hyphens_and_apostrophes_inside_them() {
        let cases = [
            ("still no fibre, '12 e-sim-card-", "still|no|fibre||12|e-sim-card"),
            ("don't @you http://a.b httpd www.a.b ok", "don't|ok"),
            ("--", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(joined_words(text).collect::<Vec<_>>().join("|"), expected, "{text}");
        }
    }

    #[test]
    fn an_ideograph_weighs_two_letters() {
        for (word, expected) in [("router", 6), ("été", 3), ("包裹", 4)] {
            assert_eq!(weight(word), expected, "{word}");
        }
    }
}
