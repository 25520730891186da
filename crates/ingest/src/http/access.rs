//! Authorization by API key.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use subtle::{Choice, ConstantTimeEq};

/// Which requests are authorized.
#[derive(Debug, Clone)]
pub enum Access {
    /// Every request.
    Open,
    /// Requests with one of these keys; without keys, no request.
    Keys(Vec<ApiKey>),
}

/// An API key. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// Creates a key that senders present after `Bearer` or in `x-api-key`.
    ///
    /// # Errors
    /// When the key is empty or contains a character other than visible ASCII.
    pub fn new(key: &str) -> Result<Self, &'static str> {
        if !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(key.to_owned()))
        } else {
            Err("an API key must consist of visible ASCII characters without spaces")
        }
    }

    /// Compares in constant time for keys of the same length.
    fn matches(&self, presented: &[u8]) -> Choice {
        self.0.as_bytes().ct_eq(presented)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Access {
    /// Returns whether a request with these headers is authorized.
    pub(super) fn admits(&self, headers: &HeaderMap) -> bool {
        match self {
            Access::Open => true,
            // `fold` compares all keys, so the time does not reveal which one matched.
            Access::Keys(keys) => presented_key(headers).is_some_and(|key| {
                keys.iter().fold(Choice::from(0), |found, known| found | known.matches(key)).into()
            }),
        }
    }
}

fn presented_key(headers: &HeaderMap) -> Option<&[u8]> {
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
    fn only_a_complete_key_is_authorized() {
        let keys = ["first-key", "second"].map(|key| ApiKey::new(key).unwrap());
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
    fn a_key_is_visible_ascii_and_debug_does_not_print_it() {
        for bad in ["", "with space", "nul\0", "schlüssel"] {
            assert!(ApiKey::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(format!("{:?}", ApiKey::new("secret").unwrap()), "Key(…)");
    }
}
