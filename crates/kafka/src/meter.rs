//! What the log counts, for whoever shows it.

use std::time::Duration;

use stage::{Reason, Topic};

/// Hears of everything countable; implemented by the metrics of the process.
pub trait Meter: Send + Sync {
    /// Records were handed to the stage.
    fn records_in(&self, topic: Topic, records: u64);
    /// A record was written.
    fn record_out(&self, topic: Topic);
    /// A record went to the dead letters.
    fn dead_letter(&self, stage: &str, reason: Reason);
    /// A transaction of so many records was committed, in so much time.
    fn committed(&self, records: u64, took: Duration);
    /// The worker starts over.
    fn restarted(&self);
    /// How far a partition is behind.
    fn lag(&self, topic: Topic, partition: i32, records: i64, behind: Duration);
    /// A partition is another worker's now.
    fn revoked(&self, topic: Topic, partition: i32);
    /// A partition's state was restored from so many changes.
    fn restored(&self, partition: i32, changes: u64, took: Duration);
    /// The worker is alive.
    fn beat(&self);
    /// The worker has all its partitions restored, or has lost them.
    fn ready(&self, is_ready: bool);
}

/// Counts nothing.
#[derive(Debug)]
pub struct Unmetered;

impl Meter for Unmetered {
    fn records_in(&self, _: Topic, _: u64) {}
    fn record_out(&self, _: Topic) {}
    fn dead_letter(&self, _: &str, _: Reason) {}
    fn committed(&self, _: u64, _: Duration) {}
    fn restarted(&self) {}
    fn lag(&self, _: Topic, _: i32, _: i64, _: Duration) {}
    fn revoked(&self, _: Topic, _: i32) {}
    fn restored(&self, _: i32, _: u64, _: Duration) {}
    fn beat(&self) {}
    fn ready(&self, _: bool) {}
}
