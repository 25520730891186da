//! The HTTP endpoints `/metrics`, `/livez` and `/readyz`.

#![allow(
    clippy::disallowed_methods,
    reason = "an edge: heartbeat ages are relative to the request"
)]

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use listener::{ApiKey, Limits, presented_key};
use tokio::net::TcpListener;

use crate::render::render;
use crate::{Health, Listener, Metrics};

/// What the endpoints show, to whom, and what their clients may hold.
#[derive(Debug, Clone)]
pub struct Endpoints {
    /// Shown by `/metrics`.
    pub metrics: Metrics,
    /// Shown by `/livez` and `/readyz`.
    pub health: Health,
    /// Key that `/metrics` requires; `None` shows it to everybody. It names tenants and volumes.
    pub key: Option<ApiKey>,
    /// Limits of connections.
    pub limits: Limits,
}

impl Endpoints {
    /// Endpoints that everybody may read, with the default limits: for a loopback address.
    #[must_use]
    pub fn open(metrics: Metrics, health: Health) -> Self {
        Self { metrics, health, key: None, limits: Limits::default() }
    }
}

/// Serves `/metrics`, `/livez` and `/readyz` until `shutdown` completes.
pub async fn serve(
    listener: TcpListener,
    endpoints: Endpoints,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let (limits, meter) = (endpoints.limits, endpoints.metrics.connections(Listener::Telemetry));
    let routes = Router::new()
        .route("/metrics", get(serve_metrics))
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .with_state(Arc::new(endpoints));
    listener::serve(listener, routes, limits, meter, shutdown).await;
}

/// Errors of rendering become a 500 with a text; a scrape never ends the process.
async fn serve_metrics(State(watched): State<Arc<Endpoints>>, headers: HeaderMap) -> Response {
    if let Some(key) = &watched.key
        && !presented_key(&headers).is_some_and(|presented| key.matches(presented).into())
    {
        let text = "send telemetry.api_key: `authorization: Bearer KEY`\n";
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], text)
            .into_response();
    }
    match render(&watched.metrics, &watched.health, Instant::now()) {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            let text = format!("failed to encode the metrics: {error}\n");
            (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
        }
    }
}

async fn livez(State(watched): State<Arc<Endpoints>>) -> Response {
    let mut body = String::new();
    for late in watched.health.late_workers(Instant::now()) {
        // Writing to a String cannot fail.
        let _ = writeln!(body, "{}: no heartbeat for {} s", late.worker, late.silence.as_secs());
    }
    health_response(body)
}

async fn readyz(State(watched): State<Arc<Endpoints>>) -> Response {
    let mut body = String::new();
    for reason in watched.health.not_ready_reasons() {
        let _ = writeln!(body, "{reason}");
    }
    health_response(body)
}

/// Replies 200 if there are no problems, else 503 with one problem per line.
fn health_response(problems: String) -> Response {
    if problems.is_empty() {
        "ok\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, problems).into_response()
    }
}
