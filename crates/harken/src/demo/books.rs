//! `/metrics` of the demo: the metrics stage on a memory log of its own, and the endpoint.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::thread::JoinHandle;
use std::time::Duration;

use reporting::Metrics as Books;
use stage::memory::{Broker, Memory, Plan};
use stage::{Input, Observe, Quarantine, Raw, run};
use telemetry::{Exports, Health, Metrics};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::Problem;
use crate::clock::Stopwatch;

/// How often the books are brought up to date.
const PERIOD: Duration = Duration::from_millis(250);

/// The books, and where they can be read.
pub(super) struct Counted {
    address: SocketAddr,
    settings: reporting::Settings,
    readings: reporting::Readings,
    broker: Broker,
    exports: Exports,
    since: Option<Stopwatch>,
    end: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Counted {
    /// Serves the metrics; on another port when that of `listen` is taken.
    pub(super) fn serve(listen: SocketAddr) -> Result<Self, Problem> {
        let broken = |e: std::io::Error| Problem::Unavailable(format!("serve metrics: {e}"));
        let runtime = Builder::new_current_thread().enable_all().build().map_err(broken)?;
        let listener = runtime.block_on(listen_near(listen)).map_err(broken)?;
        let address = listener.local_addr().map_err(broken)?;
        let shown = Metrics::new(env!("CARGO_PKG_VERSION"))
            .map_err(|e| Problem::Bug(format!("set up the metrics: {e}")))?;
        let exports = shown.exports();
        let (end, ended) = oneshot::channel::<()>();
        let work = move || {
            let ended = async { drop(ended.await) };
            let health = Health::new(Duration::from_secs(60));
            // A server that breaks off takes the metrics with it, not the story.
            let _ = runtime.block_on(telemetry::serve(listener, shown, health, ended));
        };
        let server = std::thread::Builder::new().name("metrics".to_owned()).spawn(work);
        let settings =
            reporting::Settings { tenants: vec!["northline".to_owned()], ..Default::default() };
        let readings = reporting::Readings::new(settings.clone());
        let (broker, server) = (Broker::new(1), server.map_err(broken)?);
        Ok(Self { address, settings, readings, broker, exports, since: None, end, server })
    }

    /// Where the metrics are served.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Notes records of a topic.
    pub(super) fn note(&self, raw: &Raw) {
        self.broker.append(raw.at.topic, raw.time, &raw.key, raw.value.clone());
    }

    /// Brings the books up to date, now and then.
    pub(super) fn tick(&mut self) -> Result<(), Problem> {
        if self.since.is_some_and(|since| since.elapsed() < PERIOD) {
            return Ok(());
        }
        self.since = Some(Stopwatch::start());
        self.close()
    }

    /// Brings the books up to date.
    pub(super) fn close(&mut self) -> Result<(), Problem> {
        let stage = Books::new(self.settings.clone());
        let mut log = Memory::new::<Books>(&self.broker, Plan::default());
        let mut publish = Publish { readings: &mut self.readings, exports: &self.exports };
        run(&stage, &mut log, &mut Quarantine::default(), &mut publish)
            .map_err(|fault| Problem::Bug(format!("keep the books: {fault}")))?;
        for topic in reporting::In::topics() {
            self.broker.take(topic);
        }
        Ok(())
    }

    /// Ends the server.
    pub(super) fn end(self) {
        // Whether or not it still listens, it ends.
        let _ = self.end.send(());
        let _ = self.server.join();
    }
}

async fn listen_near(address: SocketAddr) -> std::io::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Err(e) if e.kind() == std::io::ErrorKind::AddrInUse => {
            TcpListener::bind(SocketAddr::new(address.ip(), 0)).await
        }
        bound => bound,
    }
}

struct Publish<'a> {
    readings: &'a mut reporting::Readings,
    exports: &'a Exports,
}

impl Observe<Books> for Publish<'_> {
    fn committed(&mut self, states: &BTreeMap<i32, reporting::State>) {
        let samples = self.readings.of(states.values());
        self.exports.replace(samples.into_iter().map(crate::run::shown).collect());
    }
}
