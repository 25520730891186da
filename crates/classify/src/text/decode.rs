//! Decodes HTML entities (also doubly encoded) and literal `\uXXXX` escapes, which transports leave in
//! texts. Unknown or malformed ones stay as they are.

use super::fold;

/// Appends at most `limit` decoded and folded characters of `text` to `out`.
pub(crate) fn decode(text: &str, limit: usize, out: &mut Vec<char>) {
    let mut rest = text;
    // Bounds the work for a text of characters that fold to nothing.
    let mut steps = limit * 2;
    while out.len() < limit && steps > 0 {
        steps -= 1;
        let Some((character, length)) = next_character(rest) else { return };
        fold::push_folded(character, out);
        rest = &rest[length..];
    }
}

/// The first decoded character of `text`, and its length in `text` in bytes.
pub(crate) fn next_character(text: &str) -> Option<(char, usize)> {
    let first = text.chars().next()?;
    let decoded = match first {
        '&' => entity(text),
        '\\' => escape(text),
        _ => None,
    };
    Some(decoded.unwrap_or((first, first.len_utf8())))
}

/// The character of the entity at the start of `text`, and the length of the entity in bytes.
fn entity(text: &str) -> Option<(char, usize)> {
    const AMP: &str = "&amp;";
    if text.starts_with(AMP) {
        // `&amp;lt;` was encoded twice and means the same as `&lt;`.
        let inner = &text[AMP.len() - 1..];
        return Some(match named_entity(&inner[1..]) {
            Some((character, length)) => (character, AMP.len() + length),
            None => ('&', AMP.len()),
        });
    }
    named_entity(&text[1..]).map(|(character, length)| (character, length + 1))
}

/// The character of the entity whose name starts `name` (after the ampersand), and its length with the
/// semicolon.
fn named_entity(name: &str) -> Option<(char, usize)> {
    // Bounds the look-ahead from every ampersand.
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
        _ => numeric_entity(body)?,
    };
    Some((character, end + 1))
}

fn numeric_entity(body: &str) -> Option<char> {
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
    // JavaScript escapes are UTF-16 units, so an emoji is two of them.
    let first = utf16_unit(text)?;
    if let Some(second) = text.get(LENGTH..).and_then(utf16_unit)
        && (0xd800..0xdc00).contains(&first)
        && (0xdc00..0xe000).contains(&second)
    {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return char::from_u32(code).map(|character| (character, 2 * LENGTH));
    }
    Some((char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), LENGTH))
}

fn utf16_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    // `from_str_radix` accepts a sign.
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
    fn entities_and_escapes_are_decoded_and_malformed_ones_kept() {
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
    fn a_text_of_ignorable_characters_terminates() {
        let mut out = Vec::new();
        decode(&"\u{200b}".repeat(100_000), 100, &mut out);
        assert!(out.is_empty());
    }
}
