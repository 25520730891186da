//! Output of the stage: the reconciliation of each closed hour.

use mention::{codec, codec::AvroRecord, topics};
use serde::{Deserialize, Serialize};
use stage::{EventTime, Output, Topic};

/// Reconciliation of one closed hour for one tenant and partition: the record of
/// `metrics.window.v1`.
///
/// Consumers add up the partitions. A higher revision replaces a lower one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct HourWindow {
    /// The tenant of the mentions.
    pub tenant: String,
    /// The partition of the mentions.
    pub partition: i32,
    /// Start of the hour, in microseconds since the epoch.
    pub hour_at: EventTime,
    /// Sequence number of the closings of this hour, from 1.
    pub revision: i64,
    /// Mentions received.
    pub heard: i64,
    /// Of them, reposts.
    pub reposts: i64,
    /// Of them, copies by the same author.
    pub copies: i64,
    /// Of them, redelivered.
    pub redelivered: i64,
    /// Of them, by owned accounts.
    pub own: i64,
    /// Of them, deletions.
    pub withdrawn: i64,
    /// Of them, routed with a sentiment.
    pub routed: i64,
    /// Of them, routed without a sentiment.
    pub abstained: i64,
    /// Of them, dropped by a filter.
    pub filtered: i64,
    /// Of them, without an outcome: lost. Negative if a mention was passed on twice.
    pub difference: i64,
    /// Event time up to which records were counted, in microseconds since the epoch.
    pub closed_at: EventTime,
    /// Of them, in the dead letters of a stage.
    pub rejected: i64,
}

impl AvroRecord for HourWindow {
    const SCHEMA: &'static str = "harken.metrics.Window";
}

/// An output record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out {
    /// For `metrics.window`.
    Window(HourWindow),
}

impl Output for Out {
    fn topics() -> Vec<Topic> {
        vec![topics::METRICS_WINDOW]
    }

    fn topic(&self) -> Topic {
        match self {
            Out::Window(_) => topics::METRICS_WINDOW,
        }
    }

    fn key(&self, out: &mut Vec<u8>) {
        match self {
            Out::Window(window) => out.extend_from_slice(window.tenant.as_bytes()),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Out::Window(window) => codec::write(window, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_window_of_an_hour_conforms_to_its_golden_bytes() {
        let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
        assert_eq!(mention::conformance::check_record::<HourWindow>(&schemas), Ok(()));
    }
}
