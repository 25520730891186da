//! The part of a process that speaks HTTP, on one thread of its own.

use std::net::SocketAddr;
use std::time::Duration;

use kafka::Stop;
use telemetry::{Health, Metrics};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::Problem;
use crate::config::Config;

/// A worker that is silent for so long is not alive.
const SILENCE: Duration = Duration::from_secs(60);

/// Metrics and health of the process, served.
pub(super) struct Edge {
    runtime: Runtime,
    metrics: Metrics,
    health: Health,
}

impl Edge {
    /// Serves `/metrics`, `/livez` and `/readyz` until the process is asked to stop.
    pub(super) fn start(config: &Config, stop: &Stop) -> Result<Self, Problem> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| Problem::Unavailable(format!("start the HTTP thread: {error}")))?;
        let metrics = Metrics::new(env!("CARGO_PKG_VERSION"))
            .map_err(|error| Problem::Bug(format!("set up the metrics: {error}")))?;
        let health = Health::new(SILENCE);
        let listener = runtime.block_on(listen(config.telemetry.listen, "telemetry.listen"))?;
        tracing::info!(address = %config.telemetry.listen, "metrics and health are served");
        let serve =
            telemetry::serve(listener, metrics.clone(), health.clone(), stopped(stop.clone()));
        runtime.spawn(serve);
        Ok(Self { runtime, metrics, health })
    }

    pub(super) fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    pub(super) fn health(&self) -> Health {
        self.health.clone()
    }

    pub(super) fn handle(&self) -> &Handle {
        self.runtime.handle()
    }

    /// Ends what is still served.
    pub(super) fn end(self) {
        self.runtime.shutdown_timeout(Duration::from_secs(1));
    }
}

/// Ready once somebody has asked the process to stop.
pub(super) async fn stopped(stop: Stop) {
    while !stop.is_asked() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Listens on the address of a setting.
pub(super) async fn listen(address: SocketAddr, key: &str) -> Result<TcpListener, Problem> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| Problem::Unavailable(format!("listen on {key} = {address}: {error}")))
}
