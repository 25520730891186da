//! `[worker]` and `[telemetry]`: settings of every process, whichever stages it runs.

use std::net::SocketAddr;
use std::num::NonZeroUsize;

use listener::ApiKey;
use serde::{Deserialize, Serialize};

use super::string_enum::string_enum;
use super::{DurationSetting, PathSetting, Secret};
use crate::CommandError;

/// `[worker]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerConfig {
    /// Identifies this process among those that run the same stage; part of the transactional id.
    pub instance: String,
    /// Worker threads per stage, each with its own consumer and transactional producer.
    pub workers: NonZeroUsize,
    /// Maximum records per batch.
    pub batch: NonZeroUsize,
    /// Minimum time between two commits.
    pub commit_interval: DurationSetting,
    /// Whether a fused chain also writes its intermediate topics.
    pub taps: bool,
    /// Time without a heartbeat after which the brokers reassign the partitions.
    pub session_timeout: DurationSetting,
    /// Time after which the brokers abort an open transaction.
    pub transaction_timeout: DurationSetting,
    /// Maximum duration of a graceful shutdown.
    pub shutdown_timeout: DurationSetting,
}

/// `[telemetry]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetryConfig {
    /// Listen address of `/metrics`, `/livez` and `/readyz`.
    pub listen: SocketAddr,
    /// Bearer token that `/metrics` requires; empty shows it to everybody.
    pub api_key: Secret,
    /// File that contains that bearer token.
    pub api_key_file: PathSetting,
    /// Maximum of open connections.
    pub connections: usize,
    /// Maximum of open connections of one address.
    pub connections_per_address: usize,
    /// Format of log lines.
    pub log_format: LogFormat,
    /// Log level, per target if needed.
    pub log_filter: String,
}

impl TelemetryConfig {
    /// The key of `/metrics`, also from a file; `None` shows it to everybody.
    ///
    /// # Errors
    /// [`CommandError::Config`] if the file cannot be read or the key is invalid.
    pub fn key(&self) -> Result<Option<ApiKey>, CommandError> {
        let Some(key) = self.api_key.reveal(&self.api_key_file, "telemetry.api_key")? else {
            return Ok(None);
        };
        ApiKey::new(&key).map(Some).map_err(|wrong| {
            let problem = format!("read the configuration: telemetry.api_key: the key {wrong}");
            CommandError::Config(problem.into())
        })
    }
}

/// Format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Human-readable text.
    Text,
    /// One JSON object per line.
    Json,
}

string_enum!(LogFormat { Text = "text", Json = "json" });
