//! The description of a task to learn.

use super::options::TrainOptions;

/// The score that the choice of a label maximises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The mean recall over the labels.
    MacroRecall,
    /// The mean F1 over the labels.
    MacroF1,
}

/// A task to learn.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskSpec {
    /// Its name in the model.
    pub name: String,
    /// The languages of its rows, as ISO 639-1 codes.
    pub languages: Vec<String>,
    /// The names of the labels. The number of a label is its index here.
    pub labels: Vec<String>,
    /// The score that the choice of a label maximises.
    pub goal: Goal,
    /// The settings of the training.
    pub options: TrainOptions,
}
