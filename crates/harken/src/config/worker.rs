//! `[worker]` and `[telemetry]`: how a process works, and what it shows of itself.

use std::net::SocketAddr;
use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use super::Span;
use super::closed::closed;

/// `[worker]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    /// Distinguishes this process from the others of the same stage.
    pub instance: String,
    /// Threads, each with a consumer and a producer of its own.
    pub workers: NonZeroUsize,
    /// Records processed together, at most.
    pub batch: NonZeroUsize,
    /// The least time between two commits.
    pub commit_interval: Span,
    /// Whether a fused chain writes the topics inside it.
    pub taps: bool,
    /// After this silence the broker gives the partitions to somebody else.
    pub session_timeout: Span,
    /// After this time the broker aborts an open transaction.
    pub transaction_timeout: Span,
    /// How long the end may take.
    pub shutdown_timeout: Span,
}

/// `[telemetry]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// Where `/metrics`, `/livez` and `/readyz` are served.
    pub listen: SocketAddr,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Which log lines are written.
    pub log_filter: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

closed!(LogFormat { Text = "text", Json = "json" });
