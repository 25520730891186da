//! The probabilities that a model gives to one text.

use super::Task;

/// The probabilities of every label of every task. A reusable buffer: allocates only for the first text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskScores {
    /// The score of each lane of the table.
    pub(super) lanes: Vec<f32>,
    /// The probabilities of all tasks, in the order of the tasks.
    pub(super) probabilities: Vec<f32>,
}

impl TaskScores {
    /// An empty buffer.
    pub fn new() -> Self {
        TaskScores::default()
    }

    /// The probabilities of the labels of `task`, in their order: finite, sum 1. Empty before the first
    /// text. `task` must be a task of the model that scored the text.
    pub fn of(&self, task: &Task) -> &[f32] {
        self.probabilities.get(task.outputs.clone()).unwrap_or_default()
    }
}
