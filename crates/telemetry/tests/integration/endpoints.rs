//! `/livez`, `/readyz`, `/metrics` and the shutdown of the server.

use std::net::TcpStream;
use std::time::Duration;

use telemetry::{Health, Metrics};

use crate::server::TelemetryServer;

const LIMIT: Duration = Duration::from_secs(3600);

#[test]
fn livez_lists_late_workers() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let health = Health::new(LIMIT);
    let _worker = health.register_worker("dedupe-0");
    let server = TelemetryServer::start(&metrics, &health);
    assert_eq!(server.status_and_body("/livez"), (200, "ok\n".to_owned()));
    server.stop().unwrap();

    let health = Health::new(Duration::ZERO);
    let worker = health.register_worker("dedupe-0");
    let server = TelemetryServer::start(&metrics, &health);
    assert_eq!(
        server.status_and_body("/livez"),
        (503, "dedupe-0: no heartbeat for 0 s\n".to_owned())
    );
    drop(worker);
    assert_eq!(server.status_and_body("/livez"), (200, "ok\n".to_owned()));
    server.stop().unwrap();
}

#[test]
fn readyz_lists_why_the_process_is_not_ready() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let health = Health::new(LIMIT);
    let server = TelemetryServer::start(&metrics, &health);
    assert_eq!(server.status_and_body("/readyz"), (503, "no worker runs\n".to_owned()));
    let worker = health.register_worker("dedupe-0");
    worker.mark_not_ready("partition 2 is being restored");
    let expected = "dedupe-0: partition 2 is being restored\n".to_owned();
    assert_eq!(server.status_and_body("/readyz"), (503, expected));
    worker.mark_ready();
    assert_eq!(server.status_and_body("/readyz"), (200, "ok\n".to_owned()));
    assert_eq!(server.status_and_body("/secret").0, 404);
    server.stop().unwrap();
}

#[test]
fn metrics_are_served_in_the_prometheus_text_format() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let server = TelemetryServer::start(&metrics, &Health::new(LIMIT));
    let response = server.response("/metrics");
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!(response.contains("content-type: text/plain; version=0.0.4\r\n"), "{response}");
    assert!(response.contains("\nharken_build_info{version=\"1.2.3\"} 1\n"), "{response}");
    server.stop().unwrap();
}

#[test]
fn shutdown_stops_the_server_and_frees_its_port() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let server = TelemetryServer::start(&metrics, &Health::new(LIMIT));
    let address = server.address();
    server.stop().unwrap();
    assert!(TcpStream::connect(address).is_err());
}
