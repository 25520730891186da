//! The configuration: when the stage abstains, and how much evidence it records.

use serde::{Deserialize, Serialize};

use crate::Costs;

/// The configuration of the stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The confidence from which the detected language counts; below it, the language that the platform
    /// claims.
    pub sure_of_language: f32,
    /// The most words recorded as evidence per finding; 0 records none.
    pub because: usize,
    /// The costs of mistakes, which determine when a task abstains.
    pub costs: Costs,
}

impl Default for Config {
    fn default() -> Self {
        Self { sure_of_language: 0.8, because: 3, costs: Costs::default() }
    }
}

/// The limit of `because`. More words explain nothing and make every record larger.
const MAX_WORDS: usize = 20;

impl Config {
    /// The invalid settings, as `key: problem`.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut problems = self.costs.problems();
        if !(0.0..=1.0).contains(&self.sure_of_language) {
            problems.push(format!(
                "sure_of_language: {} is not between 0 and 1",
                self.sure_of_language
            ));
        }
        if self.because > MAX_WORDS {
            problems.push(format!("because: {} is above {MAX_WORDS}", self.because));
        }
        problems
    }
}
