//! The topics of one test, the counter processes on them, and the expected output.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use kafka::admin::{TopicChange, TopicSpec, apply_changes};
use kafka::{IdempotentProducer, KafkaSettings, OutgoingRef, topic_reader};
use stage::{EventTime, RawRecord, WallTime};
use testbroker::{BrokerOptions, ProcessSignal, TestBroker, shared_bootstrap, signal};

/// Time after which a test counts a wait as hung; no result depends on it.
const HANG_TIMEOUT: Duration = Duration::from_secs(120);

/// The broadcast table of the counter.
pub(crate) const TABLE: &str = "counter.table.v1";

/// The current time: retention would delete records with an old timestamp.
pub(crate) fn now() -> EventTime {
    WallTime::from(SystemTime::now()).as_event_time()
}

pub(crate) struct TestBench {
    pub(crate) settings: KafkaSettings,
    pub(crate) broker: Option<TestBroker>,
    /// The address the counters connect to; the test itself always connects directly.
    pub(crate) address: String,
}

/// One counter process.
pub(crate) struct CounterProcess {
    child: Child,
    log: PathBuf,
}

/// A counter process before its start.
pub(crate) struct CounterCommand {
    command: Command,
    log: PathBuf,
}

/// The expected output: key and text of each record, in order for each key.
pub(crate) type Oracle = Vec<(String, String)>;

impl TestBench {
    /// Creates topics on the broker that the tests of one run share.
    pub(crate) fn on_shared_broker(name: &str, partitions: i32) -> Self {
        let address = shared_bootstrap().unwrap_or_else(|error| panic!("{error}"));
        Self::with_topics(address.clone(), address, None, name, partitions)
    }

    /// Creates topics on a broker of this test alone, which it may kill.
    pub(crate) fn on_own_broker(name: &str, partitions: i32, options: BrokerOptions) -> Self {
        let broker = TestBroker::start(options).unwrap_or_else(|error| panic!("{error}"));
        let direct = broker.bootstrap().to_owned();
        Self::with_topics(direct.clone(), direct, Some(broker), name, partitions)
    }

    /// Creates topics on the one broker of this binary that is behind a proxy. Rules apply to all
    /// clients of the proxy, so the guard lets one test at a time use it, and rules are cleared first.
    pub(crate) fn behind_proxy(name: &str) -> (Self, MutexGuard<'static, Option<TestBroker>>) {
        static PROXIED: Mutex<Option<TestBroker>> = Mutex::new(None);
        let mut broker = PROXIED.lock().unwrap_or_else(PoisonError::into_inner);
        let options = BrokerOptions { proxied: true, ..BrokerOptions::small() };
        let behind = broker.get_or_insert_with(|| {
            TestBroker::start(options).unwrap_or_else(|error| panic!("{error}"))
        });
        behind.proxy().unwrap().clear_rules();
        let (direct, through) = (behind.bootstrap(), behind.proxied_bootstrap().unwrap());
        (Self::with_topics(direct.to_owned(), through.to_owned(), None, name, 1), broker)
    }

    pub(crate) fn with_topics(
        direct: String,
        address: String,
        broker: Option<TestBroker>,
        name: &str,
        partitions: i32,
    ) -> Self {
        let prefix = format!("t-{name}-{}-{}", std::process::id(), next_number());
        // The test's own calls must outlast the start of a broker.
        let timeout = HANG_TIMEOUT / 2;
        let settings =
            KafkaSettings { bootstrap: direct, prefix, timeout, ..KafkaSettings::default() };
        let spec = |topic: &str| {
            // More table partitions than workers could own one to one.
            let more = if topic == TABLE { 2 } else { 0 };
            TopicChange::Create(TopicSpec {
                name: format!("{}.{topic}", settings.prefix),
                partitions: partitions + more,
                replication: 1,
                config: BTreeMap::new(),
            })
        };
        let topics = [
            "counter.in.v1",
            "counter.side.v1",
            "counter.out.v1",
            "counter.changelog.v1",
            "counter.dead-letters.v1",
            TABLE,
        ];
        apply_changes(&settings, &topics.map(spec)).unwrap();
        Self { settings, broker, address }
    }

    /// Appends this number of records over 37 keys and returns the expected output.
    pub(crate) fn append_records(&self, records: usize) -> Oracle {
        self.append_records_from(0, records)
    }

    pub(crate) fn append_records_from(&self, first: usize, records: usize) -> Oracle {
        let rows = (first..first + records).map(|i| (format!("key-{}", i % 37), i.to_string()));
        self.append_rows(rows.collect())
    }

    pub(crate) fn append_rows(&self, rows: Oracle) -> Oracle {
        let feed = IdempotentProducer::new(&self.settings, "feed").unwrap();
        let bytes = rows
            .iter()
            .map(|(key, text)| OutgoingRef::new(key.as_bytes(), Some(text.as_bytes()), now()));
        feed.append("counter.in.v1", bytes).unwrap().wait().unwrap();
        rows
    }

    pub(crate) fn counter(&self, instance: &str) -> CounterCommand {
        self.counter_with_workers(instance, 1)
    }

    pub(crate) fn counter_with_workers(&self, instance: &str, workers: usize) -> CounterCommand {
        let mut program: PathBuf = std::env::current_exe().unwrap();
        program.pop();
        program.pop();
        program.push("examples/counter");
        let mut command = Command::new(program);
        command.args([&self.address, &self.settings.prefix, instance, &workers.to_string()]);
        command.args(self.settings.client.iter().map(|(key, value)| format!("{key}={value}")));
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!(
            "{}-{instance}-{}.log",
            self.settings.prefix,
            next_number()
        ));
        let stderr = std::fs::File::create(&log).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr);
        CounterCommand { command, log }
    }

    /// Reads the committed output: key, text and count, in order for each key.
    pub(crate) fn output(&self) -> Vec<(String, String, usize)> {
        let mut output = Vec::new();
        let mut each = |record: RawRecord| {
            let key = String::from_utf8(record.key).unwrap();
            let value = String::from_utf8(record.value.unwrap()).unwrap();
            let (text, n) = value.split_once(':').unwrap();
            output.push((key, text.to_owned(), n.parse().unwrap()));
        };
        topic_reader::read_topic(&self.settings, "counter.out.v1", &mut each).unwrap();
        output
    }

    /// Waits until at least this number of records is committed.
    pub(crate) fn wait_for_output(&self, records: usize) {
        self.wait_until("enough output", || self.output().len() >= records);
    }

    pub(crate) fn wait_until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(began.elapsed() < HANG_TIMEOUT, "timed out waiting for {what}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Describes the difference between the output and the oracle, if any: records lost, duplicated,
    /// out of order or miscounted.
    pub(crate) fn mismatch(&self, oracle: &Oracle) -> Option<String> {
        let mut expected = BTreeMap::<&str, Vec<(&str, usize)>>::new();
        for (key, text) in oracle {
            let texts = expected.entry(key).or_default();
            texts.push((text, texts.len() + 1));
        }
        let output = self.output();
        let mut found = BTreeMap::<&str, Vec<(&str, usize)>>::new();
        for (key, text, n) in &output {
            let texts = found.entry(key).or_default();
            // A stage without state writes 0 instead of a number: take the position.
            texts.push((text, if *n == 0 { texts.len() + 1 } else { *n }));
        }
        if expected == found {
            return None;
        }
        let at = expected.iter().find(|(key, texts)| found.get(*key) != Some(texts));
        let (lost, extra) = (oracle.len().saturating_sub(output.len()), output.len());
        Some(format!(
            "{extra} of {} records in the output ({lost} missing); first wrong key: {at:?}, found {:?}",
            oracle.len(),
            at.and_then(|(key, _)| found.get(*key))
        ))
    }

    /// Returns the broker of this test alone.
    pub(crate) fn broker(&mut self) -> &mut TestBroker {
        self.broker.as_mut().unwrap()
    }

    pub(crate) fn assert_output(&self, oracle: &Oracle) {
        if let Some(wrong) = self.mismatch(oracle) {
            panic!("{}: {wrong}", self.settings.prefix);
        }
    }
}

impl CounterCommand {
    /// Kills the process (SIGKILL) when it passes this point for the n-th time.
    pub(crate) fn crash(mut self, point: &str, n: u64) -> Self {
        self.command.env("HARKEN_CRASH", format!("{point}:{n}"));
        self
    }

    /// Stops itself (SIGSTOP) when it passes this point for the n-th time.
    pub(crate) fn freeze(mut self, point: &str, n: u64) -> Self {
        self.command.env("HARKEN_FREEZE", format!("{point}:{n}"));
        self
    }

    /// Adds a setting, `name=value`.
    pub(crate) fn with(mut self, setting: &str) -> Self {
        self.command.arg(setting);
        self
    }

    /// Switches these defences off.
    pub(crate) fn without(mut self, defence: Option<&str>) -> Self {
        if let Some(defence) = defence {
            self.command.env("HARKEN_DEFENCE_OFF", defence);
        }
        self
    }

    pub(crate) fn start(mut self) -> CounterProcess {
        CounterProcess { child: self.command.spawn().unwrap(), log: self.log }
    }
}

impl CounterProcess {
    pub(crate) fn signal(&self, which: ProcessSignal) {
        signal(self.child.id(), which).unwrap();
    }

    /// Appends records until the process has been killed at its crash point.
    pub(crate) fn append_until_killed(mut self, bench: &TestBench, oracle: &mut Oracle) {
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < HANG_TIMEOUT, "the process never reached the crash point");
            oracle.extend(bench.append_records_from(oracle.len(), 20));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Appends records until the process has frozen at its crash point.
    pub(crate) fn append_until_frozen(&self, bench: &TestBench, oracle: &mut Oracle) {
        let began = Instant::now();
        while !self.is_frozen() {
            assert!(
                began.elapsed() < HANG_TIMEOUT,
                "the process never reached the point at which it freezes"
            );
            oracle.extend(bench.append_records_from(oracle.len(), 20));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Whether the process is stopped (SIGSTOP).
    pub(crate) fn is_frozen(&self) -> bool {
        let stat = format!("/proc/{}/stat", self.child.id());
        std::fs::read_to_string(&stat).unwrap().contains(") T ")
    }

    /// Returns its log so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Whether its log contains this text.
    pub(crate) fn has_logged(&self, words: &str) -> bool {
        self.log().contains(words)
    }

    /// Requests a shutdown and asserts that the process ends with code 0.
    pub(crate) fn shut_down(mut self) {
        self.signal(ProcessSignal::Terminate);
        let code = self.exit_code_within(HANG_TIMEOUT);
        assert_eq!(code, Some(0), "a shutdown must end with code 0:\n{}", self.log());
    }

    /// Returns its exit code, or none if it does not end in time.
    pub(crate) fn exit_code_within(&mut self, time: Duration) -> Option<i32> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            if began.elapsed() > time {
                return None;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for CounterProcess {
    fn drop(&mut self) {
        // Both fail if the process has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !std::thread::panicking() {
            let _ = std::fs::remove_file(&self.log);
        }
    }
}

fn next_number() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
