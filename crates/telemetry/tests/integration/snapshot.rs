//! Snapshot of `/metrics`: names, labels, order and zeros.

use std::time::Duration;

use stage::RejectReason;
use telemetry::{Health, IngestOutcome, Metrics, RulesLoad, Sample, SampleValue, TABLE};

use crate::measurements::{reporting_measurements, to_samples};
use crate::server::TelemetryServer;

/// Prefixes of metrics whose values differ from run to run; the snapshot omits the values.
const VARYING: [&str; 3] =
    ["process_", "harken_worker_beat_age_seconds", "harken_http_open_connections"];

#[test]
fn metrics_match_the_snapshot() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let health = Health::new(Duration::from_secs(3600));
    let _worker = health.register_worker("dedupe-0");
    let stage = metrics.named_stage(
        "dedupe",
        &["mention.received.v1"],
        &["mention.unique.v1", "mention.spread.v1"],
    );
    stage.records_in("mention.received.v1", 7);
    stage.records_out("mention.unique.v1", 5);
    stage.dead_letter("dedupe", RejectReason::Undecodable);
    stage.processed(Duration::from_micros(300));
    stage.committed(7, Duration::from_millis(4));
    stage.restarted();
    stage.lag("mention.received.v1", 3, 12, Duration::from_millis(250));
    stage.lag("mention.received.v1", 4, 1, Duration::ZERO);
    stage.revoked("mention.received.v1", 4);
    stage.restored(100, Duration::from_millis(1500));
    stage.state_entries(42);
    stage.evicted("dedupe", "ids", 3);
    metrics.count_http_mentions(IngestOutcome::Accepted, 9);
    metrics.set_rules_version("0123456789abcdef", 1_795_435_200.0);
    metrics.set_rules_version("fedcba9876543210", 1_795_435_260.0);
    metrics.count_rules_load(RulesLoad::Accepted);
    metrics.set_stale_persons(2);
    let (first, second) = (metrics.sample_slot(), metrics.sample_slot());
    first.replace(to_samples(reporting_measurements()));
    second.replace(to_samples(reporting_measurements()));
    drop(metrics.sample_slot());

    let server = TelemetryServer::start(&metrics, &health);
    let shown = without_varying_values(&server.status_and_body("/metrics").1);
    server.stop().unwrap();
    let expected = include_str!("metrics.txt");
    assert!(shown == expected, "metrics.txt must be:\n{shown}");
    for row in TABLE {
        let kind = format!("# TYPE {} {}\n", row.name, row.kind.as_str());
        assert!(shown.contains(&kind), "{} is in the table but not exported", row.name);
    }
    assert_eq!(shown.matches("# TYPE ").count(), TABLE.len());
}

fn without_varying_values(text: &str) -> String {
    let line = |line: &str| match line.rsplit_once(' ') {
        Some((name, _)) if VARYING.iter().any(|start| line.starts_with(start)) => {
            format!("{name} …\n")
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn dropping_the_slot_of_a_worker_removes_its_samples() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let server = TelemetryServer::start(&metrics, &Health::new(Duration::ZERO));
    let exports = metrics.sample_slot();
    exports.replace(to_samples(reporting_measurements()));
    let name = "harken_queue_waiting_cases{tenant=\"acme\",owner=\"care\"} 1\n";
    assert!(server.status_and_body("/metrics").1.contains(name));
    drop(exports);
    assert!(!server.status_and_body("/metrics").1.contains(name));
    server.stop().unwrap();
}

#[test]
fn a_max_metric_exports_the_highest_sample_of_all_workers() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let server = TelemetryServer::start(&metrics, &Health::new(Duration::ZERO));
    let workers = [metrics.sample_slot(), metrics.sample_slot(), metrics.sample_slot()];
    for (worker, index) in workers.iter().zip([0.1, 0.3, 0.2]) {
        let labels = vec![("tenant", "acme".to_owned()), ("score", "complaint".to_owned())];
        let value = SampleValue::Number(index);
        worker.replace(vec![Sample { name: "harken_score_drift_index", labels, value }]);
    }
    let shown = server.status_and_body("/metrics").1;
    server.stop().unwrap();
    let line = "harken_score_drift_index{tenant=\"acme\",score=\"complaint\"} 0.3\n";
    assert!(shown.contains(line), "{shown}");
}
