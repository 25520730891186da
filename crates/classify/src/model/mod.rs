//! Sparse linear models of several tasks over the same hashed features: loaded from one file,
//! immutable, shared between threads.
//!
//! One table has a column per hash and a lane per linear scorer, with 8-bit weights; scoring reads a
//! column once for all tasks. The score of a lane is `scale × Σ weight × value + bias`; an affine map
//! calibrates the lanes of a task to its labels, then softmax. Lexicons and auxiliary models are part
//! of the weights: at run time there is one table.

mod error;
mod file;
mod reader;
mod scores;
mod table;
mod task;
mod word_weights;

pub use error::ModelError;
pub use scores::TaskScores;
pub use task::{Task, TrainingData};
pub use word_weights::{Evidence, WordWeights};

#[cfg(any(test, feature = "train"))]
pub(crate) use table::quantise;
pub(crate) use table::{WeightTable, dequantise};
pub(crate) use task::lanes_of;
#[cfg(any(test, feature = "train"))]
pub(crate) use task::softmax;
#[cfg(feature = "train")]
pub(crate) use task::{MAX_LABELS, decide};

use crate::Features;

/// The contents of a model, as training or a file provides them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ModelParts {
    pub(crate) name: String,
    pub(crate) release: String,
    pub(crate) tasks: Vec<Task>,
    pub(crate) table: WeightTable,
}

/// Trained models of several tasks.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    parts: ModelParts,
    version: String,
}

impl Model {
    /// Reads a model file.
    ///
    /// # Errors
    /// [`ModelError`] for bytes that are not a model, have another format or feature recipe, are
    /// truncated, have trailing bytes, fail the checksum, or have a field out of range.
    pub fn from_bytes(bytes: &[u8]) -> Result<Model, ModelError> {
        let (parts, checksum) = file::read(bytes)?;
        Ok(Model::with_version(parts, checksum))
    }

    /// Encodes the model as a file. [`Model::from_bytes`] reverses it.
    pub fn to_bytes(&self) -> Vec<u8> {
        file::write(&self.parts).0
    }

    #[cfg(any(test, feature = "train"))]
    pub(crate) fn from_parts(parts: ModelParts) -> Model {
        let (_, checksum) = file::write(&parts);
        Model::with_version(parts, checksum)
    }

    fn with_version(parts: ModelParts, checksum: u64) -> Model {
        // The upper half of the checksum identifies the bytes of the file.
        let version = format!("{}-{}-{:08x}", parts.name, parts.release, checksum >> 32);
        Model { parts, version }
    }

    /// Name, release and the first 8 hex digits of the file's checksum, for example
    /// `mentions-2026.11-0123abcd`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The tasks, in the order of the file.
    pub fn tasks(&self) -> &[Task] {
        &self.parts.tasks
    }

    /// The task with this name.
    pub fn task(&self, name: &str) -> Option<&Task> {
        self.parts.tasks.iter().find(|task| task.name() == name)
    }

    /// Replaces `scores` with the probabilities of every label of every task. For a text without
    /// features they are the averages of the calibration rows: check [`Features::is_empty`] first.
    pub fn score(&self, features: &Features, scores: &mut TaskScores) {
        self.parts.table.sum_lanes(features, &mut scores.lanes);
        scores.probabilities.clear();
        for task in &self.parts.tasks {
            task.calibrate(&scores.lanes, &mut scores.probabilities);
        }
    }
}

#[cfg(test)]
mod tests;
