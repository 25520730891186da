//! `[surge]`: outbreak detection. docs/explanation/outbreaks.md explains the parameters.

use serde::{Deserialize, Serialize};
use stage::TimeDelta;

use super::{DurationSetting, IntervalOverride, SizeSetting};

/// `[surge]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurgeConfig {
    /// Log-likelihood ratio, in nats, at which an incident opens.
    pub open_at: f64,
    /// Share of `open_at` below which an open incident starts to fade.
    pub fade_at: f64,
    /// Minimum mentions for an incident.
    pub least: u32,
    /// Minimum ratio of observed to expected mentions.
    pub times: f64,
    /// Consecutive minutes for which all conditions must hold.
    pub persists: u32,
    /// How long an incident fades before it is closed.
    pub quiet: DurationSetting,
    /// How long after closing an outbreak of the same series reopens the incident.
    pub cool_down: DurationSetting,
    /// Minimum time between two revisions of the same severity.
    pub revise: DurationSetting,
    /// Points per step of severity.
    pub points: i32,
    /// How long a series is remembered after its last mention.
    pub keep: DurationSetting,
    /// How long a series of near-duplicates is remembered after its last mention.
    pub keep_cluster: DurationSetting,
    /// How long a closed incident stays on its topic before a tombstone removes it.
    pub keep_incident: DurationSetting,
    /// Warm-up of a new series, in which it opens no incident.
    pub warm_up: DurationSetting,
    /// Minimum time between two commits.
    pub commit_interval: IntervalOverride,
    /// Bounds of the state.
    pub memory: SurgeMemoryConfig,
}

/// `[surge.memory]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurgeMemoryConfig {
    /// Maximum series per partition.
    pub series_most: usize,
    /// Maximum size of the series of a partition with their outbreaks.
    pub series_size: SizeSetting,
    /// Maximum ended incidents per partition that wait for their tombstone.
    pub ended_most: usize,
}

impl SurgeConfig {
    /// The configuration of the stage `surge`, which counts in whole minutes, hours and days.
    #[must_use]
    pub fn stage_config(&self) -> surge::Config {
        // Truncates to whole units; the check of the stage requires at least one.
        let minutes = |span: DurationSetting| span.as_delta() / TimeDelta::MINUTE;
        let days = |span: DurationSetting| minutes(span) / 1440;
        surge::Config {
            open_at: self.open_at,
            fade_at: self.fade_at,
            least: self.least,
            times: self.times,
            persists: self.persists,
            quiet: minutes(self.quiet),
            cool_down: minutes(self.cool_down),
            revise: minutes(self.revise),
            points: self.points,
            keep_days: days(self.keep),
            keep_cluster_days: days(self.keep_cluster),
            keep_incident_days: days(self.keep_incident),
            warm_up_hours: minutes(self.warm_up) / 60,
            memory: surge::Bounds {
                series_most: self.memory.series_most,
                series_bytes: self.memory.series_size.bytes(),
                ended_most: self.memory.ended_most,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Layers};

    #[test]
    fn the_default_file_equals_the_defaults_of_the_stage() {
        let config = Config::load(&Layers::default()).unwrap();
        assert_eq!(config.surge.stage_config(), surge::Config::default());
    }
}
