//! A server on a free port and a sink that records its mentions.

#![allow(clippy::unwrap_used, reason = "a test fails at the first unexpected error")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ingest::http::{Access, ApiKey, Config, Sender, serve};
use ingest::{IngestMeter, MentionSink, SinkUnavailable};
use mention::Mention;
use platforms::Scope;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Records appended mentions and counts. Each append waits for a permit of `gate` and fails while
/// `is_failing` is set.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    pub(crate) mentions: Arc<Mutex<Vec<Mention>>>,
    /// The source of each append.
    pub(crate) sources: Arc<Mutex<Vec<String>>>,
    pub(crate) gate: Arc<Semaphore>,
    pub(crate) waiting: Arc<Semaphore>,
    pub(crate) is_failing: Arc<AtomicBool>,
    pub(crate) counts: Arc<Mutex<BTreeMap<String, u64>>>,
}

impl Recorder {
    /// Creates a recorder that lets `appends` appends pass.
    pub(crate) fn new(appends: usize) -> Self {
        Self {
            mentions: Arc::default(),
            sources: Arc::default(),
            gate: Arc::new(Semaphore::new(appends)),
            waiting: Arc::new(Semaphore::new(0)),
            is_failing: Arc::default(),
            counts: Arc::default(),
        }
    }

    /// Ids of the appended mentions, in order.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.mentions.lock().unwrap().iter().map(|m| m.id.clone()).collect()
    }

    /// Waits until `appends` further appends have begun.
    pub(crate) async fn wait_for_appends(&self, appends: u32) {
        let begun = self.waiting.acquire_many(appends);
        // The timeout expires only if the server never appends; it decides no other result.
        timeout(Duration::from_secs(30), begun).await.unwrap().unwrap().forget();
    }

    pub(crate) fn count(&self, name: &str) -> u64 {
        self.counts.lock().unwrap().get(name).copied().unwrap_or_default()
    }

    fn add(&self, name: String, count: u64) {
        *self.counts.lock().unwrap().entry(name).or_default() += count;
    }
}

impl MentionSink for Recorder {
    async fn append(&self, mentions: Vec<Mention>, source: &str) -> Result<(), SinkUnavailable> {
        self.waiting.add_permits(1);
        self.gate.acquire().await.unwrap().forget();
        if self.is_failing.load(Ordering::SeqCst) {
            return Err(SinkUnavailable("the log is unavailable".to_owned()));
        }
        self.mentions.lock().unwrap().extend(mentions);
        self.sources.lock().unwrap().push(source.to_owned());
        Ok(())
    }
}

impl IngestMeter for Recorder {
    fn received(&self, lines: u64) {
        self.add("received".to_owned(), lines);
    }
    fn accepted(&self, mentions: u64) {
        self.add("accepted".to_owned(), mentions);
    }
    fn rejected(&self, reason: &'static str) {
        self.add(format!("rejected {reason}"), 1);
    }
    fn over_quota(&self, mentions: u64) {
        self.add("over quota".to_owned(), mentions);
    }
    fn answered(&self, status: u16) {
        self.add(format!("answered {status}"), 1);
    }
}

/// A running server.
#[derive(Debug)]
pub(crate) struct IngestServer {
    pub(crate) address: SocketAddr,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) running: JoinHandle<()>,
}

pub(crate) async fn start(config: Config, recorder: &Recorder) -> IngestServer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let (sink, meter) = (recorder.clone(), recorder.clone());
    let shutdown = async move {
        let _ = stopped.await;
    };
    let running = tokio::spawn(serve(listener, config, sink, meter, (), shutdown));
    IngestServer { address, stop, running }
}

/// An endpoint without authorization and with a small body limit.
pub(crate) fn open_config() -> Config {
    Config { access: Access::Open, body_limit: 4096, ..Config::default() }
}

/// A sender with this key and scope.
pub(crate) fn sender(key: &str, scope: Scope) -> Sender {
    Sender { name: key.to_owned(), key: ApiKey::new(key).unwrap(), scope }
}
