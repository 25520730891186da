//! Text classification: features, sparse linear models, rules, training.
//!
//! Every task takes the same path: [`text::Text`] reads a text once; [`Features`] turns it into hashed
//! features once, a [`Model`] turns them into probabilities, a [`RuleClassifier`] finds intents and
//! risks; [`language`] detects the language of the original. Training (`train`, `data`) is behind the cargo feature `train`, so a stage that
//! only scores does not link linfa.
//!
//! Must not know: mentions, topics, the clock, the environment.
//!
//! Not implemented: isotonic calibration.

pub mod eval;
mod features;
mod findings;
pub mod intent;
pub mod language;
mod model;
pub mod needs_answer;
mod phrases;
pub mod risk;
mod rule_classifier;

#[cfg(feature = "train")]
pub mod data;
#[cfg(feature = "train")]
pub mod train;

pub use features::{Features, RECIPE};
pub use findings::RuleFindings;
pub use model::{Evidence, Model, ModelError, Task, TaskScores, TrainingData, WordWeights};
pub use phrases::{RuleSyntaxError, TokenizedText};
pub use rule_classifier::RuleClassifier;
