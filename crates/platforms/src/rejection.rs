//! Why a line is not a mention, and the expected value.
//!
//! Contains field names and positions, never values: the texts reach logs and the sender.

use std::fmt;

use crate::scope::Denied;

/// Why a line, element or document is rejected. The text completes "rejected line 3: …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The line is longer than the limit.
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The text is not JSON.
    NotJson {
        /// Line of the error within the document, from 1.
        line: usize,
        /// Column of the error, in bytes, from 1.
        column: usize,
    },
    /// An object has a key twice.
    RepeatedKey {
        /// Column of the second one, in bytes, from 1.
        column: usize,
    },
    /// A value has the wrong JSON type.
    WrongType {
        /// Path of the field, such as `author.id`; empty for the whole document.
        field: String,
        /// The JSON type found.
        found: &'static str,
        /// The expected value, in words.
        expected: &'static str,
    },
    /// A required field is absent, null or empty.
    Missing {
        /// Path of the field.
        field: String,
        /// The expected value, in words.
        expected: &'static str,
    },
    /// A field has the right type and an invalid value.
    Invalid {
        /// Path of the field.
        field: String,
        /// The expected value, in words.
        expected: &'static str,
    },
    /// All fields are well formed, but one is out of the bounds of a mention.
    OutOfBounds {
        /// The text of the failed check.
        message: String,
    },
    /// The source may not say this.
    NotPermitted(Denied),
    /// The tenant does not exist.
    UnknownTenant,
}

const UNKNOWN_TENANT: &str = "`tenant` is not one of the rules: expected the name of such a tenant";

impl Rejection {
    /// Names of all reasons, for tables and metrics.
    pub const REASONS: [&'static str; 10] = [
        "not_utf8",
        "too_long",
        "not_json",
        "repeated_key",
        "wrong_type",
        "missing_field",
        "invalid_value",
        "out_of_bounds",
        "not_permitted",
        "unknown_tenant",
    ];

    /// Name of the reason in metric labels and summaries.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Rejection::NotUtf8 => "not_utf8",
            Rejection::TooLong { .. } => "too_long",
            Rejection::NotJson { .. } => "not_json",
            Rejection::RepeatedKey { .. } => "repeated_key",
            Rejection::WrongType { .. } => "wrong_type",
            Rejection::Missing { .. } => "missing_field",
            Rejection::Invalid { .. } => "invalid_value",
            Rejection::OutOfBounds { .. } => "out_of_bounds",
            Rejection::NotPermitted(_) => "not_permitted",
            Rejection::UnknownTenant => "unknown_tenant",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rejection::NotUtf8 => f.write_str("not UTF-8: send JSON in UTF-8"),
            Rejection::TooLong { limit } => write!(f, "longer than {limit} bytes"),
            Rejection::NotJson { line: 1, column } => {
                write!(f, "not JSON at column {column}")
            }
            Rejection::NotJson { line, column } => {
                write!(f, "not JSON at document line {line}, column {column}")
            }
            Rejection::RepeatedKey { column } => {
                write!(f, "an object has the key before column {column} twice: expected it once")
            }
            Rejection::WrongType { field, found, expected } if field.is_empty() => {
                write!(f, "expected {expected}, found {found}")
            }
            Rejection::WrongType { field, found, expected } => {
                write!(f, "`{field}` is {found}: expected {expected}")
            }
            Rejection::Missing { field, expected } => {
                write!(f, "`{field}` is missing: expected {expected}")
            }
            Rejection::Invalid { field, expected } => {
                write!(f, "`{field}` has an invalid value: expected {expected}")
            }
            Rejection::OutOfBounds { message } => f.write_str(message),
            Rejection::NotPermitted(denied) => write!(f, "this key may not {}", denied.as_text()),
            Rejection::UnknownTenant => f.write_str(UNKNOWN_TENANT),
        }
    }
}

impl std::error::Error for Rejection {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_listed_and_every_text_states_the_expected_value() {
        let field = || "author.id".to_owned();
        let cases = [
            (Rejection::NotUtf8, "not UTF-8: send JSON in UTF-8"),
            (Rejection::TooLong { limit: 9 }, "longer than 9 bytes"),
            (Rejection::NotJson { line: 1, column: 4 }, "not JSON at column 4"),
            (
                Rejection::RepeatedKey { column: 4 },
                "an object has the key before column 4 twice: expected it once",
            ),
            (Rejection::NotJson { line: 2, column: 4 }, "not JSON at document line 2, column 4"),
            (
                Rejection::WrongType { field: field(), found: "a number", expected: "a string" },
                "`author.id` is a number: expected a string",
            ),
            (
                Rejection::WrongType {
                    field: String::new(),
                    found: "a list",
                    expected: "an object",
                },
                "expected an object, found a list",
            ),
            (
                Rejection::Missing { field: field(), expected: "a string" },
                "`author.id` is missing: expected a string",
            ),
            (
                Rejection::Invalid { field: field(), expected: "a count" },
                "`author.id` has an invalid value: expected a count",
            ),
            (Rejection::OutOfBounds { message: "no".to_owned() }, "no"),
            (
                Rejection::NotPermitted(Denied::Platform),
                "this key may not speak for this `platform`",
            ),
            (Rejection::UnknownTenant, UNKNOWN_TENANT),
        ];
        for (rejection, message) in cases {
            assert_eq!(rejection.to_string(), message);
            assert!(Rejection::REASONS.contains(&rejection.as_str()), "{rejection:?}");
        }
    }
}
