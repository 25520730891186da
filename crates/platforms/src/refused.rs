//! Why something that came in is no mention, and what would be right.
//!
//! Holds field names and places, never values: a message goes to logs and to the sender.

use std::fmt;

/// Why a line, element or document is refused; its text fits "refused line 3: …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Its bytes are not UTF-8.
    NotUtf8,
    /// It is longer than the limit, in bytes.
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// It is not JSON.
    NotJson {
        /// The line of the text given at which that shows, from 1.
        line: usize,
        /// The column of that line, in bytes, from 1.
        column: usize,
    },
    /// It is JSON, but of another type than asked for.
    WrongType {
        /// The field, as a path such as `author.id`; empty for the whole.
        field: String,
        /// What it is.
        found: &'static str,
        /// What would be right.
        wanted: &'static str,
    },
    /// A required field is not there, null or empty.
    Missing {
        /// The field, as a path.
        field: String,
        /// What would be right.
        wanted: &'static str,
    },
    /// A field has a value that it cannot have.
    Invalid {
        /// The field, as a path.
        field: String,
        /// What would be right.
        wanted: &'static str,
    },
    /// Every field is well formed, but one is out of the bounds of a mention.
    OutOfBounds {
        /// What is wrong.
        message: String,
    },
}

impl Refused {
    /// Every reason, for tables and metrics.
    pub const REASONS: [&'static str; 7] = [
        "not_utf8",
        "too_long",
        "not_json",
        "wrong_type",
        "missing_field",
        "invalid_value",
        "out_of_bounds",
    ];

    /// Its name in metric labels and summaries.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Refused::NotUtf8 => "not_utf8",
            Refused::TooLong { .. } => "too_long",
            Refused::NotJson { .. } => "not_json",
            Refused::WrongType { .. } => "wrong_type",
            Refused::Missing { .. } => "missing_field",
            Refused::Invalid { .. } => "invalid_value",
            Refused::OutOfBounds { .. } => "out_of_bounds",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::NotUtf8 => f.write_str("not UTF-8: send JSON in UTF-8"),
            Refused::TooLong { limit } => write!(f, "longer than {limit} bytes"),
            Refused::NotJson { line: 1, column } => {
                write!(f, "not JSON at column {column}")
            }
            Refused::NotJson { line, column } => {
                write!(f, "not JSON at its line {line}, column {column}")
            }
            Refused::WrongType { field, found, wanted } if field.is_empty() => {
                write!(f, "{found}: send {wanted}")
            }
            Refused::WrongType { field, found, wanted } => {
                write!(f, "`{field}` is {found}: it takes {wanted}")
            }
            Refused::Missing { field, wanted } => {
                write!(f, "`{field}` is missing: it takes {wanted}")
            }
            Refused::Invalid { field, wanted } => {
                write!(f, "`{field}` has an impossible value: it takes {wanted}")
            }
            Refused::OutOfBounds { message } => f.write_str(message),
        }
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_listed_and_every_message_says_what_would_be_right() {
        let field = || "author.id".to_owned();
        let cases = [
            (Refused::NotUtf8, "not UTF-8: send JSON in UTF-8"),
            (Refused::TooLong { limit: 9 }, "longer than 9 bytes"),
            (Refused::NotJson { line: 1, column: 4 }, "not JSON at column 4"),
            (Refused::NotJson { line: 2, column: 4 }, "not JSON at its line 2, column 4"),
            (
                Refused::WrongType { field: field(), found: "a number", wanted: "a string" },
                "`author.id` is a number: it takes a string",
            ),
            (
                Refused::WrongType { field: String::new(), found: "a list", wanted: "an object" },
                "a list: send an object",
            ),
            (
                Refused::Missing { field: field(), wanted: "a string" },
                "`author.id` is missing: it takes a string",
            ),
            (
                Refused::Invalid { field: field(), wanted: "a count" },
                "`author.id` has an impossible value: it takes a count",
            ),
            (Refused::OutOfBounds { message: "no".to_owned() }, "no"),
        ];
        for (refused, message) in cases {
            assert_eq!(refused.to_string(), message);
            assert!(Refused::REASONS.contains(&refused.as_str()), "{refused:?}");
        }
    }
}
