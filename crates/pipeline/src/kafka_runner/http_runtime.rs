//! The HTTP servers of a process, each on its own thread: a flood of mentions takes no time from
//! `/livez` and `/metrics`. Stages never run on these threads.

use std::net::SocketAddr;
use std::thread::JoinHandle;
use std::time::Duration;

use kafka::Stop;
use listener::Limits;
use telemetry::{Endpoints, Health, Metrics};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle, Runtime};

use super::descriptors;
use crate::config::Config;
use crate::{CommandError, Failure};

/// `/livez` fails once a worker has sent no heartbeat for this time.
const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long the shutdown waits for a scrape.
const SCRAPE_GRACE: Duration = Duration::from_secs(1);

/// The threads that serve metrics, health and mentions.
pub(super) struct HttpRuntime {
    /// Serves mentions.
    runtime: Runtime,
    /// Serves metrics and health.
    telemetry: JoinHandle<()>,
    metrics: Metrics,
    health: Health,
    limits: Limits,
}

impl HttpRuntime {
    /// Serves `/metrics`, `/livez` and `/readyz` until `stop` is requested. `stages` is how many
    /// stages the process runs.
    pub(super) fn start(config: &Config, stages: usize, stop: &Stop) -> Result<Self, CommandError> {
        for warning in config.warnings() {
            tracing::warn!("{warning}");
        }
        let metrics = Metrics::new(env!("CARGO_PKG_VERSION"))
            .map_err(|error| CommandError::Bug(Failure::new("set up the metrics", error)))?;
        let health = Health::new(HEARTBEAT_TIMEOUT);
        let section = &config.telemetry;
        let endpoints = Endpoints {
            metrics: metrics.clone(),
            health: health.clone(),
            key: section.key()?,
            limits: Limits {
                connections: section.connections,
                per_address: section.connections_per_address,
                shutdown_grace: SCRAPE_GRACE,
                ..Limits::default()
            },
        };
        let telemetry = serve_telemetry(section.listen, endpoints, stop)?;
        // One thread serves all mentions; a current-thread runtime would only run inside `block_on`.
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("ingest")
            .enable_all()
            .build()
            .map_err(no_thread)?;
        let limits = Limits {
            connections: descriptors::ingest_connections(config, stages),
            per_address: config.ingest.connections_per_address,
            header_timeout: config.ingest.header_timeout.0,
            ..Limits::default()
        };
        Ok(Self { runtime, telemetry, metrics, health, limits })
    }

    pub(super) fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    pub(super) fn health(&self) -> Health {
        self.health.clone()
    }

    /// The runtime that serves mentions.
    pub(super) fn handle(&self) -> &Handle {
        self.runtime.handle()
    }

    /// The limits of the connections that send mentions.
    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// Ends the threads, once `stop` was requested; open connections get one second.
    pub(super) fn shutdown(self) {
        self.runtime.shutdown_timeout(Duration::from_secs(1));
        if self.telemetry.join().is_err() {
            tracing::warn!("the thread of metrics and health panicked");
        }
    }
}

/// Binds the address and starts the thread of metrics and health.
fn serve_telemetry(
    address: SocketAddr,
    endpoints: Endpoints,
    stop: &Stop,
) -> Result<JoinHandle<()>, CommandError> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(no_thread)?;
    let listener = runtime.block_on(listen(address, "telemetry.listen"))?;
    // The tests of deployments wait for this line.
    tracing::info!(%address, "metrics and health are served");
    let served = telemetry::serve(listener, endpoints, until_stopped(stop.clone()));
    let thread = std::thread::Builder::new().name("telemetry".to_owned());
    thread.spawn(move || runtime.block_on(served)).map_err(no_thread)
}

fn no_thread(error: std::io::Error) -> CommandError {
    CommandError::Unavailable(Failure::new("start an HTTP thread", error))
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
