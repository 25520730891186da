//! From bytes to a JSON value, with a defined answer to every kind of damage.
//!
//! A lone surrogate (an emoji cut in half by a sender that counts UTF-16 units) is mended to
//! U+FFFD, because a customer stands behind it; whatever else is no JSON is refused.

use serde_json::Value;

use crate::Refused;

/// Parses one JSON text.
///
/// # Errors
/// [`Refused::NotUtf8`] and [`Refused::NotJson`].
pub fn parse(bytes: &[u8]) -> Result<Value, Refused> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refused::NotUtf8)?;
    serde_json::from_str(text)
        .or_else(|error| {
            let mended = mended(text).ok_or(error)?;
            serde_json::from_str(&mended)
        })
        .map_err(|error| not_json(&error))
}

/// Where a text stops being JSON; the library's own message may quote the text.
pub(crate) fn not_json(error: &serde_json::Error) -> Refused {
    Refused::NotJson { line: error.line().max(1), column: error.column().max(1) }
}

/// The kind of a value, in words.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The text with every lone surrogate escape replaced; `None` when it has none.
fn mended(text: &str) -> Option<String> {
    const REPLACEMENT: &str = "\\ufffd";
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = text[at..].find('\\') {
        let start = at + found;
        let Some(unit) = escaped_unit(text, start) else {
            at = (start + 1 + text[start + 1..].chars().next().map_or(0, char::len_utf8))
                .min(text.len());
            continue;
        };
        let is_pair = is_high(unit) && escaped_unit(text, start + 6).is_some_and(is_low);
        at = start + if is_pair { 12 } else { 6 };
        if !is_pair && (is_high(unit) || is_low(unit)) {
            out.push_str(&text[copied..start]);
            out.push_str(REPLACEMENT);
            copied = at;
        }
    }
    (copied > 0).then(|| out + &text[copied..])
}

/// The UTF-16 unit that a `\uXXXX` at this place stands for.
fn escaped_unit(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

fn is_high(unit: u16) -> bool {
    (0xD800..0xDC00).contains(&unit)
}

fn is_low(unit: u16) -> bool {
    (0xDC00..0xE000).contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_mended_and_whole_pairs_kept() {
        let cases = [
            (r#""cut \ud83d""#, "cut \u{fffd}"),
            (r#""cut \uDE00 x""#, "cut \u{fffd} x"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
            (r#""\ud83d\n\\ud83d \ud83d""#, "\u{fffd}\n\\ud83d \u{fffd}"),
            (r#""\ud83d\ude00""#, "\u{1f600}"),
            (r#""é\ud83dé\\""#, "é\u{fffd}é\\"),
        ];
        for (json, expected) in cases {
            assert_eq!(parse(json.as_bytes()), Ok(Value::from(expected)), "{json}");
        }
    }

    #[test]
    fn damage_has_a_name_and_a_place() {
        let deep = "[".repeat(10_000);
        let cases: [(&[u8], Refused); 6] = [
            (b"{\"a\":\"\xff\"}", Refused::NotUtf8),
            (b"{\"a\":\"\x00\"}", Refused::NotJson { line: 1, column: 7 }),
            (b"", Refused::NotJson { line: 1, column: 1 }),
            (b"{\"a\":1", Refused::NotJson { line: 1, column: 6 }),
            (b"{\n\"a\" 1}", Refused::NotJson { line: 2, column: 5 }),
            (deep.as_bytes(), Refused::NotJson { line: 1, column: 128 }),
        ];
        for (bytes, expected) in cases {
            assert_eq!(parse(bytes), Err(expected));
        }
    }
}
