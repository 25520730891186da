//! The end of a server.

use std::time::Duration;

use ingest::http::Settings;
use tokio::net::TcpStream;

use crate::client::{NDJSON, begin, end, mention};
use crate::server::{Recorder, open, start};

#[tokio::test]
async fn a_request_in_flight_is_answered_and_no_new_one_is_taken() {
    let recorder = Recorder::new(0);
    let server =
        start(Settings { shutdown_grace: Duration::from_secs(60), ..open() }, &recorder).await;
    let body = mention("1");
    let length = body.len();
    let held = begin(server.address, "POST /v1/mentions", &[NDJSON], length, body.as_bytes()).await;
    recorder.begun(1).await;
    server.stop.send(()).unwrap();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    recorder.gate.add_permits(1);
    assert_eq!(end(held).await.status, 202);
    server.running.await.unwrap().unwrap();
    assert_eq!(recorder.ids(), ["1"]);
}

#[tokio::test]
async fn a_request_that_does_not_end_holds_the_shutdown_for_a_bounded_time() {
    let recorder = Recorder::new(0);
    let server =
        start(Settings { shutdown_grace: Duration::from_millis(20), ..open() }, &recorder).await;
    let body = mention("1");
    let length = body.len();
    let held = begin(server.address, "POST /v1/mentions", &[NDJSON], length, body.as_bytes()).await;
    recorder.begun(1).await;
    server.stop.send(()).unwrap();
    server.running.await.unwrap().unwrap();
    assert!(recorder.ids().is_empty());
    drop(held);
}
