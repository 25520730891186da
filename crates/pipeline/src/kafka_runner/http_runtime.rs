//! The HTTP servers of a process, on one thread of their own. Stages never run on it.

use std::net::SocketAddr;
use std::time::Duration;

use kafka::Stop;
use telemetry::{Health, Metrics};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::config::Config;
use crate::{CommandError, Failure};

/// `/livez` fails once a worker has sent no heartbeat for this time.
const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(60);

/// The runtime that serves metrics, health and mentions.
pub(super) struct HttpRuntime {
    runtime: Runtime,
    metrics: Metrics,
    health: Health,
}

impl HttpRuntime {
    /// Serves `/metrics`, `/livez` and `/readyz` until `stop` is requested.
    pub(super) fn start(config: &Config, stop: &Stop) -> Result<Self, CommandError> {
        // One thread serves all HTTP; a current-thread runtime would only run inside `block_on`.
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(
            |error| CommandError::Unavailable(Failure::new("start the HTTP thread", error)),
        )?;
        let metrics = Metrics::new(env!("CARGO_PKG_VERSION"))
            .map_err(|error| CommandError::Bug(Failure::new("set up the metrics", error)))?;
        let health = Health::new(HEARTBEAT_TIMEOUT);
        let listener = runtime.block_on(listen(config.telemetry.listen, "telemetry.listen"))?;
        // The tests of deployments wait for this line.
        tracing::info!(address = %config.telemetry.listen, "metrics and health are served");
        let serve = telemetry::serve(
            listener,
            metrics.clone(),
            health.clone(),
            until_stopped(stop.clone()),
        );
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

    /// Shuts the runtime down; open connections get one second.
    pub(super) fn shutdown(self) {
        self.runtime.shutdown_timeout(Duration::from_secs(1));
    }
}

/// Completes once `stop` is requested.
pub(super) async fn until_stopped(stop: Stop) {
    while !stop.is_requested() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Binds the address of the setting `key`.
pub(super) async fn listen(address: SocketAddr, key: &str) -> Result<TcpListener, CommandError> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| {
        CommandError::Unavailable(Failure::new(format!("listen on {key} = {address}"), error))
    })
}
