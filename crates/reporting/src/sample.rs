//! A state as readings for Prometheus.

use std::collections::{BTreeMap, BTreeSet};

use crate::age::{Ages, BOUNDS, Point};
use crate::drift::{Reference, SCORES, Scores};
use crate::family::{Family, Part};
use crate::key::Total;
use crate::staffing::{Demand, Outlook, Outlooks};
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

/// Turns states into readings, and keeps what need not be computed again.
#[derive(Debug, Default)]
pub struct Readings {
    settings: Settings,
    outlooks: Outlooks,
}

impl Readings {
    /// Readings of a stage with these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, outlooks: Outlooks::default() }
    }

    /// The readings of all partitions of a worker. Closed hours only have a balance.
    pub fn of<'a>(&mut self, states: impl IntoIterator<Item = &'a State>) -> Vec<Sample> {
        let Self { settings, outlooks } = self;
        let states: Vec<&State> = states.into_iter().collect();
        let mut samples = Vec::new();
        let mut all = BTreeSet::new();
        for state in &states {
            let tenants = tenants(state, settings);
            for tenant in &tenants {
                totals(state, tenant, &mut samples);
                ages(state, tenant, &mut samples);
                balance(state, tenant, &mut samples);
            }
            parted(state, &mut samples);
            all.extend(tenants);
        }
        for tenant in all {
            drift(&states, tenant, settings, &mut samples);
            let (demand, open) = demand(&states, tenant);
            let outlook = outlooks.of(tenant, &demand, open, &settings.staffing);
            samples.extend(outlook.iter().flat_map(|outlook| ahead(tenant, outlook)));
        }
        samples
    }
}

/// The answers that closed hours asked for, and the hour under way. The partition that is furthest
/// behind has the last word on which hours are closed.
fn demand(states: &[&State], tenant: &str) -> (Demand, i64) {
    let open = states.iter().filter_map(|state| Some(state.clock?.tick)).min();
    let open = open.unwrap_or(i64::MIN);
    let range = (tenant.to_owned(), i64::MIN)..(tenant.to_owned(), open);
    let mut demand = Demand::new();
    for ((_, hour), asked) in states.iter().flat_map(|state| state.demand.range(range.clone())) {
        *demand.entry(*hour).or_default() += asked;
    }
    (demand, open)
}

/// What the next hour will ask for.
fn ahead(tenant: &str, outlook: &Outlook) -> Vec<Sample> {
    let Outlook { expected, live, deferred } = *outlook;
    let (answers, agents) = ("harken_forecast_answers", "harken_forecast_agents");
    let readings = [
        (answers, "bound", "mean", expected.mean),
        (answers, "bound", "low", expected.low),
        (answers, "bound", "high", expected.high),
        (agents, "method", "erlang_c", f64::from(live)),
        (agents, "method", "backlog_simulation", f64::from(deferred)),
    ];
    let sample = |(name, label, value, number): (_, _, &str, _)| {
        let labels = vec![("tenant", tenant.to_owned()), (label, value.to_owned())];
        Sample { name, labels, reading: Reading::Gauge(number) }
    };
    readings.into_iter().map(sample).collect()
}

fn tenants<'a>(state: &'a State, settings: &'a Settings) -> BTreeSet<&'a str> {
    let counted = state.totals.keys().map(|total| total.tenant.as_str());
    settings.tenants.iter().map(String::as_str).chain(counted).collect()
}

/// How far the scores of the last hours are from what is usual for the model that gave most of
/// them; 0 where that is not known yet.
fn drift(states: &[&State], tenant: &str, settings: &Settings, samples: &mut Vec<Sample>) {
    let mut models = BTreeMap::<&str, (Scores, Scores)>::new();
    for state in states {
        let Some(tick) = state.clock.map(|clock| clock.tick) else { continue };
        let is_usual = |of: &Reference| of.is_whole(tick, settings.reference_hours);
        let known = state.references.iter().filter(|((of, _), _)| of == tenant);
        for ((_, model), reference) in known.filter(|(_, reference)| is_usual(reference)) {
            let (now, usual) = models.entry(model).or_default();
            usual.join(&reference.scores);
            let hour = |hour| (tenant.to_owned(), model.clone(), hour);
            let last = hour(tick - settings.current_hours)..hour(tick);
            state.scores.range(last).for_each(|(_, scores)| now.join(scores));
        }
    }
    // Of models that gave as many, the last by name.
    let most = models.into_values().max_by_key(|(now, _)| now.total());
    let drift = most.map(|(now, usual)| now.drift(&usual)).unwrap_or_default();
    for (score, index) in SCORES.into_iter().zip(drift) {
        let labels = vec![("tenant", tenant.to_owned()), ("score", score.to_owned())];
        let reading = Reading::Gauge(index);
        samples.push(Sample { name: "harken_score_drift_index", labels, reading });
    }
}

/// Totals without a part: every label value has a reading, from zero on.
fn totals(state: &State, tenant: &str, samples: &mut Vec<Sample>) {
    for family in Family::ALL.into_iter().filter(|family| family.part() == Part::None) {
        for label in 0..family.places() {
            let (tenant, part) = (tenant.to_owned(), String::new());
            let key = Total { tenant, family, label, part };
            let total = state.totals.get(&key).copied().unwrap_or_default();
            let mut labels = vec![("tenant", key.tenant)];
            labels.extend(family.named(label));
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
    // By the hour: what one lacks does not make up for what another has too much.
    let unbalanced = closed.iter().filter(|balance| balance.missing != [0; STEPS.len()]).count();
    let (name, labels) = ("harken_balance_unbalanced_hours", vec![("tenant", tenant.to_owned())]);
    samples.push(Sample { name, labels, reading: Reading::Gauge(unbalanced as f64) });
}

/// What is told apart by owner or language: a reading for each that was seen.
fn parted(state: &State, samples: &mut Vec<Sample>) {
    for (key, total) in &state.totals {
        let part = match key.family.part() {
            Part::None => continue,
            Part::Owner => ("owner", key.part.clone()),
            Part::Language => ("language", key.part.clone()),
        };
        let mut labels = vec![("tenant", key.tenant.clone()), part];
        labels.extend(key.family.named(key.label));
        let reading = Reading::Counter(key.family.reading(*total));
        samples.push(Sample { name: key.family.name(), labels, reading });
    }
    let routed = state.totals.keys().filter(|total| total.family == Family::Routed);
    let owners: BTreeSet<_> = routed.map(|total| (&total.tenant, &total.part)).collect();
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
