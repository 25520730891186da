//! Why bytes cannot be read as a record, and in which field.

use std::fmt;

use serde::de::{Expected, Unexpected};

/// A problem and the path of its field, such as `author.handle`. The text contains nothing of the
/// record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    path: String,
    problem: DecodeProblem,
}

/// What is wrong with the bytes of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeProblem {
    /// The bytes end within the field.
    Truncated,
    /// A number has more bits than its type.
    NumberTooLong {
        /// The bits of the type.
        bits: u32,
    },
    /// A length is negative.
    InvalidLength(i64),
    /// An index of a union or an enum has no branch or symbol.
    InvalidIndex {
        /// The index.
        index: i64,
        /// The number of branches or symbols.
        choices: usize,
    },
    /// A boolean is neither 0 nor 1.
    InvalidBoolean(u8),
    /// A text is not UTF-8.
    NotUtf8,
    /// The block of a list states a size that its items do not have.
    BlockSize,
    /// A list would need more memory than a record may take.
    MemoryLimit,
    /// The schema of the writer has another type for the field than the struct.
    WrongType {
        /// The type that the struct expects.
        expected: String,
    },
    /// The struct rejects the value.
    Value(String),
}

impl DecodeError {
    pub(crate) fn new(problem: DecodeProblem) -> Self {
        Self { path: String::new(), problem }
    }

    /// The error with the name of the record or list that contains the field.
    pub(super) fn within(mut self, field: &str) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        self.path = format!("{field}{dot}{}", self.path);
        self
    }

    /// The path of the field; empty if the problem is the record itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with the field.
    #[must_use]
    pub fn problem(&self) -> &DecodeProblem {
        &self.problem
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        self.problem.fmt(f)
    }
}

impl fmt::Display for DecodeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeProblem::Truncated => f.write_str("truncated"),
            DecodeProblem::NumberTooLong { bits } => write!(f, "number exceeds {bits} bits"),
            DecodeProblem::InvalidLength(length) => write!(f, "invalid length {length}"),
            DecodeProblem::InvalidIndex { index, choices } => {
                write!(f, "index {index} of {choices} choices")
            }
            DecodeProblem::InvalidBoolean(byte) => write!(f, "byte {byte} is not a boolean"),
            DecodeProblem::NotUtf8 => f.write_str("text is not UTF-8"),
            DecodeProblem::BlockSize => f.write_str("block size does not match its items"),
            DecodeProblem::MemoryLimit => f.write_str("exceeds the memory limit of a record"),
            DecodeProblem::WrongType { expected } => {
                write!(f, "another type, expected {expected}")
            }
            DecodeProblem::Value(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for DecodeError {}

impl serde::de::Error for DecodeError {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self::new(DecodeProblem::Value(what.to_string()))
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        // The value found may be the text of a mention, so it is not quoted.
        Self::new(DecodeProblem::WrongType { expected: expected.to_string() })
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(DecodeProblem::Value(format!("invalid value, expected {expected}")))
    }
}
