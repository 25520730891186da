//! What one stage counts.

use std::sync::Arc;
use std::time::Duration;

use prometheus::core::{AtomicU64, GenericCounter};
use prometheus::{Histogram, IntCounter};
use stage::{Reason, Topic};

use crate::families::Families;

/// The counters of one stage; cheap to clone, and to count with.
#[derive(Debug, Clone)]
pub struct StageMetrics {
    families: Arc<Families>,
    name: &'static str,
    input: Vec<(Topic, IntCounter)>,
    output: Vec<(Topic, IntCounter)>,
    transactions: IntCounter,
    restarts: IntCounter,
    restored: IntCounter,
    commit_duration: Histogram,
    batch_size: Histogram,
    process_duration: Histogram,
}

impl StageMetrics {
    pub(crate) fn new(
        families: Arc<Families>,
        name: &'static str,
        reads: &[Topic],
        writes: &[Topic],
    ) -> Self {
        let of = |topic: &Topic| (*topic, families.input.with_label_values(&[name, topic]));
        let input = reads.iter().map(of).collect();
        let of = |topic: &Topic| (*topic, families.output.with_label_values(&[name, topic]));
        let output = writes.iter().map(of).collect();
        for reason in Reason::ALL {
            families.dead_letters.with_label_values(&[name, reason.as_str()]);
        }
        families.entries.with_label_values(&[name]);
        families.restore.with_label_values(&[name]);
        Self {
            name,
            input,
            output,
            transactions: families.transactions.with_label_values(&[name]),
            restarts: families.restarts.with_label_values(&[name]),
            restored: families.restored.with_label_values(&[name]),
            commit_duration: families.commit_duration.with_label_values(&[name]),
            batch_size: families.batch_size.with_label_values(&[name]),
            process_duration: families.process_duration.with_label_values(&[name]),
            families,
        }
    }

    /// Records were read.
    pub fn records_in(&self, topic: Topic, records: u64) {
        match find(&self.input, topic) {
            Some(counter) => counter.inc_by(records),
            None => self.families.input.with_label_values(&[self.name, topic]).inc_by(records),
        }
    }

    /// Records were written.
    pub fn records_out(&self, topic: Topic, records: u64) {
        match find(&self.output, topic) {
            Some(counter) => counter.inc_by(records),
            None => self.families.output.with_label_values(&[self.name, topic]).inc_by(records),
        }
    }

    /// A record went to the dead letters of `stage`: this one, or one fused behind it.
    pub fn dead_letter(&self, stage: &str, reason: Reason) {
        self.families.dead_letters.with_label_values(&[stage, reason.as_str()]).inc();
    }

    /// A batch was processed in so much time.
    pub fn processed(&self, took: Duration) {
        self.process_duration.observe(took.as_secs_f64());
    }

    /// A transaction of so many records was committed in so much time.
    pub fn committed(&self, records: u64, took: Duration) {
        self.transactions.inc();
        self.batch_size.observe(records as f64);
        self.commit_duration.observe(took.as_secs_f64());
    }

    /// A transaction was aborted and a worker starts over.
    pub fn restarted(&self) {
        self.restarts.inc();
    }

    /// How far a partition is behind.
    pub fn lag(&self, topic: Topic, partition: i32, records: i64, behind: Duration) {
        let partition = partition.to_string();
        let labels = [self.name, topic, &partition];
        self.families.lag_records.with_label_values(&labels).set(records);
        self.families.lag_seconds.with_label_values(&labels).set(behind.as_secs_f64());
    }

    /// A partition is another's now: its lag is not ours to tell.
    pub fn revoked(&self, topic: Topic, partition: i32) {
        let partition = partition.to_string();
        let labels = [self.name, topic, &partition];
        // It is an error to remove what was never set, which is fine here.
        let _ = self.families.lag_records.remove_label_values(&labels);
        let _ = self.families.lag_seconds.remove_label_values(&labels);
    }

    /// The state of a partition was restored from so many changes in so much time.
    pub fn restored(&self, changes: u64, took: Duration) {
        self.restored.inc_by(changes);
        self.families.restore.with_label_values(&[self.name]).set(took.as_secs_f64());
    }

    /// How many entries the states hold.
    pub fn state_entries(&self, entries: usize) {
        let entries = i64::try_from(entries).unwrap_or(i64::MAX);
        self.families.entries.with_label_values(&[self.name]).set(entries);
    }
}

fn find(counters: &[(Topic, IntCounter)], topic: Topic) -> Option<&GenericCounter<AtomicU64>> {
    counters.iter().find(|(name, _)| *name == topic).map(|(_, counter)| counter)
}
