//! The metrics of the runtime, built from the table.

use std::sync::Arc;

use prometheus::{
    GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry,
};
use stage::{Stage, Topic};

use crate::connections::{ConnectionCounts, Listener};
use crate::samples::{SampleRegistry, SampleSlot};
use crate::stage_metrics::StageMetrics;
use crate::table::{self, MetricSpec};

/// A metric could not be built from its row: a bug in the table.
#[derive(Debug)]
pub struct InvalidMetric(String);

impl std::fmt::Display for InvalidMetric {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "build the metric {}", self.0)
    }
}

impl std::error::Error for InvalidMetric {}

/// Outcome of a mention posted to the ingest endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IngestOutcome {
    /// Stored in the log.
    Accepted,
    /// Rejected as invalid.
    Rejected,
    /// Rejected because the tenant is over its quota; the sender may retry.
    OverQuota,
    /// Rejected because the key does not speak for it, or because its tenant does not exist.
    Denied,
}

impl IngestOutcome {
    const ALL: [IngestOutcome; 4] = [
        IngestOutcome::Accepted,
        IngestOutcome::Rejected,
        IngestOutcome::OverQuota,
        IngestOutcome::Denied,
    ];

    /// Value of the label `outcome`.
    fn as_str(self) -> &'static str {
        match self {
            IngestOutcome::Accepted => "accepted",
            IngestOutcome::Rejected => "rejected",
            IngestOutcome::OverQuota => "over_quota",
            IngestOutcome::Denied => "denied",
        }
    }
}

/// Outcome of a reload of the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulesLoad {
    /// The new rules are valid and in effect.
    Accepted,
    /// The new rules are invalid; the previous ones stay in effect.
    Rejected,
}

impl RulesLoad {
    const ALL: [RulesLoad; 2] = [RulesLoad::Accepted, RulesLoad::Rejected];

    /// Value of the label `outcome`.
    fn as_str(self) -> &'static str {
        match self {
            RulesLoad::Accepted => "taken",
            RulesLoad::Rejected => "refused",
        }
    }
}

/// All metrics of the process. Clones share the same metrics.
#[derive(Debug, Clone)]
pub struct Metrics(pub(crate) Arc<Families>);

#[derive(Debug)]
pub(crate) struct Families {
    pub(crate) registry: Registry,
    pub(crate) samples: SampleRegistry,
    pub(crate) input: IntCounterVec,
    pub(crate) output: IntCounterVec,
    pub(crate) dead_letters: IntCounterVec,
    pub(crate) transactions: IntCounterVec,
    pub(crate) commit_duration: HistogramVec,
    pub(crate) batch_size: HistogramVec,
    pub(crate) process_duration: HistogramVec,
    pub(crate) restarts: IntCounterVec,
    pub(crate) lag_records: IntGaugeVec,
    pub(crate) lag_seconds: GaugeVec,
    pub(crate) entries: IntGaugeVec,
    pub(crate) evicted: IntCounterVec,
    pub(crate) restore: GaugeVec,
    pub(crate) restored: IntCounterVec,
    http: IntCounterVec,
    pub(crate) open_connections: IntGaugeVec,
    pub(crate) refused_connections: IntCounterVec,
    rules: GaugeVec,
    rules_loads: IntCounterVec,
    rules_since: GaugeVec,
    stale_persons: IntGaugeVec,
}

// Seconds. A batch in memory takes under a millisecond; a slow commit several seconds.
const DURATION_BUCKETS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0];
const SIZE_BUCKETS: &[f64] = &[1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 16384.0];

impl Metrics {
    /// Creates the metrics of the runtime; `version` is that of the program.
    ///
    /// # Errors
    /// When a metric has no row in the table or its row is invalid.
    pub fn new(version: &str) -> Result<Self, InvalidMetric> {
        // A registry of its own: the global one would reject the metrics of a second instance.
        let builder = FamilyBuilder(Registry::new());
        let build = builder.gauge("harken_build_info")?;
        build.with_label_values(&[version]).set(1.0);
        let families = Families {
            samples: SampleRegistry::default(),
            input: builder.counter("harken_input_records_total")?,
            output: builder.counter("harken_output_records_total")?,
            dead_letters: builder.counter("harken_dead_letter_records_total")?,
            transactions: builder.counter("harken_commit_transactions_total")?,
            commit_duration: builder
                .histogram("harken_commit_duration_seconds", DURATION_BUCKETS)?,
            batch_size: builder.histogram("harken_batch_size_records", SIZE_BUCKETS)?,
            process_duration: builder
                .histogram("harken_process_duration_seconds", DURATION_BUCKETS)?,
            restarts: builder.counter("harken_worker_restarts_total")?,
            lag_records: builder.int_gauge("harken_consumer_lag_records")?,
            lag_seconds: builder.gauge("harken_consumer_lag_seconds")?,
            entries: builder.int_gauge("harken_state_entries")?,
            evicted: builder.counter("harken_state_evicted_entries_total")?,
            restore: builder.gauge("harken_state_restore_seconds")?,
            restored: builder.counter("harken_state_restored_changes_total")?,
            http: builder.counter("harken_http_mentions_total")?,
            open_connections: builder.int_gauge("harken_http_open_connections")?,
            refused_connections: builder.counter("harken_http_refused_connections_total")?,
            rules: builder.gauge("harken_rules_info")?,
            rules_loads: builder.counter("harken_rules_loads_total")?,
            rules_since: builder.gauge("harken_rules_taken_timestamp_seconds")?,
            stale_persons: builder.int_gauge("harken_rules_stale_persons")?,
            registry: builder.0,
        };
        let metrics = Self(Arc::new(families));
        // Export 0 from the start: Prometheus cannot compute a rate over a series that appears late.
        for outcome in IngestOutcome::ALL {
            metrics.count_http_mentions(outcome, 0);
        }
        for outcome in RulesLoad::ALL {
            metrics.0.rules_loads.with_label_values(&[outcome.as_str()]).inc_by(0);
        }
        Ok(metrics)
    }

    /// Creates the handle of a stage with all counters at 0.
    #[must_use]
    pub fn stage<S: Stage>(&self) -> StageMetrics {
        use stage::{Input, Output};
        let metrics = self.named_stage(S::NAME, &S::In::topics(), &S::Out::topics());
        // The later stages of a fused chain have stores as well.
        S::stage_names().into_iter().for_each(|name| metrics.start_stores(name));
        metrics
    }

    /// Creates the handle of a component that is not a [`Stage`] but consumes and publishes like
    /// one, such as ingest.
    #[must_use]
    pub fn named_stage(
        &self,
        name: &'static str,
        reads: &[Topic],
        writes: &[Topic],
    ) -> StageMetrics {
        StageMetrics::new(Arc::clone(&self.0), name, reads, writes)
    }

    /// Creates a slot for the samples of one worker.
    #[must_use]
    pub fn sample_slot(&self) -> SampleSlot {
        SampleSlot::new(Arc::clone(&self.0))
    }

    /// Counts mentions posted to the ingest endpoint.
    pub fn count_http_mentions(&self, outcome: IngestOutcome, mentions: u64) {
        self.0.http.with_label_values(&[outcome.as_str()]).inc_by(mentions);
    }

    /// Creates the handle that counts the connections of a listener, with all counts at 0.
    #[must_use]
    pub fn connections(&self, listener: Listener) -> ConnectionCounts {
        ConnectionCounts::new(Arc::clone(&self.0), listener)
    }

    /// Sets the version of the rules in effect and when they took effect, in seconds since the
    /// epoch.
    pub fn set_rules_version(&self, version: &str, since: f64) {
        // Remove the previous version, otherwise both would read 1.
        self.0.rules.reset();
        self.0.rules.with_label_values(&[version]).set(1.0);
        self.0.rules_since.with_label_values::<&str>(&[]).set(since);
    }

    /// Counts a reload of the rules.
    pub fn count_rules_load(&self, outcome: RulesLoad) {
        self.0.rules_loads.with_label_values(&[outcome.as_str()]).inc();
    }

    /// Sets the number of people in the rules who have left or are not confirmed in time.
    pub fn set_stale_persons(&self, persons: usize) {
        let persons = i64::try_from(persons).unwrap_or(i64::MAX);
        self.0.stale_persons.with_label_values::<&str>(&[]).set(persons);
    }
}

/// Builds metrics from their rows and registers them.
struct FamilyBuilder(Registry);

impl FamilyBuilder {
    fn spec(&self, name: &str) -> Result<(Opts, Vec<&'static str>), InvalidMetric> {
        let spec: &MetricSpec =
            table::find(name).ok_or_else(|| InvalidMetric(format!("{name}: no row")))?;
        let labels = spec.labels.iter().map(|label| label.name).collect();
        Ok((Opts::new(spec.name, spec.help), labels))
    }

    fn register<C: prometheus::core::Collector + Clone + 'static>(
        &self,
        collector: prometheus::Result<C>,
    ) -> Result<C, InvalidMetric> {
        let made = collector.and_then(|made| {
            self.0.register(Box::new(made.clone()))?;
            Ok(made)
        });
        made.map_err(|error| InvalidMetric(error.to_string()))
    }

    fn counter(&self, name: &str) -> Result<IntCounterVec, InvalidMetric> {
        let (opts, labels) = self.spec(name)?;
        self.register(IntCounterVec::new(opts, &labels))
    }

    fn gauge(&self, name: &str) -> Result<GaugeVec, InvalidMetric> {
        let (opts, labels) = self.spec(name)?;
        self.register(GaugeVec::new(opts, &labels))
    }

    fn int_gauge(&self, name: &str) -> Result<IntGaugeVec, InvalidMetric> {
        let (opts, labels) = self.spec(name)?;
        self.register(IntGaugeVec::new(opts, &labels))
    }

    fn histogram(&self, name: &str, buckets: &[f64]) -> Result<HistogramVec, InvalidMetric> {
        let (opts, labels) = self.spec(name)?;
        let opts = HistogramOpts { common_opts: opts, buckets: buckets.to_vec() };
        self.register(HistogramVec::new(opts, &labels))
    }
}
