//! Why bytes are rejected as a model.

use std::fmt;

/// Why bytes are not a usable model. Messages complete "failed to load the model: …".
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelError {
    /// The file does not begin with the magic bytes.
    NotAModel,
    /// The file has a format that this program does not read.
    Format {
        /// The format of the file.
        found: u16,
        /// The format that this program reads.
        expected: u16,
    },
    /// The model was trained on features of another recipe.
    Recipe {
        /// The recipe of the model.
        found: String,
        /// The recipe that this program computes.
        expected: String,
    },
    /// The file is shorter than the length in its header.
    Truncated {
        /// Bytes present.
        found: u64,
        /// Bytes stated.
        expected: u64,
    },
    /// The file is longer than the length in its header.
    TrailingBytes {
        /// Bytes present.
        found: u64,
        /// Bytes stated.
        expected: u64,
    },
    /// The checksum over the contents differs from the stored one.
    ChecksumMismatch,
    /// The checksum is correct but a field is out of range: a faulty program wrote the file.
    Inconsistent {
        /// The field.
        field: &'static str,
    },
}

impl fmt::Display for ModelError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ModelError::NotAModel => write!(out, "not a harken model"),
            ModelError::Format { found, expected } => {
                write!(out, "model format {found}, this program reads format {expected}")
            }
            ModelError::Recipe { found, expected } => write!(
                out,
                "model needs feature recipe {found:?}, this program computes {expected:?}: \
                 train it again"
            ),
            ModelError::Truncated { found, expected } => {
                write!(out, "truncated model: {found} of {expected} bytes")
            }
            ModelError::TrailingBytes { found, expected } => {
                write!(out, "model with trailing bytes: {found} bytes, {expected} expected")
            }
            ModelError::ChecksumMismatch => {
                write!(out, "damaged model: its checksum does not match")
            }
            ModelError::Inconsistent { field } => {
                write!(out, "inconsistent model: field {field} is out of range")
            }
        }
    }
}

impl std::error::Error for ModelError {}
