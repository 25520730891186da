//! Accepts connections within the limits and serves routes on them.

use std::io;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::Limits;
use crate::connections::{Connections, Place};
use crate::progress::ProgressStream;

/// Pause after a failed accept. Without one, a process out of file descriptors would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Maximum of the headers of a request, in bytes.
const HEADER_BYTES: usize = 64 * 1024;

/// Sent to a connection above a limit, before it is closed.
const REFUSED: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\
    connection: close\r\nretry-after: 1\r\ncontent-length: 42\r\n\r\n\
    {\"error\":\"too many connections are open\"}\n";

/// Why a connection was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// [`Limits::connections`] are open.
    Total,
    /// [`Limits::per_address`] of its address are open.
    Address,
}

/// Receives the counts of a listener.
pub trait ConnectionMeter: Send + Sync + 'static {
    /// Counts a connection that was opened.
    fn opened(&self);
    /// Counts a connection that was closed.
    fn closed(&self);
    /// Counts a connection that was refused.
    fn refused(&self, reason: Refusal);
}

/// Discards all counts.
impl ConnectionMeter for () {
    fn opened(&self) {}
    fn closed(&self) {}
    fn refused(&self, _reason: Refusal) {}
}

/// Serves until `shutdown` completes, then waits up to [`Limits::shutdown_grace`] for the requests in
/// flight. A failed accept is logged and retried.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    limits: Limits,
    meter: impl ConnectionMeter,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let connections = Connections::new(limits);
    // Dropped at the shutdown, which every connection notices.
    let (stopping, stopped) = watch::channel(());
    let mut running = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => match connections.admit(peer.ip()) {
                    Ok(place) => {
                        meter.opened();
                        let served = serve_one(stream, routes.clone(), limits, stopped.clone());
                        running.spawn(with_place(place, served));
                    }
                    Err(reason) => {
                        meter.refused(reason);
                        refuse(&stream);
                    }
                },
                Err(error) => wait_after_failed_accept(&error).await,
            },
            Some(_) = running.join_next() => meter.closed(),
        }
    }
    drop((listener, stopping, stopped));
    let drained = async { while running.join_next().await.is_some() {} };
    if timeout(limits.shutdown_grace, drained).await.is_err() {
        let grace = limits.shutdown_grace;
        tracing::warn!(?grace, "dropped HTTP requests that were still in flight at shutdown");
    }
}

/// Serves one connection and frees its place.
async fn with_place(place: Place, served: impl Future<Output = ()>) {
    served.await;
    drop(place);
}

async fn serve_one(
    stream: TcpStream,
    routes: Router,
    limits: Limits,
    mut stopped: watch::Receiver<()>,
) {
    // Nagle's algorithm would delay the small replies until the client acknowledges earlier data.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "failed to set TCP_NODELAY");
    }
    let stream = TokioIo::new(ProgressStream::new(stream, limits.header_timeout));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // Runs from the accept and from each reply, so it also closes idle connections.
        .header_read_timeout(limits.header_timeout)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(stream, TowerToHyperService::new(routes));
    tokio::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => return log_end(ended),
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    log_end(connection.await);
}

/// What a peer does wrong is its own affair: nothing above debug.
fn log_end(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "an HTTP connection ended early");
    }
}

fn refuse(stream: &TcpStream) {
    // A full send buffer is impossible on a new connection; a peer that is gone needs no reply.
    let _ = stream.try_write(REFUSED);
}

async fn wait_after_failed_accept(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::warn!(%error, "failed to accept an HTTP connection");
        tokio::time::sleep(ACCEPT_PAUSE).await;
    }
}
