//! Checks the metrics and labels that `deploy/alerts.yml` queries against the table of metrics.

use std::collections::BTreeSet;

use telemetry::{LabelValues, MetricKind, MetricSpec, TABLE};

use crate::binary::file;

/// The parts of an alert rule that name metrics and labels.
#[derive(Debug, Default)]
struct Alert {
    name: String,
    expr: String,
    /// Summary and action, one after the other.
    annotations: String,
    /// The keys that the rule sets.
    fields: BTreeSet<String>,
}

/// Parses the alerts of the file. Not a YAML parser: it accepts the kinds of lines that this file
/// consists of and panics on any other.
fn parse_alerts() -> Vec<Alert> {
    let text = std::fs::read_to_string(file("deploy/alerts.yml")).unwrap();
    let mut alerts: Vec<Alert> = Vec::new();
    // An expression may span several lines, each indented deeper than its key.
    let mut is_in_expr = false;
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let (indent, content) = (line.len() - line.trim_start().len(), line.trim());
        if content.is_empty() {
            continue;
        }
        if let Some(name) = content.strip_prefix("- alert: ") {
            alerts.push(Alert { name: name.to_owned(), ..Alert::default() });
            is_in_expr = false;
            continue;
        }
        let Some(alert) = alerts.last_mut().filter(|_| indent >= 8) else {
            let headers = ["groups:", "- name: ", "rules:"];
            assert!(headers.iter().any(|start| content.starts_with(start)), "{line}");
            continue;
        };
        if is_in_expr && indent > 8 {
            alert.expr += &format!("{content} ");
            continue;
        }
        let (field, value) = content.split_once(':').unwrap_or_else(|| panic!("{line}"));
        is_in_expr = field == "expr";
        match field {
            "expr" => alert.expr += value.trim().trim_start_matches('|'),
            "for" | "labels" | "annotations" | "severity" => {}
            "summary" | "action" => alert.annotations += value,
            _ => panic!("{line}"),
        }
        alert.fields.insert(field.to_owned());
    }
    alerts
}

/// The identifiers in a PromQL expression or an annotation.
fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The row of a metric. A histogram has no series of its own name, only `_bucket`, `_sum` and `_count`.
fn row(name: &str) -> &'static MetricSpec {
    let find = |name: &str| TABLE.iter().find(|row| row.name == name);
    let part = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
    let part = part.and_then(find).filter(|row| row.kind == MetricKind::Histogram);
    find(name).or(part).unwrap_or_else(|| panic!("{name} is not in the table of metrics"))
}

fn metrics(text: &str) -> Vec<&'static MetricSpec> {
    let is_ours = |word: &&str| word.starts_with("harken_") || word.starts_with("process_");
    identifiers(text).filter(is_ours).map(row).collect()
}

/// Every part of the text between `open` and the next `close`.
fn between(text: &str, open: char, close: char) -> Vec<&str> {
    let after = text.split(open).skip(1);
    after.filter_map(|rest| Some(rest.split_once(close)?.0)).collect()
}

#[test]
fn every_alert_queries_metrics_of_the_table() {
    let alerts = parse_alerts();
    assert!(alerts.len() >= 10, "{}", alerts.len());
    for Alert { name, expr, annotations, fields } in &alerts {
        for field in ["expr", "labels", "severity", "annotations", "summary", "action"] {
            assert!(fields.contains(field), "{name} has no {field}");
        }
        assert!(!metrics(expr).is_empty(), "{name}: {expr}");
        // Panics if an annotation names a metric that does not exist.
        metrics(annotations);
    }
}

#[test]
fn an_alert_matches_only_labels_and_values_that_its_metrics_have() {
    for Alert { name, expr, .. } in parse_alerts() {
        let rows = metrics(&expr);
        let label = |label: &str| {
            rows.iter().flat_map(|row| row.labels).find(|column| column.name == label.trim())
        };
        for matcher in between(&expr, '{', '}').into_iter().flat_map(|inside| inside.split(',')) {
            let (key, value) = matcher.split_once('=').unwrap();
            let key = key.trim_end_matches('!');
            let column = label(key).unwrap_or_else(|| panic!("{name}: no label {key}"));
            // `!=` and `=~` leave a `!` on the key and a `~` on the value.
            let value = value.trim_matches(|c| c == '~' || c == '"');
            if let LabelValues::Listed(values) = column.values {
                let is_possible = value.split('|').all(|value| values.contains(&value));
                assert!(is_possible, "{name}: {key} never has the value {value}");
            }
        }
        for by in expr.split("by (").skip(1) {
            let inside = by.split_once(')').unwrap().0;
            for key in inside.split(',') {
                assert!(label(key).is_some(), "{name}: no label {key}");
            }
        }
    }
}

#[test]
fn every_label_in_an_annotation_survives_the_aggregation_of_the_expression() {
    for Alert { name, expr, annotations, .. } in parse_alerts() {
        let groups: Vec<BTreeSet<&str>> = expr
            .split("by (")
            .skip(1)
            .map(|by| by.split_once(')').unwrap().0.split(',').map(str::trim).collect())
            .collect();
        for template in annotations.split("$labels.").skip(1) {
            let label = template.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
            let label = label.unwrap();
            let is_kept = !groups.is_empty() && groups.iter().all(|group| group.contains(label));
            assert!(is_kept, "{name} prints {label}, which {expr} aggregates away");
        }
    }
}

#[test]
fn the_metrics_that_need_an_operator_have_an_alert() {
    let expressions: String = parse_alerts().into_iter().map(|alert| alert.expr + " ").collect();
    for metric in [
        "harken_balance_unbalanced_hours",
        "harken_dead_letter_records_total",
        "harken_consumer_lag_seconds",
        "harken_score_drift_index",
        "harken_escalation_breaches_total",
        "harken_contact_calls_total",
        "harken_unreachable_escalations_total",
        "harken_rules_loads_total",
        "harken_rules_stale_persons",
        "harken_worker_beat_age_seconds",
        "harken_worker_restarts_total",
    ] {
        assert!(expressions.contains(metric), "no alert queries {metric}");
    }
}
