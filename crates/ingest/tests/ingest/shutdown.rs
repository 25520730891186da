//! Shutdown of the server.

use std::time::Duration;

use ingest::http::{Config, Limits};
use tokio::net::TcpStream;

use crate::client::{NDJSON, begin_request, mention, read_reply};
use crate::server::{Recorder, open_config, start};

fn with_grace(shutdown_grace: Duration) -> Config {
    let connections = Limits { shutdown_grace, ..Limits::default() };
    Config { connections, ..open_config() }
}

#[tokio::test]
async fn shutdown_completes_requests_in_flight_and_accepts_no_new_ones() {
    let recorder = Recorder::new(0);
    let server = start(with_grace(Duration::from_secs(60)), &recorder).await;
    let body = mention("1");
    let length = body.len();
    let held =
        begin_request(server.address, "POST /v1/mentions", &[NDJSON], length, body.as_bytes())
            .await;
    recorder.wait_for_appends(1).await;
    server.stop.send(()).unwrap();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    recorder.gate.add_permits(1);
    assert_eq!(read_reply(held).await.status, 202);
    server.running.await.unwrap();
    assert_eq!(recorder.ids(), ["1"]);
}

#[tokio::test]
async fn shutdown_drops_a_request_that_does_not_complete_within_the_grace() {
    let recorder = Recorder::new(0);
    let server = start(with_grace(Duration::from_millis(20)), &recorder).await;
    let body = mention("1");
    let length = body.len();
    let held =
        begin_request(server.address, "POST /v1/mentions", &[NDJSON], length, body.as_bytes())
            .await;
    recorder.wait_for_appends(1).await;
    server.stop.send(()).unwrap();
    server.running.await.unwrap();
    assert!(recorder.ids().is_empty());
    drop(held);
}
