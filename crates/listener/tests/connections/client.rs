//! A listener on a free port, and clients that bind their own address.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use listener::{ConnectionMeter, Limits, Refusal, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Against hanging only: no result depends on it.
pub(crate) const HANG: Duration = Duration::from_secs(60);

/// Bytes of the reply of `/large`: more than the buffers of a socket hold.
pub(crate) const LARGE: usize = 32 << 20;

#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    pub(crate) open: Arc<AtomicUsize>,
    pub(crate) refused: Arc<AtomicUsize>,
}

impl ConnectionMeter for Counts {
    fn opened(&self) {
        self.open.fetch_add(1, Ordering::SeqCst);
    }
    fn closed(&self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
    fn refused(&self, _reason: Refusal) {
        self.refused.fetch_add(1, Ordering::SeqCst);
    }
}

impl Counts {
    /// Waits until this many connections are open.
    pub(crate) async fn wait_for_open(&self, open: usize) {
        let reached = async {
            while self.open.load(Ordering::SeqCst) != open {
                tokio::task::yield_now().await;
            }
        };
        timeout(HANG, reached).await.unwrap();
    }
}

/// Starts a listener that runs until the test ends.
pub(crate) async fn start(limits: Limits) -> (SocketAddr, Counts, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new()
        .route("/", get(|| async { "ok" }))
        .route("/large", get(|| async { "x".repeat(LARGE) }))
        .route("/body", post(|body: String| async move { body }));
    let counts = Counts::default();
    let forever = std::future::pending();
    let running = tokio::spawn(serve(listener, routes, limits, counts.clone(), forever));
    (address, counts, running)
}

/// Connects from `source`, for example 127.0.0.2.
pub(crate) async fn connect_from(source: &str, server: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(source.parse::<IpAddr>().unwrap(), 0)).unwrap();
    socket.connect(server).await.unwrap()
}

pub(crate) async fn send(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
}

/// Reads until the server closes the connection.
pub(crate) async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset ends the connection as well as a clean close.
    let _ = timeout(HANG, stream.read_to_end(&mut bytes)).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Sends one request from `source` and returns the whole reply.
pub(crate) async fn reply_to(source: &str, server: SocketAddr) -> String {
    let mut stream = connect_from(source, server).await;
    send(&mut stream, "GET / HTTP/1.1\r\nhost: harken\r\nconnection: close\r\n\r\n").await;
    read_to_end(&mut stream).await
}
