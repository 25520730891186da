//! A minimal HTTP client for the tests.

#![allow(clippy::unwrap_used, reason = "a test fails at the first unexpected error")]

use std::io::ErrorKind;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const NDJSON: (&str, &str) = ("content-type", "application/x-ndjson");
pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");

/// Request headers as pairs of name and value.
pub(crate) type HeaderPairs<'a> = &'a [(&'a str, &'a str)];

/// A parsed reply; `head` is the status line and headers in lower case.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// Sends the start of a request: method and path in `line`, headers, and a body that may be shorter
/// than the declared `length`.
pub(crate) async fn begin_request(
    address: SocketAddr,
    line: &str,
    headers: HeaderPairs<'_>,
    length: usize,
    body: &[u8],
) -> TcpStream {
    let mut head = format!("{line} HTTP/1.1\r\nhost: harken\r\nconnection: close\r\n");
    head += &format!("content-length: {length}\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    stream
}

/// Reads the reply until the server closes the connection.
pub(crate) async fn read_reply(mut stream: TcpStream) -> Reply {
    let mut bytes = Vec::new();
    if let Err(error) = stream.read_to_end(&mut bytes).await {
        // A server that replies without reading the whole body closes with unread data, which
        // resets the connection after the reply.
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head: head.to_lowercase(), body: serde_json::from_str(body).unwrap() }
}

pub(crate) async fn post(address: SocketAddr, headers: HeaderPairs<'_>, body: &str) -> Reply {
    let body = body.as_bytes();
    read_reply(begin_request(address, "POST /v1/mentions", headers, body.len(), body).await).await
}

/// A canonical mention on one line.
pub(crate) fn mention(id: &str) -> String {
    format!(r#"{{"platform":"x","id":"{id}","text":"the ferry is late","author":{{"id":"u"}}}}"#)
}
