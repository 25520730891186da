//! Cuts a text into raw tokens, each with the bytes of the original it stands in. Looks ahead a
//! bounded distance; what it looks at is consumed.

use super::fold;
use crate::text::{decode, fold as signs};

/// What stands between two tokens, from the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Break {
    /// Nothing or a space.
    #[default]
    None,
    /// A comma, a colon, a dash.
    Clause,
    /// A full stop or a line end.
    Sentence,
}

/// A character as it is read, with its bytes in the original.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letter {
    pub(super) sign: char,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Replaces `out` by at most `limit` decoded and folded characters of `text`. Answers whether
/// something was left unread.
pub(super) fn letters(text: &str, limit: usize, out: &mut Vec<Letter>) -> bool {
    out.clear();
    let mut at = 0;
    let mut steps = limit * 2;
    let mut folded = Vec::with_capacity(4);
    while out.len() < limit && steps > 0 {
        steps -= 1;
        let Some((sign, length)) = decode::next(&text[at..]) else { return false };
        let (start, end) = (at as u32, (at + length) as u32);
        match sign {
            '\n' | '\u{2028}' | '\u{2029}' => out.push(Letter { sign: '\n', start, end }),
            ' '..='~' => out.push(Letter { sign, start, end }),
            _ => {
                folded.clear();
                signs::push(sign, &mut folded);
                out.extend(folded.iter().map(|&sign| Letter { sign, start, end }));
            }
        }
        at += length;
    }
    at < text.len()
}

/// Letters, digits, and the vowel signs of the scripts of India.
pub(super) fn is_letter(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '\u{900}'..='\u{dff}')
}

/// Appends the folded letters of a word at the start of `text` to `out`; answers how many
/// characters it took. Apostrophes between letters vanish (`don't` is `dont`), but the short
/// words of French and Italian stand alone (`d'accord` is `d` and `accord`).
pub(super) fn word(text: &[Letter], out: &mut String) -> usize {
    let from = out.len();
    let mut at = 0;
    while let Some(letter) = text.get(at) {
        let next = text.get(at + 1).is_some_and(|next| is_letter(next.sign));
        let inside = letter.sign == '\'' && next;
        if is_letter(letter.sign) {
            fold::push(letter.sign, out);
            fold::shorten(out, from);
        } else if !inside || is_short(&out[from..]) {
            break;
        }
        at += 1;
    }
    at
}

fn is_short(word: &str) -> bool {
    matches!(word, "l" | "d" | "j" | "n" | "s" | "c" | "m" | "t" | "qu" | "un" | "dell" | "all")
}

/// How many characters a number takes: digits with single `.`, `,` or `:` between digits, and
/// letters directly behind (`24h`, `10k`, `1st`).
pub(super) fn number(text: &[Letter]) -> usize {
    let mut at = 0;
    while let Some(letter) = text.get(at) {
        let digit_follows = text.get(at + 1).is_some_and(|next| next.sign.is_ascii_digit());
        if !(is_letter(letter.sign) || matches!(letter.sign, '.' | ',' | ':') && digit_follows) {
            break;
        }
        at += 1;
    }
    at
}

/// How many characters an address of the web takes, if one begins here: `https://…`, `www.…`, or a
/// name with a well-known ending (`example.com/…`).
pub(super) fn address(text: &[Letter]) -> Option<usize> {
    let stop = |letter: &Letter| letter.sign.is_whitespace();
    let whole = || text.iter().position(stop).unwrap_or(text.len());
    if starts(text, "http://") || starts(text, "https://") || starts(text, "www.") {
        return Some(whole());
    }
    const LONGEST_NAME: usize = 40;
    let near = &text[..text.len().min(LONGEST_NAME)];
    let name = near.iter().position(|l| !(l.sign.is_ascii_alphanumeric() || l.sign == '-'))?;
    if name < 2 || near[name].sign != '.' {
        return None;
    }
    let ending = &text[name + 1..];
    let length = ending.iter().take(8).position(|l| !l.sign.is_ascii_alphabetic());
    let length = length.unwrap_or(ending.len().min(8));
    const ENDINGS: [&str; 16] = [
        "com", "net", "org", "io", "co", "ly", "biz", "info", "example", "gift", "shop", "xyz",
        "link", "site", "online", "club",
    ];
    let known = ENDINGS.iter().any(|known| known.len() == length && starts(ending, known));
    let path = length >= 2 && ending.get(length).is_some_and(|letter| letter.sign == '/');
    (known || path).then(whole)
}

fn starts(text: &[Letter], prefix: &str) -> bool {
    text.len() >= prefix.len()
        && prefix.chars().zip(text).all(|(expected, l)| l.sign.eq_ignore_ascii_case(&expected))
}
