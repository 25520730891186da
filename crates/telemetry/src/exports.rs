//! Readings that are not counted here but taken from the committed state of a stage, so that they
//! are exactly-once: each worker hands in its own, and they become one when shown.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use prometheus::proto::{
    Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType,
};

use crate::families::Families;
use crate::table::{Across, Kind, Row, TABLE, find};

/// One reading of a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The name of the metric, which must be in the table.
    pub name: &'static str,
    /// Its labels, in the order of the table.
    pub labels: Vec<(&'static str, String)>,
    /// What it reads.
    pub reading: Reading,
}

/// What a metric reads.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// A number, of a counter or a gauge.
    Number(f64),
    /// A histogram.
    Histogram {
        /// The upper bounds of the buckets.
        bounds: &'static [f64],
        /// Observations in each bucket, not added up; one more than bounds.
        counts: Vec<u64>,
        /// The sum of all observations.
        sum: f64,
    },
}

impl Reading {
    fn join(&mut self, other: &Reading, across: Across) {
        match (self, other) {
            (Reading::Number(sum), Reading::Number(number)) => match across {
                Across::Sum => *sum += number,
                Across::Highest => *sum = sum.max(*number),
            },
            (
                Reading::Histogram { counts: sums, sum: total, .. },
                Reading::Histogram { counts, sum, .. },
            ) => {
                sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
                *total += sum;
            }
            // One metric is of one kind; the table decides which when it is shown.
            (Reading::Number(_), Reading::Histogram { .. })
            | (Reading::Histogram { .. }, Reading::Number(_)) => {}
        }
    }
}

/// The readings of all workers.
#[derive(Debug, Default)]
pub(crate) struct Published {
    workers: Mutex<BTreeMap<u64, Vec<Sample>>>,
    next: AtomicU64,
}

/// The place for the readings of one worker; they are forgotten with it.
#[derive(Debug)]
pub struct Exports {
    families: Arc<Families>,
    worker: u64,
}

impl Exports {
    pub(crate) fn new(families: Arc<Families>) -> Self {
        let worker = families.published.next.fetch_add(1, Ordering::Relaxed);
        Self { families, worker }
    }

    /// Puts these readings, of all partitions of the worker, in the place of the last ones.
    pub fn replace(&self, samples: Vec<Sample>) {
        self.families.published.lock().insert(self.worker, samples);
    }
}

impl Drop for Exports {
    fn drop(&mut self) {
        self.families.published.lock().remove(&self.worker);
    }
}

impl Published {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, Vec<Sample>>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The readings that have a row in the table, those of all workers as one.
    pub(crate) fn gather(&self) -> Vec<MetricFamily> {
        let workers = self.lock();
        let mut sums = BTreeMap::<&str, BTreeMap<&[(&str, String)], Reading>>::new();
        for sample in workers.values().flatten() {
            let across = find(sample.name).map_or(Across::Sum, |row| row.across);
            let readings = sums.entry(sample.name).or_default();
            match readings.get_mut(sample.labels.as_slice()) {
                Some(sum) => sum.join(&sample.reading, across),
                None => {
                    readings.insert(&sample.labels, sample.reading.clone());
                }
            }
        }
        let rows = TABLE.iter().filter_map(|row| Some((row, sums.get(row.name)?)));
        rows.map(|(row, readings)| {
            let metrics = readings.iter().map(|(labels, reading)| metric(row, labels, reading));
            family(row, metrics.collect())
        })
        .collect()
    }
}

/// A family of the exposition format.
pub(crate) fn family(row: &Row, metrics: Vec<Metric>) -> MetricFamily {
    let mut family = MetricFamily::default();
    family.set_name(row.name.to_owned());
    family.set_help(row.help.to_owned());
    family.set_field_type(match row.kind {
        Kind::Counter => MetricType::COUNTER,
        Kind::Gauge => MetricType::GAUGE,
        Kind::Histogram => MetricType::HISTOGRAM,
    });
    family.set_metric(metrics);
    family
}

/// A metric of the exposition format.
pub(crate) fn metric(row: &Row, labels: &[(&str, String)], reading: &Reading) -> Metric {
    let pairs = labels.iter().map(|(name, value)| {
        let mut pair = LabelPair::default();
        pair.set_name((*name).to_owned());
        pair.set_value(value.clone());
        pair
    });
    let mut metric = Metric::from_label(pairs.collect());
    match (row.kind, reading) {
        (Kind::Counter, Reading::Number(number)) => {
            let mut counter = Counter::default();
            counter.set_value(*number);
            metric.set_counter(counter);
        }
        (_, Reading::Number(number)) => {
            let mut gauge = Gauge::default();
            gauge.set_value(*number);
            metric.set_gauge(gauge);
        }
        (_, Reading::Histogram { bounds, counts, sum }) => {
            metric.set_histogram(histogram(bounds, counts, *sum));
        }
    }
    metric
}

fn histogram(bounds: &[f64], counts: &[u64], sum: f64) -> Histogram {
    let mut so_far = 0;
    let buckets = bounds.iter().zip(counts).map(|(bound, count)| {
        so_far += count;
        let mut bucket = Bucket::default();
        bucket.set_upper_bound(*bound);
        bucket.set_cumulative_count(so_far);
        bucket
    });
    let mut histogram = Histogram::default();
    histogram.set_bucket(buckets.collect());
    histogram.set_sample_count(counts.iter().sum());
    histogram.set_sample_sum(sum);
    histogram
}
