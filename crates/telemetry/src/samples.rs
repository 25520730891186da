//! Samples derived from the committed state of a stage.
//!
//! They count each record exactly once, because the state does. Each worker replaces its own
//! samples after a commit; [`SampleRegistry::gather`] aggregates those of all workers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use prometheus::proto::{
    Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType,
};

use crate::families::Families;
use crate::table::{Aggregation, MetricKind, MetricSpec, TABLE, find};

/// The value of a metric for one set of labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Name of the metric; it must be in [`TABLE`].
    pub name: &'static str,
    /// Names and values of its labels, in the order of the table.
    pub labels: Vec<(&'static str, String)>,
    /// The value.
    pub value: SampleValue,
}

/// The value of a sample.
#[derive(Debug, Clone, PartialEq)]
pub enum SampleValue {
    /// Value of a counter or a gauge.
    Number(f64),
    /// Value of a histogram.
    Histogram {
        /// Upper bounds of the buckets, ascending.
        bounds: &'static [f64],
        /// Observations per bucket, not cumulative; one more entry than `bounds`.
        counts: Vec<u64>,
        /// Sum of all observations.
        sum: f64,
    },
}

impl SampleValue {
    fn merge(&mut self, other: &SampleValue, aggregation: Aggregation) {
        match (self, other) {
            (SampleValue::Number(sum), SampleValue::Number(number)) => match aggregation {
                Aggregation::Sum => *sum += number,
                Aggregation::Max => *sum = sum.max(*number),
            },
            (
                SampleValue::Histogram { counts: sums, sum: total, .. },
                SampleValue::Histogram { counts, sum, .. },
            ) => {
                sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
                *total += sum;
            }
            // Unreachable for samples of one metric: the table gives each metric one kind.
            (SampleValue::Number(_), SampleValue::Histogram { .. })
            | (SampleValue::Histogram { .. }, SampleValue::Number(_)) => {}
        }
    }
}

/// The samples of all workers, by a number that is unique to each slot.
#[derive(Debug, Default)]
pub(crate) struct SampleRegistry {
    workers: Mutex<BTreeMap<u64, Vec<Sample>>>,
    next: AtomicU64,
}

/// Holds the samples of one worker. Dropping it removes them.
#[derive(Debug)]
pub struct SampleSlot {
    families: Arc<Families>,
    worker: u64,
}

impl SampleSlot {
    pub(crate) fn new(families: Arc<Families>) -> Self {
        // Only uniqueness matters, so no ordering with other memory is needed.
        let worker = families.samples.next.fetch_add(1, Ordering::Relaxed);
        Self { families, worker }
    }

    /// Replaces the samples of the worker by those of all its current partitions.
    pub fn replace(&self, samples: Vec<Sample>) {
        self.families.samples.lock().insert(self.worker, samples);
    }
}

impl Drop for SampleSlot {
    fn drop(&mut self) {
        self.families.samples.lock().remove(&self.worker);
    }
}

impl SampleRegistry {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, Vec<Sample>>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Aggregates the samples of all workers. Ignores a sample whose metric is not in the table.
    pub(crate) fn gather(&self) -> Vec<MetricFamily> {
        let workers = self.lock();
        let mut sums = BTreeMap::<&str, BTreeMap<&[(&str, String)], SampleValue>>::new();
        for sample in workers.values().flatten() {
            let aggregation = find(sample.name).map_or(Aggregation::Sum, |spec| spec.aggregation);
            let values = sums.entry(sample.name).or_default();
            match values.get_mut(sample.labels.as_slice()) {
                Some(sum) => sum.merge(&sample.value, aggregation),
                None => {
                    values.insert(&sample.labels, sample.value.clone());
                }
            }
        }
        // Iterating over the table drops the samples of unknown metrics.
        let specs = TABLE.iter().filter_map(|spec| Some((spec, sums.get(spec.name)?)));
        specs
            .map(|(spec, values)| {
                let metrics = values.iter().map(|(labels, value)| metric(spec, labels, value));
                family(spec, metrics.collect())
            })
            .collect()
    }
}

/// Builds a metric family of the exposition format.
pub(crate) fn family(spec: &MetricSpec, metrics: Vec<Metric>) -> MetricFamily {
    let mut family = MetricFamily::default();
    family.set_name(spec.name.to_owned());
    family.set_help(spec.help.to_owned());
    family.set_field_type(match spec.kind {
        MetricKind::Counter => MetricType::COUNTER,
        MetricKind::Gauge => MetricType::GAUGE,
        MetricKind::Histogram => MetricType::HISTOGRAM,
    });
    family.set_metric(metrics);
    family
}

/// Builds one metric of the exposition format.
pub(crate) fn metric(spec: &MetricSpec, labels: &[(&str, String)], value: &SampleValue) -> Metric {
    let pairs = labels.iter().map(|(name, value)| {
        let mut pair = LabelPair::default();
        pair.set_name((*name).to_owned());
        pair.set_value(value.clone());
        pair
    });
    let mut metric = Metric::from_label(pairs.collect());
    match (spec.kind, value) {
        (MetricKind::Counter, SampleValue::Number(number)) => {
            let mut counter = Counter::default();
            counter.set_value(*number);
            metric.set_counter(counter);
        }
        (_, SampleValue::Number(number)) => {
            let mut gauge = Gauge::default();
            gauge.set_value(*number);
            metric.set_gauge(gauge);
        }
        (_, SampleValue::Histogram { bounds, counts, sum }) => {
            metric.set_histogram(histogram(bounds, counts, *sum));
        }
    }
    metric
}

fn histogram(bounds: &[f64], counts: &[u64], sum: f64) -> Histogram {
    let mut cumulative = 0;
    // The exposition format wants cumulative buckets and adds `+Inf` from the sample count.
    let buckets = bounds.iter().zip(counts).map(|(bound, count)| {
        cumulative += count;
        let mut bucket = Bucket::default();
        bucket.set_upper_bound(*bound);
        bucket.set_cumulative_count(cumulative);
        bucket
    });
    let mut histogram = Histogram::default();
    histogram.set_bucket(buckets.collect());
    histogram.set_sample_count(counts.iter().sum());
    histogram.set_sample_sum(sum);
    histogram
}
