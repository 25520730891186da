//! `POST /v1/mentions`: receives canonical mentions over HTTP.
//!
//! The body is NDJSON or a JSON list. The reply is 202 once the sink has stored every valid line;
//! it lists the rejected lines with number and reason. Without a valid line it is 400 with the same
//! body. Any other status means that no mention of the request was accepted; its text states what
//! the sender must change or when to retry.
//!
//! A key speaks for tenants and platforms; a line that says more is rejected. Has no TLS: an endpoint
//! on a public network needs a proxy that provides it.

mod access;
mod body;
mod config;
mod handler;
mod places;
mod reply;

use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use listener::ConnectionMeter;
use tokio::net::TcpListener;

pub use access::{Access, Sender};
pub use config::{BODY_GRACE, Config};
pub use listener::{ApiKey, InvalidKey, Limits};

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

/// Serves until `shutdown` completes, then waits for the requests in flight, at most as long as
/// [`Config::connections`] says.
pub async fn serve<S: MentionSink, M: IngestMeter>(
    listener: TcpListener,
    config: Config,
    sink: S,
    meter: M,
    connections: impl ConnectionMeter,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let limits = config.connections;
    let routes = router(config, sink, meter);
    listener::serve(listener, routes, limits, connections, shutdown).await;
}
