//! A server on a free loopback port, and a minimal client.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread::JoinHandle;

use listener::{ApiKey, Limits};
use telemetry::{Endpoints, Health, Metrics, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub(crate) struct TelemetryServer {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<std::io::Result<()>>,
}

impl TelemetryServer {
    pub(crate) fn start(metrics: &Metrics, health: &Health) -> Self {
        Self::start_with_key(metrics, health, None)
    }

    pub(crate) fn start_with_key(metrics: &Metrics, health: &Health, key: Option<ApiKey>) -> Self {
        let (metrics, health) = (metrics.clone(), health.clone());
        let endpoints = Endpoints { metrics, health, key, limits: Limits::default() };
        let (stop, stopped) = oneshot::channel();
        let (address_sender, address) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await?;
                address_sender.send(listener.local_addr()?).unwrap();
                let shutdown = async { stopped.await.unwrap_or_default() };
                serve(listener, endpoints, shutdown).await;
                Ok(())
            })
        });
        Self { address: address.recv().unwrap(), stop, thread }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the whole response: status line, headers and body.
    pub(crate) fn response(&self, path: &str) -> String {
        self.response_with(path, "")
    }

    /// Sends these lines of headers as well, each with its line break.
    pub(crate) fn response_with(&self, path: &str, headers: &str) -> String {
        let mut socket = TcpStream::connect(self.address).unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: harken\r\nConnection: close\r\n");
        let request = format!("{head}{headers}\r\n");
        socket.write_all(request.as_bytes()).unwrap();
        let mut response = String::new();
        socket.read_to_string(&mut response).unwrap();
        response
    }

    /// Returns status and body.
    pub(crate) fn status_and_body(&self, path: &str) -> (u16, String) {
        let response = self.response(path);
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    pub(crate) fn stop(self) -> std::io::Result<()> {
        self.stop.send(()).unwrap();
        self.thread.join().unwrap()
    }
}
