//! What a model says of one text: a buffer to be used again and again.

use super::Task;

/// The probabilities of every task's labels. Allocates nothing after the first text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    /// Of the whole table: what each lane adds up to.
    pub(super) lanes: Vec<f32>,
    /// Of the tasks in their order.
    pub(super) probabilities: Vec<f32>,
}

impl Scores {
    /// An empty buffer.
    pub fn new() -> Self {
        Scores::default()
    }

    /// The probabilities of `task`'s labels, in their order: finite, adding up to 1. `task` is one
    /// of the model that judged; empty before the first text.
    pub fn of(&self, task: &Task) -> &[f32] {
        self.probabilities.get(task.place.clone()).unwrap_or_default()
    }
}
