//! `/livez`, `/readyz`, `/metrics` and the shutdown of the server.

use std::net::TcpStream;
use std::time::Duration;

use listener::ApiKey;
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

#[test]
fn metrics_with_a_key_are_shown_to_its_holders_only_and_health_to_everybody() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let key = ApiKey::new("scrape-key-of-ops").unwrap();
    let server = TelemetryServer::start_with_key(&metrics, &Health::new(LIMIT), Some(key));
    for (headers, status) in [
        ("", "401 Unauthorized"),
        ("Authorization: Bearer scrape-key-of-op\r\n", "401 Unauthorized"),
        ("Authorization: Bearer scrape-key-of-ops\r\n", "200 OK"),
        ("X-Api-Key: scrape-key-of-ops\r\n", "200 OK"),
    ] {
        let response = server.response_with("/metrics", headers);
        assert!(response.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{headers}: {response}");
        let is_shown = response.contains("harken_build_info");
        assert_eq!(is_shown, status.starts_with("200"), "{headers}: {response}");
    }
    assert_eq!(server.status_and_body("/livez").0, 200);
    assert_eq!(server.status_and_body("/readyz").0, 503);
    server.stop().unwrap();
}

#[test]
fn open_connections_are_counted() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let server = TelemetryServer::start(&metrics, &Health::new(LIMIT));
    let shown = server.status_and_body("/metrics").1;
    server.stop().unwrap();
    assert!(shown.contains("harken_http_open_connections{listener=\"telemetry\"} 1\n"), "{shown}");
}
