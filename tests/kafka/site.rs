//! The topics of one test, `harken` processes on them, and the oracle.

#![allow(clippy::disallowed_methods, reason = "a test that waits for processes owns a clock")]

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use harken::chain;
use harken::config::{Config, Layers};
use harken::demo::generator::Generator;
use harken::topics::{BUILT_IN, Topics};
use kafka::{Feed, Settings, admin, peek};
use mention::{Mention, Routed, codec, topics};
use stage::Taps;
use stage::memory::Broker;
use stage::prove::{Trouble, drive};

/// How long anything may take before a test calls it hung; no result depends on it.
const HUNG: Duration = Duration::from_secs(180);

/// Partitions of every topic.
const PARTITIONS: i32 = 3;

pub(crate) struct Site {
    pub(crate) settings: Settings,
    /// Everything fed so far, in order.
    pub(crate) fed: Vec<Mention>,
    generator: Generator,
}

/// A process of `harken`.
pub(crate) struct Harken {
    child: Child,
    log: PathBuf,
}

impl Site {
    /// Topics of its own on the broker that the tests of one run share.
    pub(crate) fn new(name: &str) -> Self {
        Self::with_topics(Self::bare(name))
    }

    /// Topics on a broker of the test's own.
    pub(crate) fn on(broker: &testbroker::Broker, name: &str) -> Self {
        Self::with_topics(Self::at(broker.bootstrap().to_owned(), name))
    }

    fn with_topics(site: Self) -> Self {
        let mut topics = Topics::parse(BUILT_IN).unwrap();
        (topics.partitions, topics.replication) = (PARTITIONS, 1);
        let steps: Vec<_> =
            topics.specs(&site.settings).into_iter().map(admin::Step::Create).collect();
        admin::apply(&site.settings, &steps).unwrap();
        site
    }

    /// A prefix of its own, and no topics.
    pub(crate) fn bare(name: &str) -> Self {
        Self::at(testbroker::shared_bootstrap().unwrap_or_else(|p| panic!("{p}")), name)
    }

    fn at(bootstrap: String, name: &str) -> Self {
        let prefix = format!("e-{name}-{}", std::process::id());
        let settings = Settings { bootstrap, prefix, ..Settings::default() };
        Self { settings, fed: Vec::new(), generator: Generator::new(7) }
    }

    /// Appends generated mentions, redeliveries, edits and reposts among them.
    pub(crate) fn feed(&mut self, mentions: usize) {
        let feed = Feed::new(&self.settings, "feed").unwrap();
        let now = harken::clock::now();
        let new: Vec<Mention> = (0..mentions).map(|_| self.generator.next(now)).collect();
        let bytes: Vec<_> = new
            .iter()
            .map(|mention| {
                let (mut key, mut value) = (Vec::new(), Vec::new());
                mention.key(&mut key);
                codec::write(mention, &mut value);
                (key, value, mention.received_at)
            })
            .collect();
        let records = bytes.iter().map(|(k, v, t)| (k.as_slice(), v.as_slice(), *t));
        feed.append(topics::RECEIVED, records).unwrap().wait().unwrap();
        self.fed.extend(new);
    }

    pub(crate) fn harken(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Harken {
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!(
            "{}-{}.log",
            self.settings.prefix,
            unique()
        ));
        let said = std::fs::File::create(&log).unwrap();
        let mut command = self.command(arguments, environment);
        let child = command.stdout(said.try_clone().unwrap()).stderr(said).spawn().unwrap();
        Harken { child, log }
    }

    /// Runs a command that ends by itself.
    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
        self.output_with(arguments, &[])
    }

    pub(crate) fn output_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        self.command(arguments, environment).output().unwrap()
    }

    fn command(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harken"));
        command.args(arguments).stdin(Stdio::null());
        command.env("HARKEN__KAFKA__BOOTSTRAP", &self.settings.bootstrap);
        command.env("HARKEN__KAFKA__PREFIX", &self.settings.prefix);
        command.env("HARKEN__TELEMETRY__LISTEN", format!("127.0.0.1:{}", free_port()));
        command.env("HARKEN__INGEST__LISTEN", format!("127.0.0.1:{}", free_port()));
        command.env("HARKEN__WORKER__SESSION_TIMEOUT", "6s");
        command.envs(environment.iter().copied());
        command
    }

    /// The routed mentions that are committed, by partition and offset.
    pub(crate) fn routed(&self) -> Vec<Routed> {
        let mut routed = Vec::new();
        let topic = self.settings.topic(topics::ROUTED);
        let mut each = |record: peek::Peeked| {
            routed.push(codec::read::<Routed>(&record.value.unwrap()).unwrap());
        };
        peek::read(&self.settings, &topic, &mut each).unwrap();
        routed
    }

    /// What must be routed, and in which order for each author.
    pub(crate) fn oracle(&self) -> Vec<Routed> {
        let broker = Broker::new(PARTITIONS);
        for mention in &self.fed {
            let (mut key, mut value) = (Vec::new(), Vec::new());
            mention.key(&mut key);
            codec::write(mention, &mut value);
            let time = mention.received_at - mention.received_at.rem_euclid(1_000);
            broker.append(topics::RECEIVED, time, &key, Some(value));
        }
        let config = Config::load(&Layers::default()).unwrap();
        drive(chain::fused(&config, Taps::Off).unwrap(), &broker, Trouble::default());
        let records = broker.records(topics::ROUTED).into_iter();
        records.map(|raw| codec::read::<Routed>(&raw.value.unwrap()).unwrap()).collect()
    }

    /// Waits until everything has come out, and compares.
    pub(crate) fn check(&self) {
        let expected = by_author(self.oracle());
        let count = |all: &BTreeMap<String, Vec<Routed>>| all.values().map(Vec::len).sum::<usize>();
        self.await_that("everything to be routed", || self.routed().len() >= count(&expected));
        let found = by_author(self.routed());
        for (author, routed) in &expected {
            let ids = |all: &Vec<Routed>| -> Vec<String> {
                all.iter().map(|r| r.decision_id.clone()).collect()
            };
            let other = found.get(author).cloned().unwrap_or_default();
            assert_eq!(ids(&other), ids(routed), "the decisions about {author}");
            assert_eq!(&other, routed, "the mentions of {author}");
        }
        assert_eq!(count(&found), count(&expected), "{}", self.settings.prefix);
    }

    pub(crate) fn await_that(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(began.elapsed() < HUNG, "{} waited in vain for {what}", self.settings.prefix);
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Without the times of the wall clock, which differ from run to run.
fn by_author(routed: Vec<Routed>) -> BTreeMap<String, Vec<Routed>> {
    let mut by_author = BTreeMap::<String, Vec<Routed>>::new();
    for mut one in routed {
        (one.routed_at, one.understanding.scored_at) = (0, 0);
        let mut key = Vec::new();
        one.mention.key(&mut key);
        by_author.entry(String::from_utf8(key).unwrap()).or_default().push(one);
    }
    by_author
}

impl Harken {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Feeds until the process has died of its crash point.
    pub(crate) fn feed_to_death(mut self, site: &mut Site) {
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < HUNG, "the crash point was never reached:\n{}", self.log());
            site.feed(10);
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits for the end it comes to by itself; its exit code and its log.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().unwrap();
        (status.code(), self.log())
    }

    /// Asks it to end once it can hear, and sees that it ends with code 0; all it has said.
    pub(crate) fn end_in_good_order(self) -> String {
        let began = Instant::now();
        while !self.log().contains("are served") {
            assert!(began.elapsed() < HUNG, "it never said that it runs:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        testbroker::signal(self.id(), testbroker::Signal::Terminate).unwrap();
        let (code, log) = self.end();
        assert_eq!(code, Some(0), "{log}");
        log
    }
}

impl Drop for Harken {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !std::thread::panicking() {
            let _ = std::fs::remove_file(&self.log);
        }
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

fn unique() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
