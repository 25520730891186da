//! Senders that hold what they got.

use std::net::SocketAddr;
use std::time::Duration;

use ingest::http::{Access, Config, Limits};
use platforms::Scope;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::client::{NDJSON, begin_request, mention, post, read_reply};
use crate::server::{Recorder, open_config, sender, start};

const SLOW: (&str, &str) = ("x-api-key", "key-of-the-slow-sender");
const FAST: (&str, &str) = ("x-api-key", "key-of-the-fast-sender");
const HOUR: Duration = Duration::from_secs(3600);

fn two_keys() -> Config {
    let senders = [SLOW, FAST].map(|(_, key)| sender(key, Scope::default()));
    Config { access: Access::Keys(senders.to_vec()), ..open_config() }
}

async fn begin_slow(address: SocketAddr) -> TcpStream {
    begin_request(address, "POST /v1/mentions", &[NDJSON, SLOW], 1000, b"{").await
}

#[tokio::test]
async fn slow_bodies_of_one_key_leave_places_for_the_others() {
    let recorder = Recorder::new(1);
    // No time limit helps here: only the places of a key do.
    let config = Config { body_timeout: HOUR, body_rate: 1, ..two_keys() };
    let server = start(config, &recorder).await;
    let mut slow = JoinSet::new();
    for _ in 0..64 {
        let mut stream = begin_slow(server.address).await;
        slow.spawn(async move {
            let mut reply = [0; 12];
            stream.read_exact(&mut reply).await.unwrap();
            reply
        });
    }
    // The key has 32 of the 64 places: those requests get no reply, the others get theirs at once.
    for _ in 0..32 {
        let reply = timeout(Duration::from_secs(60), slow.join_next()).await.unwrap();
        assert!(reply.unwrap().unwrap().ends_with(b"429"));
    }
    assert_eq!(post(server.address, &[NDJSON, FAST], &mention("1")).await.status, 202);
}

#[tokio::test]
async fn a_body_slower_than_the_minimum_rate_gets_408() {
    let recorder = Recorder::new(1);
    let config = Config { body_timeout: HOUR, ..two_keys() };
    let server = start(config, &recorder).await;
    let stream = begin_slow(server.address).await;
    let (mut reading, mut writing) = stream.into_split();
    let drip = async {
        while writing.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut reply = [0; 12];
    tokio::select! {
        read = timeout(Duration::from_secs(60), reading.read_exact(&mut reply)) => {
            read.unwrap().unwrap();
        }
        () = drip => {}
    }
    assert!(reply.ends_with(b"408"), "{:?}", String::from_utf8_lossy(&reply));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_of_one_address_leave_mentions_of_another_accepted() {
    let recorder = Recorder::new(1);
    let connections = Limits { header_timeout: HOUR, ..Limits::default() };
    let server = start(Config { connections, ..two_keys() }, &recorder).await;
    let mut idle = Vec::new();
    for _ in 0..1100 {
        idle.push(TcpStream::connect(server.address).await.unwrap());
    }
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut stream = socket.connect(server.address).await.unwrap();
    let body = mention("1");
    let (name, key) = FAST;
    let head = format!(
        "POST /v1/mentions HTTP/1.1\r\nhost: harken\r\nconnection: close\r\n{name}: {key}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let reply = timeout(Duration::from_secs(60), read_reply(stream)).await.unwrap();
    assert_eq!(reply.status, 202);
}
