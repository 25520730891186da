//! Sparse linear models of several tasks over the same hashed features: loaded from one file,
//! immutable, shared between threads.
//!
//! One table holds a column a hash and a lane a scorer: 8-bit weights, read once a feature for every
//! task. Scores are `scale × Σ weight × value + bias` a lane, then an affine calibration from the
//! lanes of a task to its labels, then softmax. Everything a training folded together (lexicons,
//! transferred tasks) is inside the weights: at run time there is one table.

mod error;
mod file;
mod reader;
mod scores;
mod strongest;
mod table;
mod task;

pub use error::ModelError;
pub use scores::Scores;
pub use strongest::{Evidence, Weighing};
pub use task::{Task, Training};

#[cfg(any(test, feature = "train"))]
pub(crate) use table::step;
pub(crate) use table::{Table, worth};
pub(crate) use task::lanes_of;
#[cfg(any(test, feature = "train"))]
pub(crate) use task::softmax;
#[cfg(feature = "train")]
pub(crate) use task::{MOST_LABELS, decide};

use crate::Features;

/// The parts of a model, as training or a file hands them over.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parts {
    pub(crate) name: String,
    pub(crate) release: String,
    pub(crate) tasks: Vec<Task>,
    pub(crate) table: Table,
}

/// Trained models of several tasks.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    parts: Parts,
    version: String,
}

impl Model {
    /// Reads a model file.
    ///
    /// # Errors
    /// Refuses, by name, bytes that are no model, of another format or feature recipe, truncated,
    /// followed by more bytes, damaged, or contradicting themselves.
    pub fn from_bytes(bytes: &[u8]) -> Result<Model, ModelError> {
        let (parts, checksum) = file::read(bytes)?;
        Ok(Model::named(parts, checksum))
    }

    /// The model as a file: [`Model::from_bytes`] of it is this model.
    pub fn to_bytes(&self) -> Vec<u8> {
        file::write(&self.parts).0
    }

    #[cfg(any(test, feature = "train"))]
    pub(crate) fn of(parts: Parts) -> Model {
        let (_, checksum) = file::write(&parts);
        Model::named(parts, checksum)
    }

    fn named(parts: Parts, checksum: u64) -> Model {
        let version = format!("{}-{}-{:08x}", parts.name, parts.release, checksum >> 32);
        Model { parts, version }
    }

    /// Name, release and the first 8 hex digits of the file's checksum, as in
    /// `harken-2026.11-0123abcd`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The tasks, in the order of the file.
    pub fn tasks(&self) -> &[Task] {
        &self.parts.tasks
    }

    /// The task of that name.
    pub fn task(&self, name: &str) -> Option<&Task> {
        self.parts.tasks.iter().find(|task| task.name() == name)
    }

    /// Replaces `scores` by the probabilities of every task's labels. For a text without features
    /// they say what the calibration rows said on average: ask [`Features::is_empty`] first.
    pub fn judge(&self, features: &Features, scores: &mut Scores) {
        self.parts.table.add_up(features, &mut scores.lanes);
        scores.probabilities.clear();
        for task in &self.parts.tasks {
            task.calibrate(&scores.lanes, &mut scores.probabilities);
        }
    }
}

#[cfg(test)]
mod tests;
