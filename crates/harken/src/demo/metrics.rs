//! `/metrics` of the demo: the stage `metrics` on a memory log of its own, and the endpoint.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::thread::JoinHandle;
use std::time::Duration;

use reporting::Reporting;
use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog};
use stage::{CommitObserver, Input, Quarantine, RawRecord, run};
use telemetry::{Health, Metrics, SampleSlot};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::{CommandError, Failure};
use pipeline::clock::Stopwatch;

/// Interval between two runs of the stage.
const PERIOD: Duration = Duration::from_millis(250);

/// The stage `metrics` and the server of its samples.
pub(super) struct DemoMetrics {
    address: SocketAddr,
    settings: reporting::Config,
    readings: reporting::StateMeter,
    broker: MemoryBroker,
    exports: SampleSlot,
    since: Option<Stopwatch>,
    end: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl DemoMetrics {
    /// Serves the metrics on `listen`, or on a free port if that one is in use.
    pub(super) fn serve(listen: SocketAddr) -> Result<Self, CommandError> {
        let broken =
            |e: std::io::Error| CommandError::Unavailable(Failure::new("serve metrics", e));
        // A runtime of its own: the demo's main thread runs the stages and must not be blocked by a client.
        let runtime = Builder::new_current_thread().enable_all().build().map_err(broken)?;
        let listener = runtime.block_on(listen_near(listen)).map_err(broken)?;
        let address = listener.local_addr().map_err(broken)?;
        let shown = Metrics::new(env!("CARGO_PKG_VERSION"))
            .map_err(|e| CommandError::Bug(Failure::new("set up the metrics", e)))?;
        let exports = shown.sample_slot();
        let (end, ended) = oneshot::channel::<()>();
        let work = move || {
            let ended = async { drop(ended.await) };
            let health = Health::new(Duration::from_secs(60));
            let endpoints = telemetry::Endpoints::open(shown, health);
            runtime.block_on(telemetry::serve(listener, endpoints, ended));
        };
        let server = std::thread::Builder::new().name("metrics".to_owned()).spawn(work);
        let settings =
            reporting::Config { tenants: vec!["northline".to_owned()], ..Default::default() };
        let readings = reporting::StateMeter::new(settings.clone());
        let (broker, server) = (MemoryBroker::new(1), server.map_err(broken)?);
        Ok(Self { address, settings, readings, broker, exports, since: None, end, server })
    }

    /// The listen address.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Appends a record for the next run of the stage.
    pub(super) fn record(&self, raw: &RawRecord) {
        self.broker.append(raw.at.topic, raw.time, &raw.key, raw.value.clone());
    }

    /// Runs the stage if the interval has passed.
    pub(super) fn update_if_due(&mut self) -> Result<(), CommandError> {
        if self.since.is_some_and(|since| since.elapsed() < PERIOD) {
            return Ok(());
        }
        self.since = Some(Stopwatch::start());
        self.update()
    }

    /// Runs the stage on the records so far and exports its samples.
    pub(super) fn update(&mut self) -> Result<(), CommandError> {
        // A fresh loop each time: it restores its state from the changelog on the memory broker.
        let stage = Reporting::new(self.settings.clone());
        let mut log = MemoryLog::new::<Reporting>(
            &self.broker,
            reporting::KnownTenants::any(),
            DeliveryPlan::default(),
        );
        let mut exporter = SampleExporter { readings: &mut self.readings, exports: &self.exports };
        run(&stage, &mut log, &mut Quarantine::default(), &mut exporter)
            .map_err(|fault| CommandError::Bug(Failure::new("update the metrics", fault)))?;
        // The records are processed and in the state; drained to bound memory.
        for topic in reporting::In::topics() {
            self.broker.drain(topic);
        }
        Ok(())
    }

    /// Shuts the server down.
    pub(super) fn shutdown(self) {
        // The thread may have panicked already: then there is nothing to stop.
        let _ = self.end.send(());
        let _ = self.server.join();
    }
}

async fn listen_near(address: SocketAddr) -> std::io::Result<TcpListener> {
    match TcpListener::bind(address).await {
        // A second demo, or Prometheus' own port: any free port will do.
        Err(e) if e.kind() == std::io::ErrorKind::AddrInUse => {
            TcpListener::bind(SocketAddr::new(address.ip(), 0)).await
        }
        bound => bound,
    }
}

struct SampleExporter<'a> {
    readings: &'a mut reporting::StateMeter,
    exports: &'a SampleSlot,
}

impl CommitObserver<Reporting> for SampleExporter<'_> {
    fn on_commit(&mut self, states: &BTreeMap<i32, reporting::State>) {
        let samples = self.readings.measure(states.values());
        self.exports
            .replace(samples.into_iter().map(pipeline::measurement::telemetry_sample).collect());
    }
}
