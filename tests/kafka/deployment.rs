//! The topics of one test, `harken` processes on them, and the expected records (the oracle).

#![allow(clippy::disallowed_methods, reason = "these tests wait for processes")]

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use harken::demo::generator::Generator;
use kafka::{IdempotentProducer, KafkaSettings, OutgoingRef, admin, topic_reader};
use mention::{Mention, Routed, codec, topics};
use pipeline::config::{Config, Layers};
use pipeline::routing_chain;
use pipeline::topics_file::{BUILT_IN, TopicsFile};
use stage::Taps;
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::MemoryBroker;

/// Time after which a wait counts as hung and fails the test. No result depends on its length.
const HANG_TIMEOUT: Duration = Duration::from_secs(180);

/// Partitions of every topic.
const PARTITIONS: i32 = 3;

/// Topics under a prefix of their own, so that the tests of a run share a broker.
pub(crate) struct Deployment {
    pub(crate) settings: KafkaSettings,
    /// The mentions published so far, in order: the input of the oracle.
    pub(crate) published: Vec<Mention>,
    generator: Generator,
    /// The brokers as the processes see them; the test itself uses `settings`.
    process_bootstrap: String,
}

/// A running `harken`. Killed when dropped; its log is removed unless the test fails.
pub(crate) struct HarkenProcess {
    child: Child,
    log: PathBuf,
}

impl Deployment {
    /// Creates the topics on the broker that the tests of one run share.
    pub(crate) fn new(name: &str) -> Self {
        Self::with_topics(Self::without_topics(name))
    }

    /// Creates the topics on a broker of the test itself, which the test may kill.
    pub(crate) fn on_broker(broker: &testbroker::TestBroker, name: &str) -> Self {
        Self::with_topics(Self::at(broker.bootstrap().to_owned(), name))
    }

    /// As [`Self::on_broker`], with processes that reach the broker through its proxy.
    pub(crate) fn behind_proxy(broker: &testbroker::TestBroker, name: &str) -> Self {
        let site = Self::on_broker(broker, name);
        let proxied = broker.proxied_bootstrap().expect("a broker with a proxy").to_owned();
        Self { process_bootstrap: proxied, ..site }
    }

    fn with_topics(site: Self) -> Self {
        let mut topics = TopicsFile::parse(BUILT_IN).unwrap();
        (topics.partitions, topics.replication) = (PARTITIONS, 1);
        let steps: Vec<_> =
            topics.specs(&site.settings).into_iter().map(admin::TopicChange::Create).collect();
        admin::apply_changes(&site.settings, &steps).unwrap();
        site
    }

    /// A deployment on the shared broker without topics.
    pub(crate) fn without_topics(name: &str) -> Self {
        Self::at(testbroker::shared_bootstrap().unwrap_or_else(|p| panic!("{p}")), name)
    }

    fn at(bootstrap: String, name: &str) -> Self {
        let prefix = format!("e-{name}-{}", std::process::id());
        let process_bootstrap = bootstrap.clone();
        let settings = KafkaSettings { bootstrap, prefix, ..KafkaSettings::default() };
        Self { settings, published: Vec::new(), generator: Generator::new(7), process_bootstrap }
    }

    /// Publishes generated mentions, among them redeliveries, edits and reposts.
    pub(crate) fn publish_mentions(&mut self, mentions: usize) {
        let feed = IdempotentProducer::new(&self.settings, "feed").unwrap();
        let now = pipeline::clock::now().as_event_time();
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
        let records = bytes.iter().map(|(k, v, t)| OutgoingRef::new(k, Some(v), *t));
        feed.append(topics::RECEIVED, records).unwrap().wait().unwrap();
        self.published.extend(new);
    }

    /// Starts `harken` with these arguments. Its output goes to a file, since a full pipe would block it.
    pub(crate) fn start(&self, arguments: &[&str], environment: &[(&str, &str)]) -> HarkenProcess {
        self.spawn(self.command(arguments, environment))
    }

    /// As [`Self::start`], for a process that may open only this many file descriptors.
    pub(crate) fn start_with_descriptors(
        &self,
        most: u32,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> HarkenProcess {
        let harken = self.command(arguments, environment);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {most}; exec \"$0\" \"$@\"")]);
        shell.arg(harken.get_program()).args(harken.get_args()).stdin(Stdio::null());
        let set = harken.get_envs().filter_map(|(name, value)| Some((name, value?)));
        shell.envs(set);
        self.spawn(shell)
    }

    fn spawn(&self, mut command: Command) -> HarkenProcess {
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!(
            "{}-{}.log",
            self.settings.prefix,
            unique()
        ));
        let file = std::fs::File::create(&log).unwrap();
        let child = command.stdout(file.try_clone().unwrap()).stderr(file).spawn().unwrap();
        HarkenProcess { child, log }
    }

    /// Runs a command until it exits.
    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
        self.output_with(arguments, &[])
    }

    pub(crate) fn output_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        self.command(arguments, environment).output().unwrap()
    }

    fn command(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harken"));
        command.args(arguments).stdin(Stdio::null());
        command.env("HARKEN__KAFKA__BOOTSTRAP", &self.process_bootstrap);
        command.env("HARKEN__KAFKA__PREFIX", &self.settings.prefix);
        command.env("HARKEN__TELEMETRY__LISTEN", format!("127.0.0.1:{}", free_port()));
        command.env("HARKEN__INGEST__LISTEN", format!("127.0.0.1:{}", free_port()));
        // Short, so that the group soon gives the partitions of a killed process to the next one.
        command.env("HARKEN__WORKER__SESSION_TIMEOUT", "6s");
        command.envs(environment.iter().copied());
        command
    }

    /// The committed records of `mention.routed`, in order of partition and offset.
    pub(crate) fn routed(&self) -> Vec<Routed> {
        let mut routed = Vec::new();
        let mut push = |record: stage::RawRecord| {
            routed.push(codec::read::<Routed>(&record.value.unwrap()).unwrap());
        };
        topic_reader::read_topic(&self.settings, topics::ROUTED, &mut push).unwrap();
        routed
    }

    /// The records that must be routed, computed by the fused chain on the memory log. The order of
    /// records of one author is part of the expectation, the order of authors is not.
    pub(crate) fn oracle(&self) -> Vec<Routed> {
        let broker = MemoryBroker::new(PARTITIONS);
        let mut received = 0;
        // The records as the broker appended them: their time is its clock.
        let mut copy = |record: stage::RawRecord| {
            received += 1;
            broker.append(topics::RECEIVED, record.time, &record.key, record.value);
        };
        topic_reader::read_topic(&self.settings, topics::RECEIVED, &mut copy).unwrap();
        assert!(received >= self.published.len(), "{received} records were appended");
        let config = Config::load(&Layers::default()).unwrap();
        let (chain, rules) = routing_chain::build(&config, Taps::Off).unwrap();
        run_to_end(chain, rules, &broker, FaultPlan::default());
        let records = broker.records(topics::ROUTED).into_iter();
        records.map(|raw| codec::read::<Routed>(&raw.value.unwrap()).unwrap()).collect()
    }

    /// Waits until every expected record is routed, then compares record by record.
    pub(crate) fn check_against_oracle(&self) {
        let expected = by_author(self.oracle());
        let count = |all: &BTreeMap<String, Vec<Routed>>| all.values().map(Vec::len).sum::<usize>();
        self.wait_until("every mention to be routed", || self.routed().len() >= count(&expected));
        let found = by_author(self.routed());
        for (author, routed) in &expected {
            let ids = |all: &Vec<Routed>| -> Vec<String> {
                all.iter().map(|r| r.decision_id.clone()).collect()
            };
            let other = found.get(author).cloned().unwrap_or_default();
            assert_eq!(ids(&other), ids(routed), "the decisions about {author}");
            assert_eq!(&other, routed, "the mentions of {author}");
        }
        // Finds records of authors that the oracle does not know.
        assert_eq!(count(&found), count(&expected), "{}", self.settings.prefix);
    }

    /// Polls until the condition holds; panics after `HANG_TIMEOUT`.
    pub(crate) fn wait_until(&self, condition: &str, mut holds: impl FnMut() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(
                began.elapsed() < HANG_TIMEOUT,
                "{} timed out waiting for {condition}",
                self.settings.prefix
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Routed records by author, without wall-clock times, which differ from run to run.
fn by_author(routed: Vec<Routed>) -> BTreeMap<String, Vec<Routed>> {
    let mut by_author = BTreeMap::<String, Vec<Routed>>::new();
    for mut one in routed {
        (one.routed_at, one.understanding.scored_at) = Default::default();
        let mut key = Vec::new();
        one.mention.key(&mut key);
        by_author.entry(String::from_utf8(key).unwrap()).or_default().push(one);
    }
    by_author
}

impl HarkenProcess {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether the process has not ended yet.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Publishes mentions until the process has killed itself at its crash point.
    pub(crate) fn publish_until_crash(mut self, site: &mut Deployment) {
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(
                began.elapsed() < HANG_TIMEOUT,
                "the process never reached its crash point:\n{}",
                self.log()
            );
            site.publish_mentions(10);
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the process exits by itself; returns its exit code and its log.
    pub(crate) fn wait_for_exit(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().unwrap();
        (status.code(), self.log())
    }

    /// Sends SIGTERM once the process handles signals, checks for exit code 0 and returns the log.
    pub(crate) fn terminate(self) -> String {
        let began = Instant::now();
        // Before this log line the signal handler is not installed: SIGTERM would kill the process.
        while !self.log().contains("are served") {
            assert!(
                began.elapsed() < HANG_TIMEOUT,
                "the process never logged that it runs:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        testbroker::signal(self.id(), testbroker::ProcessSignal::Terminate).unwrap();
        let (code, log) = self.wait_for_exit();
        assert_eq!(code, Some(0), "{log}");
        log
    }
}

impl Drop for HarkenProcess {
    fn drop(&mut self) {
        // Fails if the process has exited.
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
