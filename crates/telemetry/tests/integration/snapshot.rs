//! What `/metrics` shows, whole: names, labels, order, zeros.

use std::time::Duration;

use stage::Reason;
use telemetry::{Health, Ingested, Loaded, Metrics, Reading, Sample, TABLE};

use crate::readings::{handed_in, of_the_stage};
use crate::server::Server;

/// What differs from run to run: the value is left out of the snapshot.
const UNSTEADY: [&str; 2] = ["process_", "harken_worker_beat_age_seconds"];

#[test]
fn metrics_shows_what_is_written_down() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let health = Health::new(Duration::from_secs(3600));
    let _worker = health.worker("dedupe-0");
    let stage = metrics.worker(
        "dedupe",
        &["mention.received.v1"],
        &["mention.unique.v1", "mention.spread.v1"],
    );
    stage.records_in("mention.received.v1", 7);
    stage.records_out("mention.unique.v1", 5);
    stage.dead_letter("dedupe", Reason::Undecodable);
    stage.processed(Duration::from_micros(300));
    stage.committed(7, Duration::from_millis(4));
    stage.restarted();
    stage.lag("mention.received.v1", 3, 12, Duration::from_millis(250));
    stage.lag("mention.received.v1", 4, 1, Duration::ZERO);
    stage.revoked("mention.received.v1", 4);
    stage.restored(100, Duration::from_millis(1500));
    stage.state_entries(42);
    metrics.http(Ingested::Accepted, 9);
    metrics.rules_in_force("0123456789abcdef", 1_795_435_200.0);
    metrics.rules_in_force("fedcba9876543210", 1_795_435_260.0);
    metrics.rules_read(Loaded::Taken);
    metrics.stale_persons(2);
    let (first, second) = (metrics.exports(), metrics.exports());
    first.replace(handed_in(of_the_stage()));
    second.replace(handed_in(of_the_stage()));
    drop(metrics.exports());

    let server = Server::start(&metrics, &health);
    let shown = steady(&server.ask("/metrics").1);
    server.stop().unwrap();
    let expected = include_str!("metrics.txt");
    assert!(shown == expected, "metrics.txt is not what is shown:\n{shown}");
    for row in TABLE {
        let kind = format!("# TYPE {} {}\n", row.name, row.kind.as_str());
        assert!(shown.contains(&kind), "{} is in the table but not shown", row.name);
    }
    assert_eq!(shown.matches("# TYPE ").count(), TABLE.len());
}

fn steady(text: &str) -> String {
    let line = |line: &str| match line.rsplit_once(' ') {
        Some((name, _)) if UNSTEADY.iter().any(|start| line.starts_with(start)) => {
            format!("{name} …\n")
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn the_readings_of_a_worker_go_with_it() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let server = Server::start(&metrics, &Health::new(Duration::ZERO));
    let exports = metrics.exports();
    exports.replace(handed_in(of_the_stage()));
    let name = "harken_queue_waiting_cases{tenant=\"acme\",owner=\"care\"} 1\n";
    assert!(server.ask("/metrics").1.contains(name));
    drop(exports);
    assert!(!server.ask("/metrics").1.contains(name));
    server.stop().unwrap();
}

#[test]
fn what_cannot_be_added_up_shows_the_highest_reading_of_all_workers() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let server = Server::start(&metrics, &Health::new(Duration::ZERO));
    let workers = [metrics.exports(), metrics.exports(), metrics.exports()];
    for (worker, index) in workers.iter().zip([0.1, 0.3, 0.2]) {
        let labels = vec![("tenant", "acme".to_owned()), ("score", "complaint".to_owned())];
        let reading = Reading::Number(index);
        worker.replace(vec![Sample { name: "harken_score_drift_index", labels, reading }]);
    }
    let shown = server.ask("/metrics").1;
    server.stop().unwrap();
    let line = "harken_score_drift_index{tenant=\"acme\",score=\"complaint\"} 0.3\n";
    assert!(shown.contains(line), "{shown}");
}
