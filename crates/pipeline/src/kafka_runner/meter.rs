//! Exports the counters of the log and the sizes of the states as metrics of the process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use kafka::LogMeter;
use stage::{CommitObserver, Eviction, RejectReason, Stage, State, Topic};
use telemetry::{StageMetrics, WorkerHandle};

use crate::measurement::telemetry_sample;

/// The counters of one worker.
pub(super) struct WorkerMeter {
    metrics: StageMetrics,
    health: WorkerHandle,
}

impl WorkerMeter {
    pub(super) fn new(metrics: StageMetrics, health: WorkerHandle) -> Self {
        Self { metrics, health }
    }
}

impl LogMeter for WorkerMeter {
    fn records_in(&self, topic: Topic, records: u64) {
        self.metrics.records_in(topic, records);
    }

    fn record_out(&self, topic: Topic) {
        self.metrics.records_out(topic, 1);
    }

    fn dead_letter(&self, stage: &str, reason: RejectReason) {
        self.metrics.dead_letter(stage, reason);
    }

    fn committed(&self, records: u64, took: Duration) {
        self.metrics.committed(records, took);
    }

    fn restarted(&self) {
        self.metrics.restarted();
    }

    fn lag(&self, topic: Topic, partition: i32, records: i64, behind: Duration) {
        self.metrics.lag(topic, partition, records, behind);
    }

    fn revoked(&self, topic: Topic, partition: i32) {
        self.metrics.revoked(topic, partition);
    }

    fn restored(&self, _: i32, changes: u64, took: Duration) {
        self.metrics.restored(changes, took);
    }

    fn heartbeat(&self) {
        self.health.heartbeat();
    }

    fn set_ready(&self, is_ready: bool) {
        if is_ready {
            self.health.mark_ready();
        } else {
            self.health
                .mark_not_ready("its partitions, their state, or a commit after repeated restarts");
        }
    }
}

/// Interval of the state metrics: measuring walks every partition's state.
const PERIOD: Duration = Duration::from_secs(1);

/// Exports the number of state entries, summed over all workers of a stage.
pub(super) struct StateSizeObserver {
    metrics: StageMetrics,
    worker: usize,
    sizes: Arc<Mutex<Vec<usize>>>,
    updated_at: Option<Instant>,
    evictions: EvictionLog,
}

impl StateSizeObserver {
    pub(super) fn new(metrics: StageMetrics, worker: usize, sizes: Arc<Mutex<Vec<usize>>>) -> Self {
        Self { metrics, worker, sizes, updated_at: None, evictions: EvictionLog::default() }
    }

    /// Whether the interval has passed; if so, it starts again.
    fn is_due(&mut self) -> bool {
        let now = Instant::now();
        let is_due = self.updated_at.is_none_or(|at| now.duration_since(at) >= PERIOD);
        if is_due {
            self.updated_at = Some(now);
        }
        is_due
    }

    fn count(&mut self, evictions: &[Eviction]) {
        let now = Instant::now();
        for eviction in evictions {
            self.metrics.evicted(eviction.stage, eviction.store, eviction.entries);
            self.evictions.add(*eviction, now);
        }
    }

    fn publish(&self, entries: usize) {
        let mut all = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = all.get_mut(self.worker) {
            *own = entries;
        }
        self.metrics.state_entries(all.iter().sum());
    }
}

impl<S: Stage> CommitObserver<S> for StateSizeObserver {
    fn on_commit(&mut self, states: &BTreeMap<i32, S::State>) {
        if self.is_due() {
            self.publish(states.values().map(State::len).sum());
        }
    }

    fn on_evictions(&mut self, evictions: &[Eviction]) {
        self.count(evictions);
    }
}

/// Interval of the log lines about one full store: it removes an entry for each one that it adds.
const EVICTION_LOG_PERIOD: Duration = Duration::from_secs(60);

/// Logs what full stores have removed, once a minute for each store.
#[derive(Default)]
struct EvictionLog {
    /// By stage and store: the entries since the last line, and when that was.
    since_last: BTreeMap<(&'static str, &'static str), (u64, Option<Instant>)>,
}

impl EvictionLog {
    fn add(&mut self, Eviction { stage, store, entries }: Eviction, now: Instant) {
        let (unlogged, logged_at) = self.since_last.entry((stage, store)).or_default();
        *unlogged = unlogged.saturating_add(entries);
        if logged_at.is_some_and(|at| now.duration_since(at) < EVICTION_LOG_PERIOD) {
            return;
        }
        *logged_at = Some(now);
        tracing::warn!(
            stage,
            store,
            entries = std::mem::take(unlogged),
            "a store of the state is full and loses entries before their time: raise its setting in the \
             section [{stage}.memory] or add partitions; see docs/explanation/state.md"
        );
    }
}

/// Exports the measurements of the stage `metrics` after a commit.
pub(super) struct MetricsObserver {
    pub(super) entries: StateSizeObserver,
    pub(super) exports: telemetry::SampleSlot,
    pub(super) readings: reporting::StateMeter,
}

impl CommitObserver<reporting::Reporting> for MetricsObserver {
    fn on_commit(&mut self, states: &BTreeMap<i32, reporting::State>) {
        if !self.entries.is_due() {
            return;
        }
        self.entries.publish(states.values().map(State::len).sum());
        let samples = self.readings.measure(states.values());
        self.exports.replace(samples.into_iter().map(telemetry_sample).collect());
    }

    fn on_evictions(&mut self, evictions: &[Eviction]) {
        self.entries.count(evictions);
    }
}
