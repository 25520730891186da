//! The line that a desk lists for a record: level, what it is and where, and how the text begins.
//!
//! Must not know: rules, cases, the author.

use mention::{Mention, is_invisible};
use unicode_segmentation::UnicodeSegmentation as _;

/// The most characters of a line.
pub(crate) const MAX_SUBJECT: usize = 150;

/// The line of a mention of which `what` says the level, the kind and the place.
pub(crate) fn of_mention(what: &str, mention: &Mention) -> String {
    let left = MAX_SUBJECT.saturating_sub(what.chars().count() + ": “”".chars().count());
    let begin = excerpt(&mention.text, left);
    let line = match (begin.is_empty(), mention.media.is_empty()) {
        (false, _) => format!("{what}: “{begin}”"),
        (true, false) => format!("{what}, without text, with media"),
        (true, true) => format!("{what}, without text"),
    };
    // The names of platforms are short; a line that is not is cut all the same.
    excerpt(&line, MAX_SUBJECT)
}

/// The line of a control record.
pub(crate) fn of_case(what: &str) -> String {
    excerpt(what, MAX_SUBJECT)
}

/// The beginning of a text in one line, at most `most` characters long, cut between two characters as
/// readers see them: no half emoji, no accent without its letter. Without what has no width, is a control
/// character or changes the direction.
pub(crate) fn excerpt(text: &str, most: usize) -> String {
    let (mut line, mut length) = (String::new(), 0);
    for grapheme in text.graphemes(true) {
        let is_space = grapheme.chars().all(char::is_whitespace);
        if is_space && (line.is_empty() || line.ends_with(' ')) {
            continue;
        }
        let visible = grapheme.chars().filter(|c| !is_invisible(*c));
        let added = if is_space { 1 } else { visible.clone().count() };
        if length + added > most {
            return cut(line, most);
        }
        match is_space {
            true => line.push(' '),
            false => line.extend(visible),
        }
        length += added;
    }
    line.truncate(line.trim_end().len());
    line
}

/// Ends a line that does not hold the whole text with an ellipsis.
fn cut(mut line: String, most: usize) -> String {
    let room = most.saturating_sub(1);
    while line.chars().count() > room {
        let Some((last, _)) = line.grapheme_indices(true).next_back() else { break };
        line.truncate(last);
    }
    line.truncate(line.trim_end().len());
    if most > 0 {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_line_that_ends_between_characters() {
        let cases = [
            ("short", 10, "short"),
            ("  two\n\tlines \u{a0}", 20, "two lines"),
            ("one two three", 8, "one two…"),
            ("a\u{202e}b\u{200b}c\0d", 10, "abcd"),
            // A family is one character of seven; an accent belongs to its letter.
            ("👨\u{200d}👩\u{200d}👧\u{200d}👦 at home", 6, "…"),
            ("👨\u{200d}👩\u{200d}👧\u{200d}👦", 7, "👨\u{200d}👩\u{200d}👧\u{200d}👦"),
            ("cafe\u{301} closed", 5, "caf…"),
            ("", 5, ""),
            ("text", 0, ""),
        ];
        for (text, most, expected) in cases {
            assert_eq!(excerpt(text, most), expected, "{text:?} {most}");
            assert!(excerpt(text, most).chars().count() <= most);
        }
    }

    #[test]
    fn a_line_is_never_empty_and_never_longer_than_its_bound() {
        let mention = |text: &str| Mention { text: text.to_owned(), ..Mention::default() };
        let what = "P2 complaint in public on x";
        let line = of_mention(what, &mention("No signal since noon"));
        assert_eq!(line, "P2 complaint in public on x: “No signal since noon”");
        assert_eq!(
            of_mention(what, &mention("\u{200b}")),
            "P2 complaint in public on x, without text"
        );
        let long = "ü".repeat(5_000);
        assert_eq!(of_mention(what, &mention(&long)).chars().count(), MAX_SUBJECT);
        assert_eq!(of_mention(&long, &mention("t")).chars().count(), MAX_SUBJECT);
    }
}
