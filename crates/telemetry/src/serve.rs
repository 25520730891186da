//! The HTTP endpoints `/metrics`, `/livez` and `/readyz`.

#![allow(
    clippy::disallowed_methods,
    reason = "an edge: heartbeat ages are relative to the request"
)]

use std::fmt::Write as _;
use std::io;
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::render::render;
use crate::{Health, Metrics};

#[derive(Debug, Clone)]
struct EndpointState {
    metrics: Metrics,
    health: Health,
}

/// Serves `/metrics`, `/livez` and `/readyz` until `shutdown` completes.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    metrics: Metrics,
    health: Health,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let routes = Router::new()
        .route("/metrics", get(serve_metrics))
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .with_state(EndpointState { metrics, health });
    axum::serve(listener, routes).with_graceful_shutdown(shutdown).await
}

/// Errors of rendering become a 500 with a text; a scrape never ends the process.
async fn serve_metrics(State(watched): State<EndpointState>) -> Response {
    match render(&watched.metrics, &watched.health, Instant::now()) {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            let text = format!("failed to encode the metrics: {error}\n");
            (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
        }
    }
}

async fn livez(State(watched): State<EndpointState>) -> Response {
    let mut body = String::new();
    for late in watched.health.late_workers(Instant::now()) {
        // Writing to a String cannot fail.
        let _ = writeln!(body, "{}: no heartbeat for {} s", late.worker, late.silence.as_secs());
    }
    health_response(body)
}

async fn readyz(State(watched): State<EndpointState>) -> Response {
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
