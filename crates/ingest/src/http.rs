//! `POST /v1/mentions`: receives canonical mentions over HTTP.
//!
//! The body is NDJSON or a JSON list. The reply is 202 once the sink has stored every valid line;
//! it lists the rejected lines with number and reason. Without a valid line it is 400 with the same
//! body. Any other status means that no mention of the request was accepted; its text states what
//! the sender must change or when to retry.
//!
//! Has no TLS and does not time out idle connections. An endpoint on a public network needs a
//! proxy that provides both.

mod access;
mod body;
mod config;
mod handler;
mod reply;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;

pub use access::{Access, ApiKey};
pub use config::Config;

use crate::{IngestMeter, MentionSink};
use handler::RequestHandler;
use reply::HttpReply;

/// Path of the endpoint.
pub const PATH: &str = "/v1/mentions";

/// Builds the routes, for a server that also has others.
pub fn router<S: MentionSink, M: IngestMeter>(config: Config, sink: S, meter: M) -> Router {
    let handler = Arc::new(RequestHandler::new(config, sink, meter));
    let other_method = || async { HttpReply::method_not_allowed().into_response() };
    Router::new()
        .route(PATH, post(handler::handle_request::<S, M>).fallback(other_method))
        .fallback(|| async { HttpReply::not_found().into_response() })
        .with_state(handler)
}

/// Serves until `shutdown` completes, then waits up to [`Config::shutdown_grace`] for the requests
/// in flight.
///
/// # Errors
/// When the listener fails.
pub async fn serve<S: MentionSink, M: IngestMeter>(
    listener: TcpListener,
    config: Config,
    sink: S,
    meter: M,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let grace = config.shutdown_grace;
    let stopping = Arc::new(Notify::new());
    let stopped = Arc::clone(&stopping);
    let signal = async move {
        shutdown.await;
        stopping.notify_one();
    };
    // Nagle's algorithm would delay the small replies until the client acknowledges earlier data.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "failed to set TCP_NODELAY");
        }
    });
    let server = axum::serve(listener, router(config, sink, meter)).with_graceful_shutdown(signal);
    // axum's graceful shutdown has no limit: a client that never finishes would block it forever.
    tokio::select! {
        ended = server.into_future() => ended,
        () = async { stopped.notified().await; tokio::time::sleep(grace).await } => {
            tracing::warn!(?grace, "dropped HTTP requests that were still in flight at shutdown");
            Ok(())
        }
    }
}
