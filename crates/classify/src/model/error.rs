//! Why bytes are refused as a model.

use std::fmt;

/// Why bytes are no usable model. Texts fit "failed to load the model: …".
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelError {
    /// The file does not begin with the magic bytes.
    NotAModel,
    /// The file's format is one this program does not read.
    Format {
        /// The format the file says it has.
        found: u16,
        /// The format this program reads.
        expected: u16,
    },
    /// The model was trained on features made in another way.
    Recipe {
        /// The recipe the file says it needs.
        found: String,
        /// The recipe this program computes.
        expected: String,
    },
    /// The file ends before the length it states.
    Truncated {
        /// Bytes present.
        found: u64,
        /// Bytes stated.
        expected: u64,
    },
    /// The file goes on after the length it states.
    Overlong {
        /// Bytes present.
        found: u64,
        /// Bytes stated.
        expected: u64,
    },
    /// The checksum over the contents is not the one stored.
    Damaged,
    /// The checksum is right and a field makes no sense: written by a faulty program.
    Contradictory {
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
                "model needs features by recipe {found:?}, this program computes {expected:?}: \
                 train it again"
            ),
            ModelError::Truncated { found, expected } => {
                write!(out, "truncated model: {found} of {expected} bytes")
            }
            ModelError::Overlong { found, expected } => {
                write!(out, "model followed by other bytes: {found}, stated {expected}")
            }
            ModelError::Damaged => write!(out, "damaged model: its checksum does not match"),
            ModelError::Contradictory { field } => {
                write!(out, "model that contradicts itself in {field}")
            }
        }
    }
}

impl std::error::Error for ModelError {}
