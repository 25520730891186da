//! What the log counts, as metrics of the process.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use kafka::Meter;
use stage::{Observe, Reason, Stage, State, Topic};
use telemetry::{StageMetrics, Worker};

/// The counters of one worker.
pub(super) struct Counted {
    metrics: StageMetrics,
    health: Worker,
}

impl Counted {
    pub(super) fn new(metrics: StageMetrics, health: Worker) -> Self {
        Self { metrics, health }
    }
}

impl Meter for Counted {
    fn records_in(&self, topic: Topic, records: u64) {
        self.metrics.records_in(topic, records);
    }

    fn record_out(&self, topic: Topic) {
        self.metrics.records_out(topic, 1);
    }

    fn dead_letter(&self, stage: &str, reason: Reason) {
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

    fn beat(&self) {
        self.health.beat();
    }

    fn ready(&self, is_ready: bool) {
        if is_ready {
            self.health.ready();
        } else {
            self.health.waits_for("its partitions and their state");
        }
    }
}

/// How often the states are looked at.
const PERIOD: Duration = Duration::from_secs(1);

/// Shows the size of the states of all workers of a stage.
pub(super) struct Entries {
    metrics: StageMetrics,
    worker: usize,
    all: Arc<Mutex<Vec<usize>>>,
    looked_at: Option<Instant>,
}

impl Entries {
    pub(super) fn new(metrics: StageMetrics, worker: usize, all: Arc<Mutex<Vec<usize>>>) -> Self {
        Self { metrics, worker, all, looked_at: None }
    }

    /// Whether it is time to look again.
    fn is_due(&mut self) -> bool {
        let now = Instant::now();
        let is_due = self.looked_at.is_none_or(|at| now.duration_since(at) >= PERIOD);
        if is_due {
            self.looked_at = Some(now);
        }
        is_due
    }

    fn show(&self, entries: usize) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mine) = all.get_mut(self.worker) {
            *mine = entries;
        }
        self.metrics.state_entries(all.iter().sum());
    }
}

impl<S: Stage> Observe<S> for Entries {
    fn committed(&mut self, states: &std::collections::BTreeMap<i32, S::State>) {
        if self.is_due() {
            self.show(states.values().map(State::len).sum());
        }
    }
}

/// Publishes what the metrics stage has counted.
pub(super) struct Books {
    pub(super) entries: Entries,
    pub(super) exports: telemetry::Exports,
    pub(super) readings: reporting::Readings,
}

impl Observe<reporting::Metrics> for Books {
    fn committed(&mut self, states: &std::collections::BTreeMap<i32, reporting::State>) {
        if !self.entries.is_due() {
            return;
        }
        self.entries.show(states.values().map(State::len).sum());
        let samples = self.readings.of(states.values());
        self.exports.replace(samples.into_iter().map(shown).collect());
    }
}

/// A reading of the stage as the table of metrics shows it.
pub(crate) fn shown(sample: reporting::Sample) -> telemetry::Sample {
    let reporting::Sample { name, labels, reading } = sample;
    let reading = match reading {
        reporting::Reading::Counter(number) | reporting::Reading::Gauge(number) => {
            telemetry::Reading::Number(number)
        }
        reporting::Reading::Histogram { bounds, counts, sum } => {
            telemetry::Reading::Histogram { bounds, counts, sum }
        }
    };
    telemetry::Sample { name, labels, reading }
}
