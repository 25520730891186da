//! What `deploy/alerts.yml` asks Prometheus for, held to the table of metrics.

use std::collections::BTreeSet;

use telemetry::{Kind, Row, TABLE, Values};

use crate::binary::file;

/// An alert, as far as it names metrics and labels.
#[derive(Debug, Default)]
struct Alert {
    name: String,
    expr: String,
    words: String,
    fields: BTreeSet<String>,
}

/// The alerts of the file. Not a reader of YAML: it knows the lines that such a file is made of, and
/// refuses what it does not know.
fn alerts() -> Vec<Alert> {
    let text = std::fs::read_to_string(file("deploy/alerts.yml")).unwrap();
    let mut alerts: Vec<Alert> = Vec::new();
    let mut is_in_expr = false;
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let (indent, said) = (line.len() - line.trim_start().len(), line.trim());
        if said.is_empty() {
            continue;
        }
        if let Some(name) = said.strip_prefix("- alert: ") {
            alerts.push(Alert { name: name.to_owned(), ..Alert::default() });
            is_in_expr = false;
            continue;
        }
        let Some(alert) = alerts.last_mut().filter(|_| indent >= 8) else {
            let known = ["groups:", "- name: ", "rules:"];
            assert!(known.iter().any(|start| said.starts_with(start)), "{line}");
            continue;
        };
        if is_in_expr && indent > 8 {
            alert.expr += &format!("{said} ");
            continue;
        }
        let (field, value) = said.split_once(':').unwrap_or_else(|| panic!("{line}"));
        is_in_expr = field == "expr";
        match field {
            "expr" => alert.expr += value.trim().trim_start_matches('|'),
            "for" | "labels" | "annotations" | "severity" => {}
            "summary" | "action" => alert.words += value,
            _ => panic!("{line}"),
        }
        alert.fields.insert(field.to_owned());
    }
    alerts
}

/// Every word of a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The row of a metric; a histogram is asked for by one of its three names.
fn row(name: &str) -> &'static Row {
    let find = |name: &str| TABLE.iter().find(|row| row.name == name);
    let part = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
    let part = part.and_then(find).filter(|row| row.kind == Kind::Histogram);
    find(name).or(part).unwrap_or_else(|| panic!("{name} is no metric of the table"))
}

fn metrics(text: &str) -> Vec<&'static Row> {
    let is_ours = |word: &&str| word.starts_with("harken_") || word.starts_with("process_");
    words(text).filter(is_ours).map(row).collect()
}

/// What stands between two characters, each time.
fn between(text: &str, open: char, close: char) -> Vec<&str> {
    let after = text.split(open).skip(1);
    after.filter_map(|rest| Some(rest.split_once(close)?.0)).collect()
}

#[test]
fn every_alert_asks_for_metrics_that_there_are() {
    let alerts = alerts();
    assert!(alerts.len() >= 10, "{}", alerts.len());
    for Alert { name, expr, words, fields } in &alerts {
        for field in ["expr", "labels", "severity", "annotations", "summary", "action"] {
            assert!(fields.contains(field), "{name} has no {field}");
        }
        assert!(!metrics(expr).is_empty(), "{name}: {expr}");
        // Those that the annotations point to must be there, too.
        metrics(words);
    }
}

#[test]
fn every_label_of_an_alert_is_one_of_its_metrics_with_a_value_it_can_have() {
    for Alert { name, expr, .. } in alerts() {
        let rows = metrics(&expr);
        let label = |label: &str| {
            rows.iter().flat_map(|row| row.labels).find(|known| known.name == label.trim())
        };
        for matcher in between(&expr, '{', '}').into_iter().flat_map(|inside| inside.split(',')) {
            let (key, value) = matcher.split_once('=').unwrap();
            let key = key.trim_end_matches('!');
            let known = label(key).unwrap_or_else(|| panic!("{name}: no label {key}"));
            let value = value.trim_matches(|c| c == '~' || c == '"');
            if let Values::Of(values) = known.values {
                let is_known = value.split('|').all(|value| values.contains(&value));
                assert!(is_known, "{name}: {key} is never {value}");
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
fn every_label_that_an_alert_shows_is_left_by_its_expression() {
    for Alert { name, expr, words, .. } in alerts() {
        let groups: Vec<BTreeSet<&str>> = expr
            .split("by (")
            .skip(1)
            .map(|by| by.split_once(')').unwrap().0.split(',').map(str::trim).collect())
            .collect();
        for shown in words.split("$labels.").skip(1) {
            let label = shown.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
            let label = label.unwrap();
            let is_left = !groups.is_empty() && groups.iter().all(|group| group.contains(label));
            assert!(is_left, "{name} shows {label}, which {expr} does not leave");
        }
    }
}

#[test]
fn what_must_wake_somebody_has_an_alert() {
    let all: String = alerts().into_iter().map(|alert| alert.expr + " ").collect();
    for metric in [
        "harken_balance_unbalanced_hours",
        "harken_dead_letter_records_total",
        "harken_consumer_lag_seconds",
        "harken_score_drift_index",
        "harken_escalation_breaches_total",
        "harken_rules_loads_total",
        "harken_rules_stale_persons",
        "harken_worker_beat_age_seconds",
        "harken_worker_restarts_total",
    ] {
        assert!(all.contains(metric), "no alert asks for {metric}");
    }
}
