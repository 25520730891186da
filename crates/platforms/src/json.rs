//! Parses bytes into a JSON value with a defined result for every kind of damage.
//!
//! A lone surrogate escape (half of an emoji, cut by a sender that counts UTF-16 units) is replaced
//! by U+FFFD so that the mention is not lost. Any other syntax error rejects the text, and so does an object
//! with the same key twice: another reader of the same bytes would take the other value.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::Rejection;

/// Parses one JSON text.
///
/// # Errors
/// [`Rejection::NotUtf8`] and [`Rejection::NotJson`].
pub fn parse(bytes: &[u8]) -> Result<Value, Rejection> {
    let text = std::str::from_utf8(bytes).map_err(|_| Rejection::NotUtf8)?;
    // serde_json rejects lone surrogates. They are rare, so repair only after a failed parse.
    let parsed = serde_json::from_str(text).or_else(|error| {
        let repaired = replace_lone_surrogates(text).ok_or(error)?;
        serde_json::from_str(&repaired)
    });
    match parsed {
        Ok(UniqueKeys(value)) => Ok(value),
        // A `Value` takes every JSON text, so only a repeated key is an error of the data.
        Err(error) if error.is_data() => Err(Rejection::RepeatedKey { column: error.column() }),
        Err(error) => Err(not_json(&error)),
    }
}

/// A JSON value whose objects have each key once.
struct UniqueKeys(Value);

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(UniqueKeysVisitor).map(Self)
    }
}

struct UniqueKeysVisitor;

impl<'de> Visitor<'de> for UniqueKeysVisitor {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(UniqueKeys(value)) = seq.next_element()? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, UniqueKeys(value))) = entries.next_entry()? {
            if map.insert(key, value).is_some() {
                return Err(de::Error::custom("a repeated key"));
            }
        }
        Ok(Value::Object(map))
    }
}

/// Converts a parse error to its position. Drops the message of serde_json, which may quote the
/// text.
pub(crate) fn not_json(error: &serde_json::Error) -> Rejection {
    Rejection::NotJson { line: error.line().max(1), column: error.column().max(1) }
}

/// Name of the JSON type of a value, with article.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Bytes of one escape, `\uXXXX`.
const ESCAPE_LEN: usize = 6;
/// Bytes of a surrogate pair: two escapes.
const PAIR_LEN: usize = 2 * ESCAPE_LEN;

/// Replaces every lone surrogate escape by U+FFFD; returns `None` if the text has none.
fn replace_lone_surrogates(text: &str) -> Option<String> {
    const REPLACEMENT: &str = "\\ufffd";
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = text[at..].find('\\') {
        let start = at + found;
        let Some(unit) = escaped_unit(text, start) else {
            // Skip the escaped character too: in `\\ud83d` the backslash is escaped, not the unit.
            at = (start + 1 + text[start + 1..].chars().next().map_or(0, char::len_utf8))
                .min(text.len());
            continue;
        };
        let is_pair = is_high(unit) && escaped_unit(text, start + ESCAPE_LEN).is_some_and(is_low);
        at = start + if is_pair { PAIR_LEN } else { ESCAPE_LEN };
        if !is_pair && (is_high(unit) || is_low(unit)) {
            out.push_str(&text[copied..start]);
            out.push_str(REPLACEMENT);
            copied = at;
        }
    }
    (copied > 0).then(|| out + &text[copied..])
}

/// Decodes the `\uXXXX` escape at byte `at` to its UTF-16 unit.
fn escaped_unit(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + ESCAPE_LEN)?.strip_prefix("\\u")?;
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
    fn a_repeated_key_is_rejected_at_any_depth_without_its_name() {
        let cases = [
            r#"{"id":"1","id":"2"}"#,
            r#"{"a":[{"b":{"c":1,"c":1}}]}"#,
            r#"{"id":1,"\u0069d":2}"#,
            r#"{"t":"\ud83d","id":1,"id":2}"#,
        ];
        for text in cases {
            let rejected = parse(text.as_bytes());
            assert!(matches!(rejected, Err(Rejection::RepeatedKey { .. })), "{text}: {rejected:?}");
        }
        assert!(parse(br#"{"a":{"id":1},"b":{"id":1},"id":1}"#).is_ok());
    }

    proptest::proptest! {
        #[test]
        fn other_texts_parse_as_serde_json_parses_them(
            text in r#"[\[\]{}:,"a1.e\-ntrufls\\ ]{0,24}"#,
        ) {
            let expected = serde_json::from_str::<Value>(&text).ok();
            match parse(text.as_bytes()) {
                Err(Rejection::RepeatedKey { .. }) => proptest::prop_assert!(expected.is_some()),
                parsed => proptest::prop_assert_eq!(parsed.ok(), expected),
            }
        }
    }

    #[test]
    fn lone_surrogates_are_replaced_and_pairs_kept() {
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
    fn damaged_input_is_rejected_with_reason_and_position() {
        let deep = "[".repeat(10_000);
        let cases: [(&[u8], Rejection); 6] = [
            (b"{\"a\":\"\xff\"}", Rejection::NotUtf8),
            (b"{\"a\":\"\x00\"}", Rejection::NotJson { line: 1, column: 7 }),
            (b"", Rejection::NotJson { line: 1, column: 1 }),
            (b"{\"a\":1", Rejection::NotJson { line: 1, column: 6 }),
            (b"{\n\"a\" 1}", Rejection::NotJson { line: 2, column: 5 }),
            (deep.as_bytes(), Rejection::NotJson { line: 1, column: 128 }),
        ];
        for (bytes, expected) in cases {
            assert_eq!(parse(bytes), Err(expected));
        }
    }
}
