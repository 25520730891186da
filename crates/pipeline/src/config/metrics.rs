//! `[metrics]`: reconciliation and staffing forecast.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{DurationSetting, IngestConfig, IntervalOverride};

/// `[metrics]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsConfig {
    /// How long after its end an hour is reconciled and closed.
    pub grace: DurationSetting,
    /// Minimum time between two commits.
    pub commit_interval: IntervalOverride,
    /// Inputs of the staffing forecast.
    pub staffing: StaffingConfig,
    /// Bounds of the state.
    pub memory: MetricsMemoryConfig,
}

/// `[metrics.memory]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsMemoryConfig {
    /// Maximum tenants per partition.
    pub tenants_most: usize,
    /// Maximum counters per partition.
    pub counters_most: usize,
    /// Maximum models of tenants per partition.
    pub models_most: usize,
    /// Maximum cases per partition.
    pub cases_most: usize,
}

impl MetricsMemoryConfig {
    /// The bounds of the stage's state.
    #[must_use]
    pub fn bounds(&self) -> reporting::Bounds {
        reporting::Bounds {
            tenants_most: self.tenants_most,
            counters_most: self.counters_most,
            models_most: self.models_most,
            cases_most: self.cases_most,
        }
    }
}

/// `[metrics.staffing]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffingConfig {
    /// Handling time of one answer.
    pub handling: DurationSetting,
    /// Target waiting time of live work.
    pub live_within: DurationSetting,
    /// Target answer time of deferrable work.
    pub deferred_within: DurationSetting,
    /// Share of work that must meet its target, in percent, 1 to 99.
    pub share: u8,
}

impl StaffingConfig {
    /// Every invalid value, as `key: reason`.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let (min, max) = (Duration::from_secs(1), Duration::from_secs(86_400));
        let spans = [("handling", self.handling), ("deferred_within", self.deferred_within)];
        let is_invalid = |span: &DurationSetting| !(min..=max).contains(&span.0);
        let invalid = spans.iter().filter(|(_, span)| is_invalid(span));
        let mut problems: Vec<String> =
            invalid.map(|(key, span)| format!("{key}: {span} must be from 1s to 1day")).collect();
        if !(1..=99).contains(&self.share) {
            problems.push(format!("share: {} must be from 1 to 99", self.share));
        }
        problems
    }

    fn stage_config(&self) -> reporting::StaffingTargets {
        reporting::StaffingTargets {
            handling: self.handling.as_delta(),
            live_within: self.live_within.as_delta(),
            deferred_within: self.deferred_within.as_delta(),
            share: self.share,
        }
    }
}

impl MetricsConfig {
    /// The configuration of the stage `metrics`. An empty `ingest.tenant` adds no tenant.
    #[must_use]
    pub fn stage_config(&self, ingest: &IngestConfig) -> reporting::Config {
        reporting::Config {
            tenants: Some(ingest.tenant.clone())
                .filter(|name| !name.is_empty())
                .into_iter()
                .collect(),
            grace: self.grace.as_delta(),
            staffing: self.staffing.stage_config(),
            memory: self.memory.bounds(),
            ..reporting::Config::default()
        }
    }
}
