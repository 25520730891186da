//! When the scorer abstains.

use serde::{Deserialize, Serialize};

/// When the scorer abstains.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// It abstains when the likeliest class is less likely than this, from 0 to 1.
    pub abstain_below: f32,
    /// From this confidence on, the language the text shows counts; below, the one the platform
    /// claims.
    pub sure_of_language: f32,
}

impl Default for Config {
    fn default() -> Self {
        Self { abstain_below: 0.4, sure_of_language: 0.8 }
    }
}

impl Config {
    /// What is wrong with it, as `key: what`.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let named =
            [("abstain_below", self.abstain_below), ("sure_of_language", self.sure_of_language)];
        let bad = named.into_iter().filter(|(_, share)| !(0.0..=1.0).contains(share));
        bad.map(|(key, share)| format!("{key}: {share} is not from 0 to 1")).collect()
    }
}
