//! Who may send, and what each sender may speak for.

use axum::http::HeaderMap;
use listener::{ApiKey, presented_key};
use platforms::Scope;

/// Which requests are authorized.
#[derive(Debug, Clone)]
pub enum Access {
    /// Every request, for every tenant.
    Open,
    /// Requests with the key of one of these senders; without senders, no request.
    Keys(Vec<Sender>),
}

/// A sender of mentions: the holder of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Name of the key, in records.
    pub name: String,
    /// Its key.
    pub key: ApiKey,
    /// What it may speak for.
    pub scope: Scope,
}

impl Access {
    /// Returns the position of the sender of a request among [`Access::senders`];
    /// `None` if the request is not authorized.
    pub(super) fn sender(&self, headers: &HeaderMap) -> Option<usize> {
        match self {
            Access::Open => Some(0),
            Access::Keys(senders) => {
                let presented = presented_key(headers)?;
                // Compares all keys, so that the time does not reveal how many come before a match.
                let matches =
                    senders.iter().map(|sender| bool::from(sender.key.matches(presented)));
                matches.enumerate().fold(
                    None,
                    |found, (position, is_match)| {
                        if is_match { Some(position) } else { found }
                    },
                )
            }
        }
    }

    /// Name and scope of each sender; without keys, of everybody, who has no name.
    pub(super) fn senders(&self) -> Vec<(String, Scope)> {
        let named = |sender: &Sender| (sender.name.clone(), sender.scope.clone());
        match self {
            Access::Open => vec![(String::new(), Scope::default())],
            Access::Keys(senders) => senders.iter().map(named).collect(),
        }
    }
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
    fn a_request_is_authorized_by_a_complete_key_of_a_sender() {
        let senders = ["key-of-the-first-one", "key-of-the-second"].map(|key| Sender {
            name: key.to_owned(),
            key: ApiKey::new(key).unwrap(),
            scope: Scope::default(),
        });
        let access = Access::Keys(senders.to_vec());
        let cases = [
            ("authorization", "Bearer key-of-the-first-one", Some(0)),
            ("authorization", "bearer  key-of-the-second", Some(1)),
            ("authorization", "Basic key-of-the-first-one", None),
            ("authorization", "Bearer ", None),
            ("authorization", "Bearer key-of-the-first-on", None),
            ("x-api-key", "key-of-the-second", Some(1)),
            ("x-api-key", "", None),
            ("x-other", "key-of-the-second", None),
        ];
        for (name, value, expected) in cases {
            assert_eq!(access.sender(&headers(name, value)), expected, "{name}: {value}");
        }
        assert_eq!(Access::Keys(Vec::new()).sender(&headers("x-api-key", "")), None);
        assert_eq!(Access::Open.sender(&HeaderMap::new()), Some(0));
    }
}
