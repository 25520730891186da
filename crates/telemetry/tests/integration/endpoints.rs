//! `/livez`, `/readyz` and the shutdown.

use std::net::TcpStream;
use std::time::Duration;

use telemetry::{Health, Metrics};

use crate::server::Server;

const LIMIT: Duration = Duration::from_secs(3600);

#[test]
fn livez_names_the_worker_that_is_late() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let health = Health::new(LIMIT);
    let _worker = health.worker("dedupe-0");
    let server = Server::start(&metrics, &health);
    assert_eq!(server.ask("/livez"), (200, "ok\n".to_owned()));
    server.stop().unwrap();

    let health = Health::new(Duration::ZERO);
    let worker = health.worker("dedupe-0");
    let server = Server::start(&metrics, &health);
    assert_eq!(server.ask("/livez"), (503, "dedupe-0: silent for 0 s\n".to_owned()));
    drop(worker);
    assert_eq!(server.ask("/livez"), (200, "ok\n".to_owned()));
    server.stop().unwrap();
}

#[test]
fn readyz_says_what_the_process_waits_for() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let health = Health::new(LIMIT);
    let server = Server::start(&metrics, &health);
    assert_eq!(server.ask("/readyz"), (503, "no worker runs\n".to_owned()));
    let worker = health.worker("dedupe-0");
    worker.waits_for("partition 2 is being restored");
    let expected = "dedupe-0: partition 2 is being restored\n".to_owned();
    assert_eq!(server.ask("/readyz"), (503, expected));
    worker.ready();
    assert_eq!(server.ask("/readyz"), (200, "ok\n".to_owned()));
    assert_eq!(server.ask("/secret").0, 404);
    server.stop().unwrap();
}

#[test]
fn metrics_are_text_of_the_format_prometheus_reads() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let server = Server::start(&metrics, &Health::new(LIMIT));
    let response = server.get("/metrics");
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!(response.contains("content-type: text/plain; version=0.0.4\r\n"), "{response}");
    assert!(response.contains("\nharken_build_info{version=\"1.2.3\"} 1\n"), "{response}");
    server.stop().unwrap();
}

#[test]
fn a_server_told_to_stop_ends_and_frees_its_port() {
    let metrics = Metrics::new("1.2.3").unwrap();
    let server = Server::start(&metrics, &Health::new(LIMIT));
    let address = server.address();
    server.stop().unwrap();
    assert!(TcpStream::connect(address).is_err());
}
