//! Measures states: converts them to the values of the business metrics.
//!
//! Must not know: the exposition format, and how the measurements of several workers are combined.

use std::collections::{BTreeMap, BTreeSet};

use crate::age::{AgeHistogram, BUCKET_BOUNDS, Milestone};
use crate::drift::{ReferenceScores, ScoreHistograms, WATCHED_SCORES};
use crate::family::{Breakdown, CounterFamily};
use crate::key::CounterKey;
use crate::staffing::{Demand, ForecastCache, StaffingForecast};
use crate::{Config, RECONCILED_STAGES, Reconciliation, State};

/// The value of a metric for one set of labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// Name of the metric.
    pub name: &'static str,
    /// Names and values of its labels. Every value is from a closed set or from the configuration.
    pub labels: Vec<(&'static str, String)>,
    /// The value.
    pub value: MeasuredValue,
}

/// The value of a measurement.
#[derive(Debug, Clone, PartialEq)]
pub enum MeasuredValue {
    /// A number that only increases.
    Counter(f64),
    /// A number that increases and decreases.
    Gauge(f64),
    /// A histogram.
    Histogram {
        /// Upper bounds of the buckets, ascending.
        bounds: &'static [f64],
        /// Observations per bucket, not cumulative; one more entry than `bounds`.
        counts: Vec<u64>,
        /// Sum of all observations.
        sum: f64,
    },
}

/// Measures the states of a worker. Keeps the forecasts, which are expensive to compute.
#[derive(Debug, Default)]
pub struct StateMeter {
    config: Config,
    forecasts: ForecastCache,
}

impl StateMeter {
    /// Creates a meter for a stage with this configuration.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config, forecasts: ForecastCache::default() }
    }

    /// Measures all partitions of a worker. Counters are reported per partition, to be added up;
    /// drift and forecast are computed over all partitions. Only closed hours are reconciled.
    pub fn measure<'a>(&mut self, states: impl IntoIterator<Item = &'a State>) -> Vec<Measurement> {
        let Self { config, forecasts } = self;
        let states: Vec<&State> = states.into_iter().collect();
        let mut measurements = Vec::new();
        let mut all_tenants = BTreeSet::new();
        for state in &states {
            let tenants = tenants(state, config);
            for tenant in &tenants {
                measure_counters(state, tenant, &mut measurements);
                measure_ages(state, tenant, &mut measurements);
                measure_reconciliation(state, tenant, &mut measurements);
            }
            measure_breakdowns(state, &mut measurements);
            measure_backlogs(state, &mut measurements);
            all_tenants.extend(tenants);
        }
        for tenant in all_tenants {
            measure_drift(&states, tenant, config, &mut measurements);
            let (demand, open_hour) = total_demand(&states, tenant);
            let forecast = forecasts.of(tenant, &demand, open_hour, &config.staffing);
            measurements.extend(forecast.iter().flat_map(|it| measure_forecast(tenant, it)));
        }
        measurements
    }
}

/// Returns the configured tenants and those with a counter.
fn tenants<'a>(state: &'a State, config: &'a Config) -> BTreeSet<&'a str> {
    let counted = state.counters.keys().map(|key| key.tenant.as_str());
    config.tenants.iter().map(String::as_str).chain(counted).collect()
}

/// Adds up the demand of the closed hours over all partitions. Also returns the current hour.
fn total_demand(states: &[&State], tenant: &str) -> (Demand, i64) {
    // An hour is complete only when the slowest partition has closed it.
    let open = states.iter().filter_map(|state| Some(state.clock?.first_open_hour)).min();
    let open = open.unwrap_or(i64::MIN);
    let range = (tenant.to_owned(), i64::MIN)..(tenant.to_owned(), open);
    let mut demand = Demand::new();
    for ((_, hour), answers) in states.iter().flat_map(|state| state.demand.range(range.clone())) {
        *demand.entry(*hour).or_default() += answers;
    }
    (demand, open)
}

fn measure_forecast(tenant: &str, forecast: &StaffingForecast) -> Vec<Measurement> {
    let StaffingForecast { answers: expected, live_agents, deferred_agents } = *forecast;
    let (answers, agents) = ("harken_forecast_answers", "harken_forecast_agents");
    let values = [
        (answers, "bound", "mean", expected.mean),
        (answers, "bound", "low", expected.low),
        (answers, "bound", "high", expected.high),
        (agents, "method", "erlang_c", f64::from(live_agents)),
        (agents, "method", "backlog_simulation", f64::from(deferred_agents)),
    ];
    let measurement = |(name, label, label_value, number): (_, _, &str, _)| {
        let labels = vec![("tenant", tenant.to_owned()), (label, label_value.to_owned())];
        Measurement { name, labels, value: MeasuredValue::Gauge(number) }
    };
    values.into_iter().map(measurement).collect()
}

/// Measures the drift of the model that scored most mentions of the last hours; 0 before its
/// reference is complete.
fn measure_drift(
    states: &[&State],
    tenant: &str,
    config: &Config,
    measurements: &mut Vec<Measurement>,
) {
    let mut models = BTreeMap::<&str, (ScoreHistograms, ScoreHistograms)>::new();
    for state in states {
        let Some(open) = state.clock.map(|clock| clock.first_open_hour) else { continue };
        let is_complete =
            |scores: &ReferenceScores| scores.is_complete(open, config.reference_hours);
        let references = state.references.iter().filter(|((owner, _), _)| owner == tenant);
        for ((_, model), reference) in references.filter(|(_, scores)| is_complete(scores)) {
            let (current, usual) = models.entry(model).or_default();
            usual.merge(&reference.scores);
            let key = |hour| (tenant.to_owned(), model.clone(), hour);
            let recent = key(open - config.current_hours)..key(open);
            state.scores.range(recent).for_each(|(_, scores)| current.merge(scores));
        }
    }
    // Ties go to the last model by name: `max_by_key` returns the last maximum.
    let busiest = models.into_values().max_by_key(|(current, _)| current.total());
    let drift = busiest.map(|(current, usual)| current.drift(&usual)).unwrap_or_default();
    for (score, index) in WATCHED_SCORES.into_iter().zip(drift) {
        let labels = vec![("tenant", tenant.to_owned()), ("score", score.to_owned())];
        let value = MeasuredValue::Gauge(index);
        measurements.push(Measurement { name: "harken_score_drift_index", labels, value });
    }
}

/// Measures the counters without a breakdown, including those that are still 0.
fn measure_counters(state: &State, tenant: &str, measurements: &mut Vec<Measurement>) {
    let families = CounterFamily::ALL.into_iter();
    for family in families.filter(|family| family.breakdown() == Breakdown::None) {
        for label_index in 0..family.label_count() {
            let (tenant, breakdown) = (tenant.to_owned(), String::new());
            let key = CounterKey { tenant, family, label_index, breakdown };
            let count = state.counters.get(&key).copied().unwrap_or_default();
            let mut labels = vec![("tenant", key.tenant)];
            labels.extend(family.labels_at(label_index));
            let value = MeasuredValue::Counter(family.in_unit(count));
            measurements.push(Measurement { name: family.name(), labels, value });
        }
    }
}

fn measure_ages(state: &State, tenant: &str, measurements: &mut Vec<Measurement>) {
    let none = AgeHistogram::default();
    for milestone in Milestone::ALL {
        let ages = state.ages.get(&(tenant.to_owned(), milestone as u8)).unwrap_or(&none);
        let tenant = ("tenant", tenant.to_owned());
        let (name, labels) = match milestone {
            Milestone::Received => ("harken_mention_delay_seconds", vec![tenant]),
            Milestone::Scored => {
                ("harken_mention_age_seconds", vec![tenant, ("fact", "scored".to_owned())])
            }
            Milestone::Routed => {
                ("harken_mention_age_seconds", vec![tenant, ("fact", "routed".to_owned())])
            }
        };
        let counts = ages.counts.iter().map(|n| n.unsigned_abs()).collect();
        let sum = ages.sum.as_secs_f64();
        let value = MeasuredValue::Histogram { bounds: &BUCKET_BOUNDS, counts, sum };
        measurements.push(Measurement { name, labels, value });
    }
}

/// Measures the reconciliation of all retained closed hours.
fn measure_reconciliation(state: &State, tenant: &str, measurements: &mut Vec<Measurement>) {
    let open = state.clock.map_or(i64::MIN, |clock| clock.first_open_hour);
    let hours = state.hours.range((tenant.to_owned(), i64::MIN)..(tenant.to_owned(), open));
    let closed: Vec<Reconciliation> = hours.map(|(_, hour)| Reconciliation::of(hour)).collect();
    let mut gauge = |name, label, label_value: &str, number: i64| {
        let labels = vec![("tenant", tenant.to_owned()), (label, label_value.to_owned())];
        measurements.push(Measurement { name, labels, value: MeasuredValue::Gauge(number as f64) });
    };
    for (i, (outcome, _)) in Reconciliation::default().outcomes().into_iter().enumerate() {
        let sum = closed.iter().map(|hour| hour.outcomes()[i].1).sum();
        gauge("harken_balance_records", "outcome", outcome, sum);
    }
    for (i, stage) in RECONCILED_STAGES.into_iter().enumerate() {
        let sum = closed.iter().map(|hour| hour.missing[i]).sum();
        gauge("harken_balance_difference_records", "step", stage, sum);
    }
    // Count hours instead of adding their differences: a loss in one hour and a duplicate in another
    // would cancel each other.
    let is_unbalanced = |hour: &&Reconciliation| hour.missing != [0; RECONCILED_STAGES.len()];
    let unbalanced = closed.iter().filter(is_unbalanced).count();
    let (name, labels) = ("harken_balance_unbalanced_hours", vec![("tenant", tenant.to_owned())]);
    measurements.push(Measurement { name, labels, value: MeasuredValue::Gauge(unbalanced as f64) });
}

/// Measures the counters with a breakdown. Most combinations never occur, so only those that have
/// occurred are exported.
fn measure_breakdowns(state: &State, measurements: &mut Vec<Measurement>) {
    for (key, count) in &state.counters {
        let breakdown = match key.family.breakdown() {
            Breakdown::None => continue,
            Breakdown::Owner => ("owner", key.breakdown.clone()),
            Breakdown::Language => ("language", key.breakdown.clone()),
        };
        let mut labels = vec![("tenant", key.tenant.clone()), breakdown];
        labels.extend(key.family.labels_at(key.label_index));
        let value = MeasuredValue::Counter(key.family.in_unit(*count));
        measurements.push(Measurement { name: key.family.name(), labels, value });
    }
}

/// Measures the backlog of every team that has ever owned a case, so that an empty one reads 0.
fn measure_backlogs(state: &State, measurements: &mut Vec<Measurement>) {
    let routed = state.counters.keys().filter(|key| key.family == CounterFamily::Routed);
    let owners: BTreeSet<_> = routed.map(|key| (&key.tenant, &key.breakdown)).collect();
    for (tenant, owner) in owners {
        let backlog = state.backlogs.get(&(tenant.clone(), owner.clone()));
        let backlog = backlog.copied().unwrap_or_default();
        let labels = vec![("tenant", tenant.clone()), ("owner", owner.clone())];
        let open = MeasuredValue::Gauge(backlog.open as f64);
        let waiting = MeasuredValue::Gauge(backlog.waiting as f64);
        let name = "harken_backlog_open_cases";
        measurements.push(Measurement { name, labels: labels.clone(), value: open });
        let name = "harken_queue_waiting_cases";
        measurements.push(Measurement { name, labels, value: waiting });
    }
}
