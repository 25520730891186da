//! The endpoints for machines that look after the process.

#![allow(clippy::disallowed_methods, reason = "an edge: ages are measured when they are asked for")]

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
struct Watched {
    metrics: Metrics,
    health: Health,
}

/// Serves `/metrics`, `/livez` and `/readyz` until `shutdown` is done.
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
        .route("/metrics", get(show_metrics))
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .with_state(Watched { metrics, health });
    axum::serve(listener, routes).with_graceful_shutdown(shutdown).await
}

async fn show_metrics(State(watched): State<Watched>) -> Response {
    match render(&watched.metrics, &watched.health, Instant::now()) {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            let text = format!("failed to show the metrics: {error}\n");
            (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
        }
    }
}

async fn livez(State(watched): State<Watched>) -> Response {
    let mut body = String::new();
    for late in watched.health.late(Instant::now()) {
        // Writing to a String cannot fail.
        let _ = writeln!(body, "{}: silent for {} s", late.worker, late.silent.as_secs());
    }
    answer(body)
}

async fn readyz(State(watched): State<Watched>) -> Response {
    let mut body = String::new();
    for reason in watched.health.waits_for() {
        let _ = writeln!(body, "{reason}");
    }
    answer(body)
}

fn answer(complaints: String) -> Response {
    if complaints.is_empty() {
        "ok\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, complaints).into_response()
    }
}
