//! Renders the response of `/metrics`: all metrics, sorted by name.

use std::time::Instant;

use prometheus::TextEncoder;
use prometheus::proto::MetricFamily;

use crate::samples::{SampleValue, family, metric};
use crate::{Health, Metrics, process, table};

/// Renders the text of `/metrics`.
///
/// # Errors
/// When a metric family is inconsistent, which is a bug.
pub(crate) fn render(
    metrics: &Metrics,
    health: &Health,
    now: Instant,
) -> Result<String, prometheus::Error> {
    let mut families = metrics.0.registry.gather();
    families.extend(metrics.0.samples.gather());
    families.extend(process::gather());
    families.extend(heartbeat_ages(health, now));
    // The registry sorts only its own families; the others were appended.
    families.sort_by(|a, b| a.name().cmp(b.name()));
    TextEncoder::new().encode_to_string(&families)
}

fn heartbeat_ages(health: &Health, now: Instant) -> Option<MetricFamily> {
    let spec = table::find("harken_worker_beat_age_seconds")?;
    let ages = health.silences(now).into_iter().map(|(worker, silent)| {
        metric(spec, &[("worker", worker)], &SampleValue::Number(silent.as_secs_f64()))
    });
    let ages: Vec<_> = ages.collect();
    (!ages.is_empty()).then(|| family(spec, ages))
}
