//! The result of a trial as JSON.

use serde_json::{Value, json};
use surge::trial::{DetectionRule, OperatingPoint, TrialReport};

/// One JSON object, ended by a line break.
pub(super) fn write(report: &TrialReport) -> String {
    let rows = report.rows.iter().map(|row| {
        json!({
            "rule": point(&row.rule),
            "published": row.is_published,
            "harken": point(&row.harken),
        })
    });
    let curves = DetectionRule::ALL.iter().zip(&report.curves).map(|(rule, curve)| {
        json!({ "rule": rule.name(), "points": curve.iter().map(point).collect::<Vec<_>>() })
    });
    let value = json!({
        "seed": report.seed,
        "tenants": report.tenants,
        "outbreaks": report.outbreaks,
        "tenant_months": report.months,
        "shipped": point(&report.shipped),
        "shipped_worst_tenant": report.worst_false_alarms,
        "shipped_false_alarms_in_calm_weeks": report.calm_alarms,
        "rows": rows.collect::<Vec<_>>(),
        "curves": curves.collect::<Vec<_>>(),
    });
    format!("{value}\n")
}

fn point(point: &OperatingPoint) -> Value {
    json!({
        "rule": point.rule.name(),
        "threshold": point.threshold,
        "false_alarms_a_month": point.false_alarms,
        "noticed": point.detected,
        "median_minutes": point.median_delay,
        "ninetieth_minutes": point.ninetieth_percentile,
    })
}
