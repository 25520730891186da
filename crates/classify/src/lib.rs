//! Text classification: normalisation, features, sparse linear models, rules, training.
//!
//! Every task takes the same path: [`Features`] turns a text into hashed features once, a [`Model`]
//! turns them into probabilities, [`language`] detects the language, a [`RuleClassifier`] finds
//! intents and risks. Training (`train`, `data`) is behind the cargo feature `train`, so a stage that
//! only scores does not link linfa.
//!
//! Must not know: mentions, topics, the clock, the environment.
//!
//! Not implemented: isotonic calibration.

pub mod eval;
mod findings;
pub mod intent;
pub mod language;
mod model;
pub mod needs_answer;
mod phrases;
pub mod risk;
mod rule_classifier;
mod text;

#[cfg(feature = "train")]
pub mod data;
#[cfg(feature = "train")]
pub mod train;

pub use findings::RuleFindings;
pub use model::{Evidence, Model, ModelError, Task, TaskScores, TrainingData, WordWeights};
pub use phrases::{RuleSyntaxError, TokenizedText};
pub use rule_classifier::RuleClassifier;
pub use text::{Features, LIMIT as TEXT_LIMIT, RECIPE};
