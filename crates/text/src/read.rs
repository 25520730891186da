//! The buffer that holds a text as decoded and folded characters, each with its bytes in the original.

use std::borrow::Cow;
use std::ops::Range;

use crate::{class, decode, fold};

/// The number of characters of a text that are read; the rest is ignored. Longer than any post of a
/// platform with a length limit, and it bounds the time per text.
pub const LIMIT: usize = 4_096;

/// A text: at most [`LIMIT`] characters, decoded and folded, each with its bytes in the original. Keeps
/// case, accents of single characters and emoji. A reusable buffer: keep one per thread; it allocates
/// only for the first texts.
#[derive(Clone, Debug, Default)]
pub struct Text {
    characters: Vec<char>,
    /// By character: its bytes in the original.
    bytes: Vec<ByteSpan>,
    /// The number of line separators among the characters.
    line_separators: usize,
    /// The number of characters until [`LIMIT`], line separators included.
    until_limit: usize,
    is_truncated: bool,
}

#[derive(Clone, Copy, Debug)]
struct ByteSpan {
    start: u32,
    end: u32,
}

impl Text {
    /// An empty buffer: the empty text.
    #[must_use]
    pub fn new() -> Self {
        Text::default()
    }

    /// A text of its own. In a loop, reuse a buffer with [`Text::read`] instead.
    #[must_use]
    pub fn of(original: &str) -> Self {
        let mut text = Text::new();
        text.read(original);
        text
    }

    /// Replaces the contents with `original`. Total: no text panics.
    pub fn read(&mut self, original: &str) {
        self.characters.clear();
        self.bytes.clear();
        self.line_separators = 0;
        // Twice the limit bounds the work for a text of characters that fold to nothing.
        let mut rest = Unread { original, at: 0, steps: LIMIT * 2 };
        self.read_while(&mut rest, |text| text.characters.len() < LIMIT);
        self.until_limit = self.characters.len();
        self.is_truncated = rest.at < original.len();
        // Tokens ignore line separators, so those take nothing away from the limit of tokens.
        self.read_while(&mut rest, |text| text.characters.len() < LIMIT + text.line_separators);
    }

    /// Whether the text is longer than [`LIMIT`] characters, so that its end was not read.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    /// The characters until the limit. Lines end with `\n` or a line separator.
    pub(crate) fn characters(&self) -> &[char] {
        &self.characters[..self.until_limit]
    }

    /// The characters without line separators.
    pub(crate) fn without_line_separators(&self) -> Cow<'_, [char]> {
        if self.line_separators == 0 {
            return Cow::Borrowed(&self.characters);
        }
        let others = self.characters.iter().copied();
        Cow::Owned(others.filter(|&character| !class::is_line_separator(character)).collect())
    }

    /// The (start, end) bytes in the original of these characters; `None` for an empty range.
    pub(crate) fn bytes_of(&self, characters: Range<usize>) -> Option<(u32, u32)> {
        let bytes = &self.bytes[characters];
        Some((bytes.first()?.start, bytes.last()?.end))
    }

    fn read_while(&mut self, rest: &mut Unread<'_>, has_room: impl Fn(&Text) -> bool) {
        while has_room(self) && rest.steps > 0 {
            rest.steps -= 1;
            let Some((character, length)) = decode::next_character(&rest.original[rest.at..])
            else {
                return;
            };
            let bytes = ByteSpan { start: rest.at as u32, end: (rest.at + length) as u32 };
            rest.at += length;
            match character {
                // Line ends stay, because they end sentences.
                ' '..='~' | '\n' => self.push(character, bytes),
                separator if class::is_line_separator(separator) => {
                    self.line_separators += 1;
                    self.push(character, bytes);
                }
                _ => {
                    let (folded, times) = fold::look_alike(character);
                    (0..times).for_each(|_| self.push(folded, bytes));
                }
            }
        }
    }

    fn push(&mut self, character: char, bytes: ByteSpan) {
        self.characters.push(character);
        self.bytes.push(bytes);
    }
}

/// The part of a text that is still to be read.
struct Unread<'a> {
    original: &'a str,
    at: usize,
    /// The most characters that may still be decoded.
    steps: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn characters(text: &str) -> String {
        Text::of(text).characters().iter().collect()
    }

    #[test]
    fn a_text_is_decoded_and_folded_and_keeps_case_and_emoji() {
        let table = [
            ("I don&rsquo;t  KNOW 😀", "I don't  KNOW 😀"),
            ("&amp;lt;3 \\ud83d\\ude00", "<3 😀"),
            ("Caf\u{e9} cafe\u{301}", "Café cafe"),
            ("two\nlines\r\n&#10;", "two\nlines \n\n"),
            ("one\u{2028}two", "one\u{2028}two"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(characters(text), expected, "{text}");
        }
        assert_eq!(Text::of("a\u{2028}b").without_line_separators(), ['a', 'b'].as_slice());
    }

    #[test]
    fn every_character_has_its_bytes_in_the_original() {
        let original = "a&amp;b\u{200b}…\\u00e9";
        let text = Text::of(original);
        let bytes = |n: usize| {
            let (start, end) = text.bytes_of(n..n + 1).unwrap();
            &original[start as usize..end as usize]
        };
        let found: Vec<&str> = (0..text.characters().len()).map(bytes).collect();
        assert_eq!(found, ["a", "&amp;", "b", "…", "…", "…", "\\u00e9"]);
        assert_eq!(text.bytes_of(2..2), None);
    }

    #[test]
    fn a_text_is_truncated_at_the_limit() {
        for (text, length, is_truncated) in [
            ("x".repeat(LIMIT), LIMIT, false),
            ("x".repeat(LIMIT + 1), LIMIT, true),
            ("x".repeat(LIMIT - 1) + "…", LIMIT + 2, false),
            ("\u{200b}".repeat(100_000), 0, true),
            ("\u{200b}".repeat(100), 0, false),
        ] {
            let read = Text::of(&text);
            assert_eq!((read.characters().len(), read.is_truncated()), (length, is_truncated));
        }
    }

    #[test]
    fn line_separators_count_for_words_and_not_for_tokens() {
        let text = Text::of(&("\u{2028}".repeat(10) + &"x".repeat(2 * LIMIT)));
        assert_eq!(text.characters().len(), LIMIT);
        assert_eq!(text.without_line_separators().len(), LIMIT);
    }

    #[test]
    fn a_buffer_used_before_gives_the_same_text_as_a_new_one() {
        let mut text = Text::of("a long\u{2028} text …");
        text.read("late");
        assert_eq!(format!("{text:?}"), format!("{:?}", Text::of("late")));
    }
}
