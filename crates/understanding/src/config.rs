//! When the scorer abstains, and how much it explains.

use serde::{Deserialize, Serialize};

use crate::Costs;

/// When the scorer abstains, and how much it explains.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// From this confidence on, the language the text shows counts; below, the one the platform
    /// claims.
    pub sure_of_language: f32,
    /// How many words are named for each answer, at most; 0 names none.
    pub because: usize,
    /// What mistakes cost; from them follows when a task abstains.
    pub costs: Costs,
}

impl Default for Config {
    fn default() -> Self {
        Self { sure_of_language: 0.8, because: 3, costs: Costs::default() }
    }
}

/// More words than this explain nothing and make every record longer.
const MOST_WORDS: usize = 20;

impl Config {
    /// What is wrong with it, as `key: what`.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut problems = self.costs.problems();
        if !(0.0..=1.0).contains(&self.sure_of_language) {
            problems
                .push(format!("sure_of_language: {} is not from 0 to 1", self.sure_of_language));
        }
        if self.because > MOST_WORDS {
            problems.push(format!("because: {} is above {MOST_WORDS}", self.because));
        }
        problems
    }
}
