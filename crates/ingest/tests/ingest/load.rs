//! Many requests at once.

use std::collections::BTreeSet;

use ingest::http::Settings;

use crate::client::{NDJSON, begin, end, mention, post};
use crate::server::{Recorder, open, start};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_requests_are_all_kept_once() {
    let recorder = Recorder::new(usize::MAX >> 4);
    let server = start(open(), &recorder).await;
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
async fn beyond_the_places_a_request_is_asked_to_come_again() {
    let recorder = Recorder::new(0);
    let server = start(Settings { in_flight: 2, ..open() }, &recorder).await;
    let body = mention("1");
    let mut held = Vec::new();
    for _ in 0..2 {
        let body = body.as_bytes();
        held.push(begin(server.address, "POST /v1/mentions", &[NDJSON], body.len(), body).await);
    }
    recorder.begun(2).await;
    let turned_down = post(server.address, &[NDJSON], &body).await;
    assert_eq!(turned_down.status, 429);
    assert!(turned_down.head.contains("retry-after: 1"), "{}", turned_down.head);
    recorder.gate.add_permits(3);
    for stream in held {
        assert_eq!(end(stream).await.status, 202);
    }
    assert_eq!(post(server.address, &[NDJSON], &body).await.status, 202);
    assert_eq!(recorder.ids().len(), 3);
}
