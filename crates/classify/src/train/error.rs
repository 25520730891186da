//! Why a training fails.

use crate::data::DataError;
use std::fmt;

/// Why a training fails. Messages complete "failed to train: …".
#[derive(Debug)]
#[non_exhaustive]
pub enum TrainError {
    /// A task has fewer than two labels, or too many.
    Labels {
        /// The number of labels.
        found: usize,
        /// The most labels of a task.
        most: usize,
    },
    /// A row has a label number without a name.
    UnknownLabel {
        /// The row, from 0.
        row: usize,
        /// The number of its label.
        label: usize,
    },
    /// A label has too few rows to learn from and to calibrate on.
    TooFewRows {
        /// The label.
        label: String,
    },
    /// An option is outside its range.
    Option {
        /// The option.
        name: &'static str,
        /// The allowed values.
        allowed: &'static str,
    },
    /// A line of corrections is invalid.
    Correction {
        /// The line, from 1.
        line: usize,
        /// The error of the JSON parser.
        what: String,
    },
    /// A correction names a task or a label that does not exist.
    UnknownCorrection {
        /// The task.
        task: String,
        /// The label.
        label: String,
    },
    /// The data cannot be read.
    Data(DataError),
    /// A built-in rule is invalid. A test compiles them, so a release never returns it.
    Rules(String),
    /// linfa returned an error.
    Linfa(String),
}

impl fmt::Display for TrainError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TrainError::Labels { found, most } => {
                write!(out, "{found} labels; 2 to {most} are allowed")
            }
            TrainError::UnknownLabel { row, label } => {
                write!(out, "row {row} has label {label}, which has no name")
            }
            TrainError::TooFewRows { label } => write!(out, "too few rows of label {label:?}"),
            TrainError::Option { name, allowed } => write!(out, "option {name} must be {allowed}"),
            TrainError::Correction { line, what } => {
                write!(out, "invalid correction in line {line}: {what}")
            }
            TrainError::UnknownCorrection { task, label } => {
                write!(out, "correction for an unknown label {label:?} or task {task:?}")
            }
            TrainError::Data(error) => write!(out, "{error}"),
            TrainError::Rules(why) => out.write_str(why),
            TrainError::Linfa(message) => write!(out, "linfa: {message}"),
        }
    }
}

impl std::error::Error for TrainError {}

impl From<DataError> for TrainError {
    fn from(error: DataError) -> Self {
        TrainError::Data(error)
    }
}
