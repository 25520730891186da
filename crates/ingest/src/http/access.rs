//! Who may post.

use std::fmt;
use std::hint::black_box;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

/// Who may post.
#[derive(Debug, Clone)]
pub enum Access {
    /// Everybody who can reach the address.
    Open,
    /// Whoever shows one of these; nobody, when there is none.
    Keys(Vec<Key>),
}

/// An API key; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// A key of what a sender shows after `Bearer` or in `x-api-key`.
    ///
    /// # Errors
    /// When a header cannot carry it, or it is empty.
    pub fn new(key: &str) -> Result<Self, &'static str> {
        if !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(key.to_owned()))
        } else {
            Err("an API key takes visible ASCII characters without spaces")
        }
    }

    /// Compares in a time that depends on the lengths alone.
    fn is(&self, shown: &[u8]) -> bool {
        let key = self.0.as_bytes();
        let difference = key.iter().zip(shown).fold(0, |sum, (a, b)| black_box(sum | (a ^ b)));
        key.len() == shown.len() && difference == 0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Access {
    /// Whether a request with these headers may post.
    pub(super) fn admits(&self, headers: &HeaderMap) -> bool {
        match self {
            Access::Open => true,
            Access::Keys(keys) => shown(headers)
                .is_some_and(|shown| keys.iter().fold(false, |found, key| found | key.is(shown))),
        }
    }
}

fn shown(headers: &HeaderMap) -> Option<&[u8]> {
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

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
        HeaderMap::from_iter([(name, value)])
    }

    #[test]
    fn only_a_whole_key_admits() {
        let keys = ["first-key", "second"].map(|key| Key::new(key).unwrap());
        let access = Access::Keys(keys.to_vec());
        let cases = [
            ("authorization", "Bearer first-key", true),
            ("authorization", "bearer  second", true),
            ("authorization", "Basic first-key", false),
            ("authorization", "first-key", false),
            ("authorization", "Bearer ", false),
            ("authorization", "Bearer first-ke", false),
            ("authorization", "Bearer first-keys", false),
            ("authorization", "Bearer First-key", false),
            ("x-api-key", "second", true),
            ("x-api-key", "", false),
            ("x-other", "second", false),
        ];
        for (name, value, expected) in cases {
            assert_eq!(access.admits(&headers(name, value)), expected, "{name}: {value}");
        }
        assert!(!Access::Keys(Vec::new()).admits(&headers("x-api-key", "")));
        assert!(Access::Open.admits(&HeaderMap::new()));
    }

    #[test]
    fn a_key_is_visible_ascii_and_never_shown() {
        for bad in ["", "with space", "nul\0", "schlüssel"] {
            assert!(Key::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(format!("{:?}", Key::new("secret").unwrap()), "Key(…)");
    }
}
