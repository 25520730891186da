//! What the stage writes: the books of each closed hour.

use mention::{codec, codec::Fact, topics};
use serde::{Deserialize, Serialize};
use stage::{Micros, Output, Topic};

/// The books of one hour, one tenant and one partition, closed: the record of `metrics.window.v1`.
///
/// Add up over the partitions; a higher revision replaces a lower one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Window {
    /// Whose mentions are counted.
    pub tenant: String,
    /// The partition whose mentions are counted.
    pub partition: i32,
    /// When the hour began, in microseconds.
    pub hour_at: Micros,
    /// Counts the closings of this hour, from 1.
    pub revision: i64,
    /// Mentions heard.
    pub heard: i64,
    /// Of them, reposts.
    pub reposts: i64,
    /// Of them, copies by the same author.
    pub copies: i64,
    /// Of them, heard before.
    pub redelivered: i64,
    /// Of them, by the brand itself.
    pub own: i64,
    /// Of them, deletions.
    pub withdrawn: i64,
    /// Of them, routed with a judgement.
    pub routed: i64,
    /// Of them, routed without a judgement.
    pub abstained: i64,
    /// Of them, kept back by a filter.
    pub filtered: i64,
    /// Of them, none of these.
    pub difference: i64,
    /// Up to which event time facts were counted, in microseconds.
    pub closed_at: Micros,
    /// Of them, in the dead letters of a stage.
    pub rejected: i64,
}

impl Fact for Window {
    const SCHEMA: &'static str = "harken.metrics.Window";
}

/// An output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out {
    /// For `metrics.window`.
    Window(Window),
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

    fn time(&self) -> Micros {
        match self {
            Out::Window(window) => window.closed_at,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Out::Window(window) => codec::write(window, out),
        }
    }
}
