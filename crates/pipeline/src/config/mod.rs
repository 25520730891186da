//! Configuration: `default.toml` holds the defaults, a file overrides them, the environment overrides
//! both.
//!
//! One struct per section. An unknown key or an invalid value is an error that names the key, the
//! value and what is valid. Must not know what a setting does; the command that uses it does.

mod calls;
mod check;
mod client_properties;
mod ingest;
mod ingest_keys;
mod kafka;
mod layers;
mod metrics;
mod name_list;
mod owned_accounts;
mod ranges;
mod secret;
mod stages;
mod string_enum;
mod surge;
mod units;
mod worker;

pub use calls::{CallsConfig, CallsMemoryConfig};
pub use client_properties::ClientProperties;
pub use ingest::{IngestConfig, UnknownTenants};
pub use ingest_keys::{IngestKey, KeyHolder};
pub use kafka::{ForgedStateSetting, KafkaConfig, SaslMechanism, SecurityConfig, SecurityProtocol};
pub use layers::{DEFAULT_TOML, Layers};
pub use metrics::{MetricsConfig, StaffingConfig};
pub use name_list::NameList;
pub use owned_accounts::OwnedAccounts;
pub use secret::Secret;
pub use stages::{DedupeConfig, EscalationConfig, PriorityConfig, SentimentConfig};
pub use surge::SurgeConfig;
pub use units::{DurationSetting, IntervalOverride, PathSetting, SizeSetting};
pub use worker::{LogFormat, TelemetryConfig, WorkerConfig};

use serde::{Deserialize, Serialize};

use crate::{CommandError, Failure};

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Connection to the cluster.
    pub kafka: KafkaConfig,
    /// Worker threads, batches, commits and timeouts.
    pub worker: WorkerConfig,
    /// Logs, metrics and health endpoints.
    pub telemetry: TelemetryConfig,
    /// Receiving mentions.
    pub ingest: IngestConfig,
    /// Duplicate detection.
    pub dedupe: DedupeConfig,
    /// Text models.
    pub sentiment: SentimentConfig,
    /// Scoring.
    pub priority: PriorityConfig,
    /// Rules, routing and SLA clocks.
    pub escalation: EscalationConfig,
    /// Limits of calls.
    pub calls: CallsConfig,
    /// Outbreak detection.
    pub surge: SurgeConfig,
    /// Reconciliation and staffing.
    pub metrics: MetricsConfig,
}

impl Config {
    /// Merges the layers and checks the result.
    ///
    /// # Errors
    /// [`CommandError::Config`] with the key, the value and what is valid.
    pub fn load(layers: &Layers) -> Result<Self, CommandError> {
        let invalid =
            |reason: String| CommandError::Config(Failure::new("read the configuration", reason));
        let config = layers.read().map_err(invalid)?;
        // One error at a time keeps the message on one line, as logs and supervisors expect.
        match check::problems(&config).into_iter().next() {
            Some(problem) => Err(invalid(problem)),
            None => Ok(config),
        }
    }

    /// What runs and should not be left so, one sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        check::warnings(self)
    }

    /// The effective configuration as TOML, with secrets redacted.
    ///
    /// # Errors
    /// [`CommandError::Bug`] if a setting cannot be serialized.
    pub fn print(&self) -> Result<String, CommandError> {
        toml::to_string(self)
            .map_err(|e| CommandError::Bug(Failure::new("print the configuration", e)))
    }
}

#[cfg(test)]
mod tests;
