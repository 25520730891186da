//! `[worker]` and `[telemetry]`: settings of every process, whichever stages it runs.

use std::net::SocketAddr;
use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use super::DurationSetting;
use super::string_enum::string_enum;

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
    /// Format of log lines.
    pub log_format: LogFormat,
    /// Log level, per target if needed.
    pub log_filter: String,
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
