//! The metrics of one stage.

use std::sync::Arc;
use std::time::Duration;

use prometheus::core::{AtomicU64, GenericCounter};
use prometheus::{Histogram, IntCounter};
use stage::{RejectReason, Topic};

use crate::families::Families;
use crate::table::STORES;

/// Handles to the metrics of one stage. Counters are resolved once, so counting needs no lookup.
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
        // Create every label combination now, so that it is exported as 0 before the first event.
        for reason in RejectReason::ALL {
            families.dead_letters.with_label_values(&[name, reason.as_str()]);
        }
        families.entries.with_label_values(&[name]);
        families.restore.with_label_values(&[name]);
        let metrics = Self {
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
        };
        metrics.start_stores(name);
        metrics
    }

    /// Exports the evictions of a stage as 0, before the first one.
    pub(crate) fn start_stores(&self, stage: &str) {
        for (_, store) in STORES.iter().filter(|(name, _)| *name == stage) {
            self.evicted(stage, store, 0);
        }
    }

    /// Counts consumed records.
    pub fn records_in(&self, topic: Topic, records: u64) {
        match find(&self.input, topic) {
            Some(counter) => counter.inc_by(records),
            None => self.families.input.with_label_values(&[self.name, topic]).inc_by(records),
        }
    }

    /// Counts published records.
    pub fn records_out(&self, topic: Topic, records: u64) {
        match find(&self.output, topic) {
            Some(counter) => counter.inc_by(records),
            None => self.families.output.with_label_values(&[self.name, topic]).inc_by(records),
        }
    }

    /// Counts a dead letter of `stage`: this stage, or a later stage of a fused chain.
    pub fn dead_letter(&self, stage: &str, reason: RejectReason) {
        self.families.dead_letters.with_label_values(&[stage, reason.as_str()]).inc();
    }

    /// Records the time to process a batch.
    pub fn processed(&self, elapsed: Duration) {
        self.process_duration.observe(elapsed.as_secs_f64());
    }

    /// Records a committed transaction: its number of records and the time to commit.
    pub fn committed(&self, records: u64, elapsed: Duration) {
        self.transactions.inc();
        self.batch_size.observe(records as f64);
        self.commit_duration.observe(elapsed.as_secs_f64());
    }

    /// Counts an aborted transaction after which the worker restarts.
    pub fn restarted(&self) {
        self.restarts.inc();
    }

    /// Sets the lag of a partition: records not yet processed and the age of the next one.
    pub fn lag(&self, topic: Topic, partition: i32, records: i64, age: Duration) {
        let partition = partition.to_string();
        let labels = [self.name, topic, &partition];
        self.families.lag_records.with_label_values(&labels).set(records);
        self.families.lag_seconds.with_label_values(&labels).set(age.as_secs_f64());
    }

    /// Removes the lag of a revoked partition; its new worker reports it.
    pub fn revoked(&self, topic: Topic, partition: i32) {
        let partition = partition.to_string();
        let labels = [self.name, topic, &partition];
        // Removing labels that were never set is an error, which is harmless here.
        let _ = self.families.lag_records.remove_label_values(&labels);
        let _ = self.families.lag_seconds.remove_label_values(&labels);
    }

    /// Records the restore of a partition: its number of changes and the time it took.
    pub fn restored(&self, changes: u64, elapsed: Duration) {
        self.restored.inc_by(changes);
        self.families.restore.with_label_values(&[self.name]).set(elapsed.as_secs_f64());
    }

    /// Counts entries that a full store of `stage` had no room for: of this stage, or of a later
    /// stage of a fused chain.
    pub fn evicted(&self, stage: &str, store: &str, entries: u64) {
        self.families.evicted.with_label_values(&[stage, store]).inc_by(entries);
    }

    /// Sets the number of entries in the states of all partitions.
    pub fn state_entries(&self, entries: usize) {
        let entries = i64::try_from(entries).unwrap_or(i64::MAX);
        self.families.entries.with_label_values(&[self.name]).set(entries);
    }
}

fn find(counters: &[(Topic, IntCounter)], topic: Topic) -> Option<&GenericCounter<AtomicU64>> {
    counters.iter().find(|(name, _)| *name == topic).map(|(_, counter)| counter)
}
