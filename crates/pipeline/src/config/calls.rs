//! `[calls]`: how often a contact is called.

use serde::{Deserialize, Serialize};

use super::{DurationSetting, IntervalOverride};

/// `[calls]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallsConfig {
    /// Maximum calls of a person in any hour.
    pub per_hour: usize,
    /// Minimum time between two calls of a person about one path.
    pub path_interval: DurationSetting,
    /// Minimum time between two commits.
    pub commit_interval: IntervalOverride,
    /// Bounds of the state.
    pub memory: CallsMemoryConfig,
}

/// `[calls.memory]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallsMemoryConfig {
    /// Maximum contacts per partition.
    pub contacts_most: usize,
    /// Maximum waiting cases per partition that are listed.
    pub cases_most: usize,
}

impl CallsConfig {
    /// The configuration of the stage.
    #[must_use]
    pub fn stage_config(&self) -> calls::Config {
        let CallsMemoryConfig { contacts_most, cases_most } = self.memory;
        calls::Config {
            per_hour: self.per_hour,
            path_interval: self.path_interval.as_delta(),
            memory: calls::Bounds { contacts_most, cases_most },
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Layers};

    #[test]
    fn the_default_file_equals_the_defaults_of_the_stage() {
        let config = Config::load(&Layers::default()).unwrap();
        assert_eq!(config.calls.stage_config(), calls::Config::default());
    }
}
