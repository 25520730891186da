//! Why a training is refused.

use crate::data::DataError;
use std::fmt;

/// Why no model was trained. Texts fit "failed to train: …".
#[derive(Debug)]
#[non_exhaustive]
pub enum TrainError {
    /// Fewer than two labels, or more than a model holds.
    Labels {
        /// How many there were.
        found: usize,
        /// How many a task may have.
        most: usize,
    },
    /// A row has a label without a name.
    UnknownLabel {
        /// The row, from 0.
        row: usize,
        /// Its label.
        label: usize,
    },
    /// A label has too few rows to learn and to calibrate from.
    TooFewRows {
        /// The label.
        label: String,
    },
    /// An option is outside its range.
    Option {
        /// The option.
        name: &'static str,
        /// What would be right.
        allowed: &'static str,
    },
    /// A line of corrections is not one.
    Correction {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// A correction names a task or a label that is not learned.
    UnknownCorrection {
        /// The task.
        task: String,
        /// The label.
        label: String,
    },
    /// The data could not be read.
    Data(DataError),
    /// A rule cannot be read, which a test excludes.
    Rules(String),
    /// linfa refused.
    Linfa(String),
}

impl fmt::Display for TrainError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TrainError::Labels { found, most } => {
                write!(out, "{found} labels, allowed are 2 to {most}")
            }
            TrainError::UnknownLabel { row, label } => {
                write!(out, "row {row} has label {label}, which has no name")
            }
            TrainError::TooFewRows { label } => write!(out, "too few rows of label {label:?}"),
            TrainError::Option { name, allowed } => write!(out, "option {name} must be {allowed}"),
            TrainError::Correction { line, what } => {
                write!(out, "no correction in line {line}: {what}")
            }
            TrainError::UnknownCorrection { task, label } => {
                write!(out, "no label {label:?} in a task {task:?} to correct")
            }
            TrainError::Data(error) => write!(out, "{error}"),
            TrainError::Rules(why) => out.write_str(why),
            TrainError::Linfa(message) => write!(out, "refused by linfa: {message}"),
        }
    }
}

impl std::error::Error for TrainError {}

impl From<DataError> for TrainError {
    fn from(error: DataError) -> Self {
        TrainError::Data(error)
    }
}
