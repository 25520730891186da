//! The counters of the runtime, made from the table.

use std::sync::Arc;

use prometheus::{
    GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry,
};
use stage::{Stage, Topic};

use crate::exports::{Exports, Published};
use crate::stage_metrics::StageMetrics;
use crate::table::{self, Row};

/// A metric that cannot be made from its row: a bug in the table.
#[derive(Debug)]
pub struct Invalid(String);

impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "make the metric {}", self.0)
    }
}

impl std::error::Error for Invalid {}

/// What became of a mention posted to the ingest endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ingested {
    /// It is in the log.
    Accepted,
    /// It was refused.
    Rejected,
    /// Its tenant is over its quota: whoever sent it is to send it again.
    OverQuota,
}

/// What became of rules that were read while the process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loaded {
    /// They are in force.
    Taken,
    /// They are not right; those before stay in force.
    Refused,
}

/// Everything the process counts; cheap to clone.
#[derive(Debug, Clone)]
pub struct Metrics(pub(crate) Arc<Families>);

#[derive(Debug)]
pub(crate) struct Families {
    pub(crate) registry: Registry,
    pub(crate) published: Published,
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
    pub(crate) restore: GaugeVec,
    pub(crate) restored: IntCounterVec,
    http: IntCounterVec,
    rules: GaugeVec,
    rules_loads: IntCounterVec,
    rules_taken: GaugeVec,
    stale_persons: IntGaugeVec,
}

const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0];
const SIZES: &[f64] = &[1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 16384.0];

impl Metrics {
    /// Every metric of the runtime; `version` is the program's.
    ///
    /// # Errors
    /// When a row of the table makes no metric.
    pub fn new(version: &str) -> Result<Self, Invalid> {
        let make = Make(Registry::new());
        let build = make.gauge("harken_build_info")?;
        build.with_label_values(&[version]).set(1.0);
        let families = Families {
            published: Published::default(),
            input: make.count("harken_input_records_total")?,
            output: make.count("harken_output_records_total")?,
            dead_letters: make.count("harken_dead_letter_records_total")?,
            transactions: make.count("harken_commit_transactions_total")?,
            commit_duration: make.histogram("harken_commit_duration_seconds", SECONDS)?,
            batch_size: make.histogram("harken_batch_size_records", SIZES)?,
            process_duration: make.histogram("harken_process_duration_seconds", SECONDS)?,
            restarts: make.count("harken_worker_restarts_total")?,
            lag_records: make.whole_gauge("harken_consumer_lag_records")?,
            lag_seconds: make.gauge("harken_consumer_lag_seconds")?,
            entries: make.whole_gauge("harken_state_entries")?,
            restore: make.gauge("harken_state_restore_seconds")?,
            restored: make.count("harken_state_restored_changes_total")?,
            http: make.count("harken_http_mentions_total")?,
            rules: make.gauge("harken_rules_info")?,
            rules_loads: make.count("harken_rules_loads_total")?,
            rules_taken: make.gauge("harken_rules_taken_timestamp_seconds")?,
            stale_persons: make.whole_gauge("harken_rules_stale_persons")?,
            registry: make.0,
        };
        let metrics = Self(Arc::new(families));
        metrics.http(Ingested::Accepted, 0);
        metrics.http(Ingested::Rejected, 0);
        metrics.http(Ingested::OverQuota, 0);
        for outcome in ["taken", "refused"] {
            metrics.0.rules_loads.with_label_values(&[outcome]).inc_by(0);
        }
        Ok(metrics)
    }

    /// The handle of a stage, all its counters at zero.
    #[must_use]
    pub fn stage<S: Stage>(&self) -> StageMetrics {
        use stage::{Input, Output};
        self.worker(S::NAME, &S::In::topics(), &S::Out::topics())
    }

    /// The handle of what is no [`Stage`] but reads and writes as one does, such as ingest.
    #[must_use]
    pub fn worker(&self, name: &'static str, reads: &[Topic], writes: &[Topic]) -> StageMetrics {
        StageMetrics::new(Arc::clone(&self.0), name, reads, writes)
    }

    /// A place for the readings of one worker.
    #[must_use]
    pub fn exports(&self) -> Exports {
        Exports::new(Arc::clone(&self.0))
    }

    /// Counts mentions posted to the ingest endpoint.
    pub fn http(&self, outcome: Ingested, mentions: u64) {
        let outcome = match outcome {
            Ingested::Accepted => "accepted",
            Ingested::Rejected => "rejected",
            Ingested::OverQuota => "over_quota",
        };
        self.0.http.with_label_values(&[outcome]).inc_by(mentions);
    }

    /// Shows which rules are in force, and since when, in seconds since 1970.
    pub fn rules_in_force(&self, version: &str, since: f64) {
        self.0.rules.reset();
        self.0.rules.with_label_values(&[version]).set(1.0);
        self.0.rules_taken.with_label_values::<&str>(&[]).set(since);
    }

    /// Counts rules read while the process runs, by whether they came into force.
    pub fn rules_read(&self, loaded: Loaded) {
        let outcome = match loaded {
            Loaded::Taken => "taken",
            Loaded::Refused => "refused",
        };
        self.0.rules_loads.with_label_values(&[outcome]).inc();
    }

    /// Shows how many people in the rules are stale.
    pub fn stale_persons(&self, persons: usize) {
        let persons = i64::try_from(persons).unwrap_or(i64::MAX);
        self.0.stale_persons.with_label_values::<&str>(&[]).set(persons);
    }
}

/// Makes metrics from their rows.
struct Make(Registry);

impl Make {
    fn row(&self, name: &str) -> Result<(Opts, Vec<&'static str>), Invalid> {
        let row: &Row = table::find(name).ok_or_else(|| Invalid(format!("{name}: no row")))?;
        let labels = row.labels.iter().map(|label| label.name).collect();
        Ok((Opts::new(row.name, row.help), labels))
    }

    fn keep<C: prometheus::core::Collector + Clone + 'static>(
        &self,
        made: prometheus::Result<C>,
    ) -> Result<C, Invalid> {
        let made = made.and_then(|made| {
            self.0.register(Box::new(made.clone()))?;
            Ok(made)
        });
        made.map_err(|error| Invalid(error.to_string()))
    }

    fn count(&self, name: &str) -> Result<IntCounterVec, Invalid> {
        let (opts, labels) = self.row(name)?;
        self.keep(IntCounterVec::new(opts, &labels))
    }

    fn gauge(&self, name: &str) -> Result<GaugeVec, Invalid> {
        let (opts, labels) = self.row(name)?;
        self.keep(GaugeVec::new(opts, &labels))
    }

    fn whole_gauge(&self, name: &str) -> Result<IntGaugeVec, Invalid> {
        let (opts, labels) = self.row(name)?;
        self.keep(IntGaugeVec::new(opts, &labels))
    }

    fn histogram(&self, name: &str, buckets: &[f64]) -> Result<HistogramVec, Invalid> {
        let (opts, labels) = self.row(name)?;
        let opts = HistogramOpts { common_opts: opts, buckets: buckets.to_vec() };
        self.keep(HistogramVec::new(opts, &labels))
    }
}
