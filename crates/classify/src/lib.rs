//! From text to probabilities: normalising, features, sparse linear models, training.
//!
//! One road for every task: [`Features`] turns a text into hashed features once, a [`Model`] turns
//! those into probabilities, [`language`] says which language it is. The half that learns
//! (`train`, `data`) sits behind the cargo feature `train`, so that a stage which only scores does
//! not link linfa.
//!
//! Nothing here knows a mention, a topic, a clock or the environment.
//!
//! Not done yet: isotonic calibration.

pub mod answer;
pub mod eval;
pub mod intent;
pub mod language;
mod model;
mod phrases;
mod random;
pub mod risk;
mod rules;
mod text;

#[cfg(feature = "train")]
pub mod data;
#[cfg(feature = "train")]
pub mod train;

pub use model::{Evidence, Model, ModelError, Scores, Task, Training, Weighing};
pub use phrases::Reading;
pub use rules::{Judged, Misprint, Rules};
pub use text::{Features, LIMIT as TEXT_LIMIT, RECIPE};
