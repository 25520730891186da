//! A state as readings for Prometheus.

use std::collections::BTreeSet;

use crate::age::{Ages, BOUNDS, Point};
use crate::family::Family;
use crate::key::Total;
use crate::{Balance, STEPS, Settings, State};

/// One reading of a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The name of the metric.
    pub name: &'static str,
    /// Its labels; every value is from a closed set or from the configuration.
    pub labels: Vec<(&'static str, String)>,
    /// What it reads.
    pub reading: Reading,
}

/// What a metric reads; add up those of several partitions.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// A number that only grows.
    Counter(f64),
    /// A number that goes up and down.
    Gauge(f64),
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

/// The readings of a state. Closed hours only have a balance.
#[must_use]
pub fn samples(state: &State, settings: &Settings) -> Vec<Sample> {
    let mut samples = Vec::new();
    let tenants = tenants(state, settings);
    for tenant in &tenants {
        totals(state, tenant, &mut samples);
        ages(state, tenant, &mut samples);
        balance(state, tenant, &mut samples);
    }
    owned(state, &mut samples);
    samples
}

fn tenants<'a>(state: &'a State, settings: &'a Settings) -> BTreeSet<&'a str> {
    let counted = state.totals.keys().map(|total| total.tenant.as_str());
    settings.tenants.iter().map(String::as_str).chain(counted).collect()
}

/// Totals without an owner: every label value has a reading, from zero on.
fn totals(state: &State, tenant: &str, samples: &mut Vec<Sample>) {
    for family in Family::ALL.into_iter().filter(|family| !family.is_by_owner()) {
        let label = family.label();
        for (place, value) in (0..).zip(label.values) {
            let (tenant, owner) = (tenant.to_owned(), String::new());
            let key = Total { tenant, family, label: place, owner };
            let total = state.totals.get(&key).copied().unwrap_or_default();
            let labels = vec![("tenant", key.tenant), (label.name, (*value).to_owned())];
            let reading = Reading::Counter(family.reading(total));
            samples.push(Sample { name: family.name(), labels, reading });
        }
    }
}

fn ages(state: &State, tenant: &str, samples: &mut Vec<Sample>) {
    let none = Ages::default();
    for point in Point::ALL {
        let ages = state.ages.get(&(tenant.to_owned(), point as u8)).unwrap_or(&none);
        let tenant = ("tenant", tenant.to_owned());
        let (name, labels) = match point {
            Point::Heard => ("harken_mention_delay_seconds", vec![tenant]),
            Point::Scored => {
                ("harken_mention_age_seconds", vec![tenant, ("fact", "scored".to_owned())])
            }
            Point::Routed => {
                ("harken_mention_age_seconds", vec![tenant, ("fact", "routed".to_owned())])
            }
        };
        let counts = ages.counts.iter().map(|n| n.unsigned_abs()).collect();
        let reading = Reading::Histogram { bounds: &BOUNDS, counts, sum: ages.sum as f64 / 1e6 };
        samples.push(Sample { name, labels, reading });
    }
}

/// The balance of the closed hours kept, added up.
fn balance(state: &State, tenant: &str, samples: &mut Vec<Sample>) {
    let tick = state.clock.map_or(i64::MIN, |clock| clock.tick);
    let hours = state.hours.range((tenant.to_owned(), i64::MIN)..(tenant.to_owned(), tick));
    let closed: Vec<Balance> = hours.map(|(_, hour)| Balance::of(hour)).collect();
    let mut gauge = |name, label, value: &str, reading: i64| {
        let labels = vec![("tenant", tenant.to_owned()), (label, value.to_owned())];
        samples.push(Sample { name, labels, reading: Reading::Gauge(reading as f64) });
    };
    for (i, (outcome, _)) in Balance::default().outcomes().into_iter().enumerate() {
        let sum = closed.iter().map(|balance| balance.outcomes()[i].1).sum();
        gauge("harken_balance_records", "outcome", outcome, sum);
    }
    for (i, step) in STEPS.into_iter().enumerate() {
        let sum = closed.iter().map(|balance| balance.missing[i]).sum();
        gauge("harken_balance_difference_records", "step", step, sum);
    }
}

/// What is told apart by the owner team: owners are not known before their first mention.
fn owned(state: &State, samples: &mut Vec<Sample>) {
    for (key, total) in state.totals.iter().filter(|(key, _)| key.family.is_by_owner()) {
        let label = key.family.label();
        let value = label.values[usize::from(key.label)].to_owned();
        let (tenant, owner) = (("tenant", key.tenant.clone()), ("owner", key.owner.clone()));
        let labels = vec![tenant, owner, (label.name, value)];
        let reading = Reading::Counter(key.family.reading(*total));
        samples.push(Sample { name: key.family.name(), labels, reading });
    }
    let routed = state.totals.keys().filter(|total| total.family == Family::Routed);
    let owners: BTreeSet<_> = routed.map(|total| (&total.tenant, &total.owner)).collect();
    for (tenant, owner) in owners {
        let depth = state.depths.get(&(tenant.clone(), owner.clone()));
        let depth = depth.copied().unwrap_or_default();
        let labels = vec![("tenant", tenant.clone()), ("owner", owner.clone())];
        let (open, waiting) = (Reading::Gauge(depth.open as f64), depth.waiting as f64);
        let name = "harken_backlog_open_cases";
        samples.push(Sample { name, labels: labels.clone(), reading: open });
        let name = "harken_queue_waiting_cases";
        samples.push(Sample { name, labels, reading: Reading::Gauge(waiting) });
    }
}
