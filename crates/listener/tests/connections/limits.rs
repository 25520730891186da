//! Each limit, against the peer that it is for.

use std::sync::atomic::Ordering;
use std::time::Duration;

use listener::Limits;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::{HANG, connect_from, read_to_end, reply_to, send, start};

/// Long enough that no connection of a test reaches it.
const NEVER: Duration = Duration::from_secs(3600);
/// Short enough that a test waits for it.
const SOON: Duration = Duration::from_millis(50);

/// Raises the limit of file descriptors: both ends of every connection are in this process.
fn allow_descriptors() {
    let hard = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: hard, maximum: hard }).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_idle_connections_leaves_places_for_other_addresses() {
    allow_descriptors();
    let limits =
        Limits { connections: 512, per_address: 128, header_timeout: NEVER, ..Limits::default() };
    let (server, counts, _running) = start(limits).await;
    let mut idle = Vec::new();
    for _ in 0..1100 {
        idle.push(connect_from("127.0.0.1", server).await);
    }
    counts.wait_for_open(128).await;
    let reply = reply_to("127.0.0.2", server).await;
    assert!(reply.starts_with("HTTP/1.1 200 OK"), "{reply}");
    let refused = read_to_end(idle.last_mut().unwrap()).await;
    let (head, body) = refused.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 503 ") && head.contains("connection: close"), "{refused}");
    assert!(head.ends_with(&format!("content-length: {}", body.len())), "{refused}");
    assert_eq!(counts.refused.load(Ordering::SeqCst), 1100 - 128);
    // The places of connections that end are free again.
    idle.clear();
    counts.wait_for_open(0).await;
    assert!(reply_to("127.0.0.1", server).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn connections_in_all_are_bounded() {
    let limits =
        Limits { connections: 4, per_address: 2, header_timeout: NEVER, ..Limits::default() };
    let (server, counts, _running) = start(limits).await;
    let mut idle = Vec::new();
    for address in ["127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.3"] {
        idle.push(connect_from(address, server).await);
    }
    counts.wait_for_open(4).await;
    assert!(reply_to("127.0.0.4", server).await.starts_with("HTTP/1.1 503"));
    drop(idle.pop());
    counts.wait_for_open(3).await;
    assert!(reply_to("127.0.0.4", server).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_connection_that_sends_no_headers_slow_headers_or_no_second_request_is_closed() {
    let limits = Limits { header_timeout: SOON, ..Limits::default() };
    let (server, counts, _running) = start(limits).await;
    let first = "GET / HTTP/1.1\r\nhost: harken\r\n\r\n";
    for sent in ["", "GET / HTTP/1.1\r\nhost: har", first] {
        let mut stream = connect_from("127.0.0.1", server).await;
        send(&mut stream, sent).await;
        read_to_end(&mut stream).await;
    }
    // A byte now and then does not extend the time for the headers.
    let mut slow = connect_from("127.0.0.1", server).await;
    send(&mut slow, "GET / HTTP/1.1\r\nx-slow: ").await;
    timeout(HANG, drip(&mut slow)).await.unwrap();
    counts.wait_for_open(0).await;
}

/// Sends a byte of a header now and then until the server closes the connection.
async fn drip(stream: &mut TcpStream) {
    use tokio::io::AsyncWriteExt as _;
    while stream.write_all(b"x").await.is_ok() {
        let mut byte = [0];
        if timeout(Duration::from_millis(5), stream.read(&mut byte)).await.is_ok() {
            return;
        }
    }
}

#[tokio::test]
async fn a_peer_that_does_not_read_its_reply_is_closed() {
    let limits = Limits { header_timeout: SOON, ..Limits::default() };
    let (server, counts, _running) = start(limits).await;
    let mut stream = connect_from("127.0.0.1", server).await;
    send(&mut stream, "GET /large HTTP/1.1\r\nhost: harken\r\n\r\n").await;
    counts.wait_for_open(1).await;
    counts.wait_for_open(0).await;
    drop(stream);
}

#[tokio::test]
async fn a_body_may_take_longer_than_the_headers() {
    let limits = Limits { header_timeout: SOON, ..Limits::default() };
    let (server, _counts, _running) = start(limits).await;
    let mut stream = connect_from("127.0.0.1", server).await;
    let head = "POST /body HTTP/1.1\r\nhost: harken\r\nconnection: close\r\ncontent-length: 4\r\n";
    send(&mut stream, &format!("{head}\r\nlo")).await;
    // Longer than the limit of the headers; a slower machine only waits longer.
    tokio::time::sleep(3 * SOON).await;
    send(&mut stream, "ng").await;
    let reply = read_to_end(&mut stream).await;
    assert!(reply.ends_with("long"), "{reply}");
}
