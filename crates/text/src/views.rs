//! A whole text in the form in which it is compared. Neither entities nor look-alikes are folded.

use crate::class::is_invisible;
use crate::fold::push_lower;

/// The text in lower case.
#[must_use]
pub fn lower_case(text: &str) -> String {
    text.to_lowercase()
}

/// The text in lower case with plain apostrophes.
#[must_use]
pub fn lower_case_with_straight_apostrophes(text: &str) -> String {
    // Phones type the curly apostrophe, rules are written with the straight one.
    let lower = lower_case(text);
    if lower.contains('’') { lower.replace('’', "'") } else { lower }
}

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
            push_lower(c, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_is_that_of_a_string() {
        // At the end of a word the lower case of sigma is another letter.
        for (text, expected) in [("ΟΔΟΣ Σ", "οδος σ"), ("İ’S", "i\u{307}’s"), ("&AMP;", "&amp;")]
        {
            assert_eq!(lower_case(text), expected);
        }
        assert_eq!(lower_case_with_straight_apostrophes("Don’t “GO”"), "don't “go”");
    }

    #[test]
    fn plain_text_folds_case_white_space_and_invisible_characters() {
        let cases = [
            ("", ""),
            (" \n\t ", ""),
            ("  My  ROUTER\nis down ", "my router is down"),
            ("Straße ÄÖ", "straße äö"),
            ("ΟΔΟΣ İ", "οδοσ i\u{307}"),
            ("zero\u{200b}width\u{feff}", "zerowidth"),
            ("a \u{200b} b", "a b"),
            ("cafe\u{301} \u{2066}x", "cafe\u{301} \u{2066}x"),
            ("really?!", "really?!"),
            ("see https://x.y/Z", "see https://x.y/z"),
        ];
        for (text, expected) in cases {
            let mut out = String::new();
            plain(text, &mut out);
            assert_eq!(out, expected, "{text:?}");
        }
    }
}
