//! As much of an HTTP client as the tests need.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::ErrorKind;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const NDJSON: (&str, &str) = ("content-type", "application/x-ndjson");
pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");

/// Names and values of request headers.
pub(crate) type Headers<'a> = &'a [(&'a str, &'a str)];

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// Starts a request: a method and path, headers, and as much of the body as there is.
pub(crate) async fn begin(
    address: SocketAddr,
    line: &str,
    headers: Headers<'_>,
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

/// Reads the answer to its end.
pub(crate) async fn end(mut stream: TcpStream) -> Reply {
    let mut bytes = Vec::new();
    if let Err(error) = stream.read_to_end(&mut bytes).await {
        // What a server does that has answered and will not read on; the answer came before.
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head: head.to_lowercase(), body: serde_json::from_str(body).unwrap() }
}

pub(crate) async fn post(address: SocketAddr, headers: Headers<'_>, body: &str) -> Reply {
    let body = body.as_bytes();
    end(begin(address, "POST /v1/mentions", headers, body.len(), body).await).await
}

/// A canonical mention on one line.
pub(crate) fn mention(id: &str) -> String {
    format!(r#"{{"platform":"x","id":"{id}","text":"the ferry is late","author":{{"id":"u"}}}}"#)
}
