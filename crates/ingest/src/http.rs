//! `POST /v1/mentions`: canonical mentions over HTTP.
//!
//! The body is NDJSON or a JSON list. The answer is 202 once the sink has every good line, with
//! the rejected lines by number and reason; 400 with the same body when no line is good. Whatever
//! else goes wrong, nothing of the request counts as taken, and the answer says what to do.
//!
//! Does not speak TLS and does not time out an idle connection: where it is open to the world it
//! belongs behind a proxy that does.

mod access;
mod answer;
mod body;
mod receive;
mod settings;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;

pub use access::{Access, Key};
pub use settings::Settings;

use crate::{Meter, Sink};
use answer::Answer;
use receive::Receiver;

/// Where mentions are posted.
pub const PATH: &str = "/v1/mentions";

/// The routes, for a server that has others as well.
pub fn router<S: Sink, M: Meter>(settings: Settings, sink: S, meter: M) -> Router {
    let receiver = Arc::new(Receiver::new(settings, sink, meter));
    let other_method = || async { Answer::wrong_method().into_response() };
    Router::new()
        .route(PATH, post(receive::receive::<S, M>).fallback(other_method))
        .fallback(|| async { Answer::not_found().into_response() })
        .with_state(receiver)
}

/// Serves until `shutdown` is ready, then lets requests in flight end, for a bounded time.
///
/// # Errors
/// When the listener fails.
pub async fn serve<S: Sink, M: Meter>(
    listener: TcpListener,
    settings: Settings,
    sink: S,
    meter: M,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let grace = settings.shutdown_grace;
    let stopping = Arc::new(Notify::new());
    let stopped = Arc::clone(&stopping);
    let signal = async move {
        shutdown.await;
        stopping.notify_one();
    };
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "failed to send answers without delay");
        }
    });
    let server =
        axum::serve(listener, router(settings, sink, meter)).with_graceful_shutdown(signal);
    tokio::select! {
        ended = server.into_future() => ended,
        () = async { stopped.notified().await; tokio::time::sleep(grace).await } => {
            tracing::warn!(?grace, "gave up waiting for HTTP requests in flight");
            Ok(())
        }
    }
}
