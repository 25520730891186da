//! Concurrent requests.

use std::collections::BTreeSet;

use ingest::http::Config;

use crate::client::{NDJSON, begin_request, mention, post, read_reply};
use crate::server::{Recorder, open_config, start};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mentions_of_concurrent_requests_are_each_stored_once() {
    let recorder = Recorder::new(usize::MAX >> 4);
    let server = start(open_config(), &recorder).await;
    let requests: Vec<_> = (0..50)
        .map(|request| {
            let address = server.address;
            tokio::spawn(async move {
                let lines = (0..10).map(|line| mention(&format!("{request}-{line}")) + "\n");
                let reply = post(address, &[NDJSON], &lines.collect::<String>()).await;
                (reply.status, reply.body["accepted"].clone())
            })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), (202, 10.into()));
    }
    let ids = recorder.ids();
    assert_eq!(ids.len(), 500);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 500);
    let of_one: Vec<_> = ids.iter().filter(|id| id.starts_with("7-")).collect();
    assert_eq!(
        of_one,
        (0..10).map(|line| format!("7-{line}")).collect::<Vec<_>>().iter().collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_request_above_the_concurrency_limit_gets_429() {
    let recorder = Recorder::new(0);
    let server = start(Config { in_flight: 2, ..open_config() }, &recorder).await;
    let body = mention("1");
    let mut held = Vec::new();
    for _ in 0..2 {
        let body = body.as_bytes();
        held.push(
            begin_request(server.address, "POST /v1/mentions", &[NDJSON], body.len(), body).await,
        );
    }
    recorder.wait_for_appends(2).await;
    let rejected = post(server.address, &[NDJSON], &body).await;
    assert_eq!(rejected.status, 429);
    assert!(rejected.head.contains("retry-after: 1"), "{}", rejected.head);
    recorder.gate.add_permits(3);
    for stream in held {
        assert_eq!(read_reply(stream).await.status, 202);
    }
    assert_eq!(post(server.address, &[NDJSON], &body).await.status, 202);
    assert_eq!(recorder.ids().len(), 3);
}
