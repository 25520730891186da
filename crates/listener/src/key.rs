//! API keys.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use subtle::{Choice, ConstantTimeEq};

/// Minimum length of a key, in characters: a shorter one can be guessed.
pub const MIN_KEY: usize = 16;

/// An API key. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

/// Why a text is no API key. The text completes "the key …".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidKey {
    /// It has fewer than [`MIN_KEY`] characters.
    TooShort,
    /// It has a character that is no visible ASCII.
    NotVisibleAscii,
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvalidKey::TooShort => write!(f, "must have at least {MIN_KEY} characters"),
            InvalidKey::NotVisibleAscii => {
                f.write_str("must consist of visible ASCII characters without spaces")
            }
        }
    }
}

impl std::error::Error for InvalidKey {}

impl ApiKey {
    /// Creates a key that clients present after `Bearer` or in `x-api-key`.
    ///
    /// # Errors
    /// When the key is shorter than [`MIN_KEY`] or contains a character other than visible ASCII.
    pub fn new(key: &str) -> Result<Self, InvalidKey> {
        match key {
            key if !key.bytes().all(|b| b.is_ascii_graphic()) => Err(InvalidKey::NotVisibleAscii),
            key if key.len() < MIN_KEY => Err(InvalidKey::TooShort),
            key => Ok(Self(key.to_owned())),
        }
    }

    /// Compares in constant time for keys of the same length.
    #[must_use]
    pub fn matches(&self, presented: &[u8]) -> Choice {
        self.0.as_bytes().ct_eq(presented)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The key that a request presents: after `Bearer` in `authorization`, else in `x-api-key`.
#[must_use]
pub fn presented_key(headers: &HeaderMap) -> Option<&[u8]> {
    let bearer = headers.get(AUTHORIZATION).map(|value| value.as_bytes()).and_then(|value| {
        let (scheme, key) = value.split_at_checked(b"bearer ".len())?;
        scheme.eq_ignore_ascii_case(b"bearer ").then(|| key.trim_ascii())
    });
    bearer.or_else(|| headers.get("x-api-key").map(|value| value.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    #[test]
    fn a_key_is_long_visible_ascii_and_debug_does_not_print_it() {
        for (bad, wrong) in [
            ("", InvalidKey::TooShort),
            ("a", InvalidKey::TooShort),
            ("fifteen-letters", InvalidKey::TooShort),
            ("sixteen with space", InvalidKey::NotVisibleAscii),
            ("sixteen-and-nul-\0", InvalidKey::NotVisibleAscii),
            ("sechzehn-schlüssel", InvalidKey::NotVisibleAscii),
        ] {
            assert_eq!(ApiKey::new(bad), Err(wrong), "{bad:?}");
        }
        assert_eq!(format!("{:?}", ApiKey::new("sixteen-letters!").unwrap()), "Key(…)");
    }

    #[test]
    fn a_key_is_presented_after_bearer_or_in_its_own_header() {
        let cases: [(&'static str, &'static str, Option<&str>); 7] = [
            ("authorization", "Bearer first-key", Some("first-key")),
            ("authorization", "bearer  second", Some("second")),
            ("authorization", "Basic first-key", None),
            ("authorization", "first", None),
            ("authorization", "Bearer ", Some("")),
            ("x-api-key", "second", Some("second")),
            ("x-other", "second", None),
        ];
        for (name, value, expected) in cases {
            let name_and_value = (HeaderName::from_static(name), HeaderValue::from_static(value));
            let headers = HeaderMap::from_iter([name_and_value]);
            assert_eq!(presented_key(&headers), expected.map(str::as_bytes), "{name}: {value}");
        }
    }

    #[test]
    fn only_the_whole_key_matches() {
        let key = ApiKey::new("a-key-of-the-ferry").unwrap();
        for (presented, matches) in [
            ("a-key-of-the-ferry", true),
            ("a-key-of-the-ferr", false),
            ("a-key-of-the-ferrys", false),
            ("A-key-of-the-ferry", false),
            ("", false),
        ] {
            assert_eq!(bool::from(key.matches(presented.as_bytes())), matches, "{presented}");
        }
    }
}
