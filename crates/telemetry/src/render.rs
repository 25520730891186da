//! Everything that `/metrics` shows, in the order of the names.

use std::time::Instant;

use prometheus::TextEncoder;
use prometheus::proto::MetricFamily;

use crate::exports::{Reading, family, metric};
use crate::{Health, Metrics, process, table};

/// The text of `/metrics`.
///
/// # Errors
/// When a family is inconsistent: a bug.
pub(crate) fn render(
    metrics: &Metrics,
    health: &Health,
    now: Instant,
) -> Result<String, prometheus::Error> {
    let mut families = metrics.0.registry.gather();
    families.extend(metrics.0.published.gather());
    families.extend(process::gather());
    families.extend(beats(health, now));
    families.sort_by(|a, b| a.name().cmp(b.name()));
    TextEncoder::new().encode_to_string(&families)
}

fn beats(health: &Health, now: Instant) -> Option<MetricFamily> {
    let row = table::find("harken_worker_beat_age_seconds")?;
    let ages = health.silent(now).into_iter().map(|(worker, silent)| {
        metric(row, &[("worker", worker)], &Reading::Number(silent.as_secs_f64()))
    });
    let ages: Vec<_> = ages.collect();
    (!ages.is_empty()).then(|| family(row, ages))
}
