//! The two forms in which texts are compared.
//!
//! The plain text identifies copies by one author and keeps every word, link and sign. Its words find
//! near-duplicates and leave out the parts that vary between them: links, handles and punctuation.
//!
//! Must not know: hashes, mentions.

/// Appends `text` to `out` in lower case, without invisible characters and with each run of white
/// space as one space.
pub fn plain(text: &str, out: &mut String) {
    let mut is_apart = false;
    for c in text.chars() {
        if c.is_whitespace() {
            is_apart = !out.is_empty();
        } else if !is_invisible(c) {
            if is_apart {
                out.push(' ');
                is_apart = false;
            }
            // `char::to_lowercase` is slow, and most characters are ASCII.
            if c.is_ascii() {
                out.push(c.to_ascii_lowercase());
            } else {
                out.extend(c.to_lowercase());
            }
        }
    }
}

/// Calls `each` with every word of a plain text: a run of letters and digits. In scripts without
/// spaces, every pair of neighbouring characters is a word.
pub fn words(plain: &str, mut each: impl FnMut(&str)) {
    for token in plain.split(' ').filter(|token| !is_address(token)) {
        let is_mark = |c: char| !c.is_alphanumeric();
        for run in token.split(is_mark).filter(|run| !run.is_empty()) {
            match run.is_ascii() || !run.contains(is_unspaced) {
                true => each(run),
                false => pairs(run, &mut each),
            }
        }
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

fn pairs(run: &str, each: &mut impl FnMut(&str)) {
    let edges: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
    // A single character has no neighbour and is a word itself.
    if edges.len() == 2 {
        each(run);
    }
    for edge in edges.windows(3) {
        each(&run[edge[0]..edge[2]]);
    }
}

fn is_address(token: &str) -> bool {
    ["@", "http://", "https://", "www."].iter().any(|start| token.starts_with(start))
}

/// Whether `c` is a soft hyphen, a zero-width or direction mark, or a variation selector.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' |
        '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Whether `c` belongs to a script without spaces: Thai to Myanmar, Khmer, kana, ideographs.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' |
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_of(text: &str) -> String {
        let mut out = String::new();
        plain(text, &mut out);
        out
    }

    #[test]
    fn plain_text_folds_case_white_space_and_invisible_characters() {
        let cases = [
            ("", ""),
            (" \n\t ", ""),
            ("  My  ROUTER\nis down ", "my router is down"),
            ("Straße ÄÖ", "straße äö"),
            ("zero\u{200b}width\u{feff}", "zerowidth"),
            ("a \u{200b} b", "a b"),
            ("really?!", "really?!"),
            ("see https://x.y/Z", "see https://x.y/z"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain_of(text), expected, "{text:?}");
        }
    }

    #[test]
    fn words_leave_out_links_handles_and_punctuation() {
        let cases: [(&str, &[&str]); 6] = [
            ("my router, again: it's down!", &["my", "router", "again", "it", "s", "down"]),
            ("@brand see https://x.y/z www.a.b now", &["see", "now"]),
            ("包裹在哪", &["包裹", "裹在", "在哪"]),
            ("哪", &["哪"]),
            ("naïve été", &["naïve", "été"]),
            ("😡 … !!", &[]),
        ];
        for (text, expected) in cases {
            let mut found = Vec::new();
            words(text, |word| found.push(word.to_owned()));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn an_ideograph_weighs_two_letters() {
        for (word, expected) in [("router", 6), ("été", 3), ("包裹", 4)] {
            assert_eq!(weight(word), expected, "{word}");
        }
    }
}
