//! Lengths of raw tokens in a text of decoded characters. Every function looks ahead a bounded distance
//! or consumes what it looked at, so the total work is linear.

use super::fold;
use crate::text::{decode, fold as characters};

/// The boundary between two tokens, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Boundary {
    /// Nothing, or a space.
    #[default]
    None,
    /// A comma, a colon, a dash.
    Clause,
    /// A full stop or a line end.
    Sentence,
}

/// A decoded and folded character with its bytes in the original.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoldedChar {
    pub(super) character: char,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Replaces `out` with at most `limit` decoded and folded characters of `text`. Returns whether part
/// of the text is left.
pub(super) fn decode_and_fold(text: &str, limit: usize, out: &mut Vec<FoldedChar>) -> bool {
    out.clear();
    let mut at = 0;
    // Bounds the work for a text of characters that fold to nothing.
    let mut steps = limit * 2;
    let mut folded = Vec::with_capacity(4);
    while out.len() < limit && steps > 0 {
        steps -= 1;
        let Some((character, length)) = decode::next_character(&text[at..]) else { return false };
        let (start, end) = (at as u32, (at + length) as u32);
        match character {
            '\n' | '\u{2028}' | '\u{2029}' => out.push(FoldedChar { character: '\n', start, end }),
            ' '..='~' => out.push(FoldedChar { character, start, end }),
            _ => {
                folded.clear();
                characters::push_folded(character, &mut folded);
                out.extend(folded.iter().map(|&character| FoldedChar { character, start, end }));
            }
        }
        at += length;
    }
    at < text.len()
}

/// Letters, digits, and the vowel signs of the scripts of India.
pub(super) fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '\u{900}'..='\u{dff}')
}

/// Appends the folded word at the start of `text` to `out` and returns its length in characters. Drops
/// apostrophes between letters (`don't` is `dont`), but splits elided French and Italian articles
/// (`d'accord` is `d` and `accord`).
pub(super) fn read_word(text: &[FoldedChar], out: &mut String) -> usize {
    let from = out.len();
    let mut at = 0;
    while let Some(c) = text.get(at) {
        let next = text.get(at + 1).is_some_and(|next| is_word_character(next.character));
        let inside = c.character == '\'' && next;
        if is_word_character(c.character) {
            fold::push_folded(c.character, out);
            fold::limit_run_to_two(out, from);
        } else if !inside || is_elided_article(&out[from..]) {
            break;
        }
        at += 1;
    }
    at
}

fn is_elided_article(word: &str) -> bool {
    matches!(word, "l" | "d" | "j" | "n" | "s" | "c" | "m" | "t" | "qu" | "un" | "dell" | "all")
}

/// The length of a number in characters: digits with single `.`, `,` or `:` between them, and the
/// letters directly after (`24h`, `10k`, `1st`).
pub(super) fn number_length(text: &[FoldedChar]) -> usize {
    let mut at = 0;
    while let Some(c) = text.get(at) {
        let digit_follows = text.get(at + 1).is_some_and(|next| next.character.is_ascii_digit());
        if !(is_word_character(c.character)
            || matches!(c.character, '.' | ',' | ':') && digit_follows)
        {
            break;
        }
        at += 1;
    }
    at
}

/// The length in characters of a URL at the start of `text`, if there is one: `https://…`, `www.…`, or
/// a host name with a path or a common top-level domain (`example.com`).
pub(super) fn url_length(text: &[FoldedChar]) -> Option<usize> {
    let stop = |c: &FoldedChar| c.character.is_whitespace();
    let whole = || text.iter().position(stop).unwrap_or(text.len());
    if starts_with_ignoring_case(text, "http://")
        || starts_with_ignoring_case(text, "https://")
        || starts_with_ignoring_case(text, "www.")
    {
        return Some(whole());
    }
    // Bounds the look-ahead from every word.
    const MAX_HOST_LENGTH: usize = 40;
    let near = &text[..text.len().min(MAX_HOST_LENGTH)];
    let name =
        near.iter().position(|c| !(c.character.is_ascii_alphanumeric() || c.character == '-'))?;
    if name < 2 || near[name].character != '.' {
        return None;
    }
    let ending = &text[name + 1..];
    let length = ending.iter().take(8).position(|c| !c.character.is_ascii_alphabetic());
    let length = length.unwrap_or(ending.len().min(8));
    const TOP_LEVEL_DOMAINS: [&str; 16] = [
        "com", "net", "org", "io", "co", "ly", "biz", "info", "example", "gift", "shop", "xyz",
        "link", "site", "online", "club",
    ];
    let is_common = TOP_LEVEL_DOMAINS
        .iter()
        .any(|domain| domain.len() == length && starts_with_ignoring_case(ending, domain));
    let has_path = length >= 2 && ending.get(length).is_some_and(|c| c.character == '/');
    (is_common || has_path).then(whole)
}

fn starts_with_ignoring_case(text: &[FoldedChar], prefix: &str) -> bool {
    text.len() >= prefix.len()
        && prefix.chars().zip(text).all(|(expected, c)| c.character.eq_ignore_ascii_case(&expected))
}
