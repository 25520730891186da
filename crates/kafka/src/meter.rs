//! The port to the metrics of the process.

use std::time::Duration;

use stage::{RejectReason, Topic};

/// Receives everything that a log counts. The methods take the topic without prefix.
pub trait LogMeter: Send + Sync {
    /// The log passed records to the stage.
    fn records_in(&self, topic: Topic, records: u64);
    /// The log wrote a record.
    fn record_out(&self, topic: Topic);
    /// The log wrote a dead letter.
    fn dead_letter(&self, stage: &str, reason: RejectReason);
    /// A transaction with this number of input records was committed; `took` is the time of the
    /// commit alone.
    fn committed(&self, records: u64, took: Duration);
    /// The worker restarts after a fault.
    fn restarted(&self);
    /// Records and time by which a partition lags.
    fn lag(&self, topic: Topic, partition: i32, records: i64, behind: Duration);
    /// The group revoked a partition.
    fn revoked(&self, topic: Topic, partition: i32);
    /// The worker restored the state of a partition from this number of changes.
    fn restored(&self, partition: i32, changes: u64, took: Duration);
    /// The worker is alive.
    fn heartbeat(&self);
    /// Whether the state of all assigned partitions is restored, and the worker has committed since
    /// it was stuck.
    fn set_ready(&self, is_ready: bool);
}

/// Ignores everything.
#[derive(Debug)]
pub struct NoMeter;

impl LogMeter for NoMeter {
    fn records_in(&self, _: Topic, _: u64) {}
    fn record_out(&self, _: Topic) {}
    fn dead_letter(&self, _: &str, _: RejectReason) {}
    fn committed(&self, _: u64, _: Duration) {}
    fn restarted(&self) {}
    fn lag(&self, _: Topic, _: i32, _: i64, _: Duration) {}
    fn revoked(&self, _: Topic, _: i32) {}
    fn restored(&self, _: i32, _: u64, _: Duration) {}
    fn heartbeat(&self) {}
    fn set_ready(&self, _: bool) {}
}
