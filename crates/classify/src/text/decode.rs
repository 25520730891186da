//! Undoes what transports add to a text: HTML entities (also doubly encoded) and `\uXXXX` escapes
//! left as letters. Unknown or broken ones stay as they are.

use super::fold;

/// Appends at most `limit` decoded and folded characters of `text` to `out`.
pub(crate) fn decode(text: &str, limit: usize, out: &mut Vec<char>) {
    let mut rest = text;
    // The second bound holds for texts made of characters that fold to nothing.
    let mut steps = limit * 2;
    while out.len() < limit && steps > 0 {
        steps -= 1;
        let Some((character, length)) = next(rest) else { return };
        fold::push(character, out);
        rest = &rest[length..];
    }
}

/// The first character of `text` as a reader sees it, and how many bytes of `text` it stands in.
pub(crate) fn next(text: &str) -> Option<(char, usize)> {
    let first = text.chars().next()?;
    let decoded = match first {
        '&' => entity(text),
        '\\' => escape(text),
        _ => None,
    };
    Some(decoded.unwrap_or((first, first.len_utf8())))
}

/// The character named by the entity at the start of `text`, and the entity's length in bytes.
fn entity(text: &str) -> Option<(char, usize)> {
    const AMP: &str = "&amp;";
    if text.starts_with(AMP) {
        // `&amp;lt;` was encoded twice: read what `&lt;` would be.
        let inner = &text[AMP.len() - 1..];
        return Some(match named(&inner[1..]) {
            Some((character, length)) => (character, AMP.len() + length),
            None => ('&', AMP.len()),
        });
    }
    named(&text[1..]).map(|(character, length)| (character, length + 1))
}

/// The entity whose name starts at `name` (after the ampersand), and its length with semicolon.
fn named(name: &str) -> Option<(char, usize)> {
    const LONGEST: usize = 10;
    let end = name.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let body = &name[..end];
    let character = match body {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "hellip" => '…',
        "ndash" | "mdash" => '-',
        "lsquo" | "rsquo" => '\'',
        "ldquo" | "rdquo" => '"',
        _ => numbered(body)?,
    };
    Some((character, end + 1))
}

fn numbered(body: &str) -> Option<char> {
    let digits = body.strip_prefix('#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(code)
}

/// A `\uXXXX` escape, or two that form a surrogate pair. A lone surrogate becomes U+FFFD.
fn escape(text: &str) -> Option<(char, usize)> {
    const LENGTH: usize = 6;
    let first = unit(text)?;
    if let Some(second) = text.get(LENGTH..).and_then(unit)
        && (0xd800..0xdc00).contains(&first)
        && (0xdc00..0xe000).contains(&second)
    {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return char::from_u32(code).map(|character| (character, 2 * LENGTH));
    }
    Some((char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), LENGTH))
}

fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> String {
        let mut out = Vec::new();
        decode(text, 100, &mut out);
        out.into_iter().collect()
    }

    #[test]
    fn entities_and_escapes_are_read_and_broken_ones_left_alone() {
        let table = [
            ("a &amp; b", "a & b"),
            ("&lt;3 &#128077; &#x1F44D;", "<3 👍 👍"),
            ("&amp;lt;3 &amp;amp; more", "<3 & more"),
            ("I don&rsquo;t", "I don't"),
            ("tom\\u002c dick", "tom, dick"),
            ("fine \\ud83d\\ude00", "fine 😀"),
            ("lone \\ud83d here", "lone \u{fffd} here"),
            ("&unknown; &", "&unknown; &"),
            ("&#999999999; &#xd800;", "&#999999999; &#xd800;"),
            ("\\u00 \\u+123 \\", "\\u00 \\u+123 \\"),
            ("&é;", "&é;"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(decoded(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_of_invisible_characters_ends() {
        let mut out = Vec::new();
        decode(&"\u{200b}".repeat(100_000), 100, &mut out);
        assert!(out.is_empty());
    }
}
