//! Training: rows of (text, label number) in, a [`crate::Model`] out. Deterministic: the same rows,
//! options and seed give the same bytes.
//!
//! 1. Texts become sparse rows over 2^bits columns (`sparse`).
//! 2. Priors (lexicons, auxiliary models of other data sets) are weight vectors over the same columns;
//!    the score of each for a row is one more column (`prior`, `auxiliary`). They are linear, so they
//!    merge into the weights.
//! 3. Linear scorers, by margins, by `linfa-ftrl` or, over few columns, by `linfa-logistic` (`learner`,
//!    `margin`, `ftrl`, `logistic`).
//! 4. Cross-validation scores every row by scorers of the other folds. These scores give the calibration
//!    and the label divisors (`cross`, `calibrate`).
//! 5. The scorers of all rows and the priors merge into one table of 8-bit weights (`merge`, `assemble`).
//!
//! `plan` defines the tasks and their data; `train_all` runs the plans.
//!
//! Files import from the files above them in this list only: `error`, `options`, `spec`, `rows`,
//! `prior`, `sparse`, `linear`, learners, `learner`, `calibrate`, `cross`, `merge`, `learn`, `assemble`,
//! `corrections`, `needs_answer_rows`, `plan`, `auxiliary`, `train_all`.

mod assemble;
mod auxiliary;
mod calibrate;
mod corrections;
mod cross;
mod error;
mod ftrl;
mod ftrl_state;
mod learn;
mod learner;
mod linear;
mod logistic;
mod margin;
mod merge;
mod needs_answer_rows;
mod options;
mod plan;
mod prior;
mod rows;
mod sparse;
mod spec;
mod train_all;

pub use assemble::assemble;
pub use auxiliary::{AUXILIARY_MARGIN, AuxiliaryModels};
pub use corrections::{Correction, read_corrections};
pub use error::TrainError;
pub use learn::{LearnedTask, learn};
pub use options::{FtrlOptions, Learner, MarginOptions, TrainOptions};
pub use plan::{LabelSource, TaskPlan, plans, training_rows, training_rows_by_source};
pub use prior::Prior;
pub use rows::{folds_by_words, rows};
pub use spec::{Goal, TaskSpec};
pub use train_all::{TrainingSources, train_all};
