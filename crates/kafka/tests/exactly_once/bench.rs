//! Topics of one test, the processes on them, and the oracle they are compared with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use kafka::admin::{Spec, Step, apply};
use kafka::{Feed, Settings, peek};
use testbroker::{Broker, Options, Signal, shared_bootstrap, signal};

/// How long anything may take before a test calls it hung; no result depends on it.
const HUNG: Duration = Duration::from_secs(120);

pub(crate) struct Bench {
    pub(crate) settings: Settings,
    pub(crate) broker: Option<Broker>,
    /// Where the counters connect to; the test itself always takes the direct way.
    pub(crate) address: String,
}

/// One counter process.
pub(crate) struct Counter {
    child: Child,
    log: PathBuf,
}

/// A counter process to be started.
pub(crate) struct Start {
    command: Command,
    log: PathBuf,
}

/// Each key's texts, in order.
pub(crate) type Oracle = Vec<(String, String)>;

impl Bench {
    /// On the broker that the tests of one run share.
    pub(crate) fn shared(name: &str, partitions: i32) -> Self {
        let address = shared_bootstrap().unwrap_or_else(|problem| panic!("{problem}"));
        Self::on(address.clone(), address, None, name, partitions)
    }

    /// On a broker of its own, to be killed.
    pub(crate) fn own(name: &str, partitions: i32, options: Options) -> Self {
        let broker = Broker::start(options).unwrap_or_else(|problem| panic!("{problem}"));
        let direct = broker.bootstrap().to_owned();
        Self::on(direct.clone(), direct, Some(broker), name, partitions)
    }

    /// Topics on the one broker of this binary that stands behind a proxy. Rules hold for everybody
    /// behind it, so whoever makes some keeps the others out, and finds none when its turn comes.
    pub(crate) fn proxied(name: &str) -> (Self, MutexGuard<'static, Option<Broker>>) {
        static PROXIED: Mutex<Option<Broker>> = Mutex::new(None);
        let mut broker = PROXIED.lock().unwrap_or_else(PoisonError::into_inner);
        let options = Options { proxied: true, ..Options::small() };
        let behind = broker.get_or_insert_with(|| {
            Broker::start(options).unwrap_or_else(|problem| panic!("{problem}"))
        });
        behind.proxy().unwrap().clear_rules();
        let (direct, through) = (behind.bootstrap(), behind.proxied_bootstrap().unwrap());
        (Self::on(direct.to_owned(), through.to_owned(), None, name, 1), broker)
    }

    pub(crate) fn on(
        direct: String,
        address: String,
        broker: Option<Broker>,
        name: &str,
        partitions: i32,
    ) -> Self {
        let prefix = format!("t-{name}-{}-{}", std::process::id(), unique());
        // What the test itself asks may take as long as a broker takes to start.
        let patience = HUNG / 2;
        let settings = Settings { bootstrap: direct, prefix, patience, ..Settings::default() };
        let spec = |topic: &str| {
            Step::Create(Spec {
                name: format!("{}.{topic}", settings.prefix),
                partitions,
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
        ];
        apply(&settings, &topics.map(spec)).unwrap();
        Self { settings, broker, address }
    }

    /// Appends so many records over 37 keys, and says what must come out.
    pub(crate) fn feed(&self, records: usize) -> Oracle {
        self.feed_from(0, records)
    }

    pub(crate) fn feed_from(&self, first: usize, records: usize) -> Oracle {
        let rows = (first..first + records).map(|i| (format!("key-{}", i % 37), i.to_string()));
        self.feed_rows(rows.collect())
    }

    pub(crate) fn feed_rows(&self, rows: Oracle) -> Oracle {
        let feed = Feed::new(&self.settings, "feed").unwrap();
        // Stamped now: retention deletes what is stamped long ago, read or not.
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let now = i64::try_from(since.as_micros()).unwrap();
        let bytes = rows.iter().map(|(key, text)| (key.as_bytes(), text.as_bytes(), now));
        feed.append("counter.in.v1", bytes).unwrap().wait().unwrap();
        rows
    }

    pub(crate) fn counter(&self, instance: &str) -> Start {
        let mut program: PathBuf = std::env::current_exe().unwrap();
        program.pop();
        program.pop();
        program.push("examples/counter");
        let mut command = Command::new(program);
        command.args([&self.address, &self.settings.prefix, instance, "1"]);
        command.args(self.settings.client.iter().map(|(key, value)| format!("{key}={value}")));
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!(
            "{}-{instance}-{}.log",
            self.settings.prefix,
            unique()
        ));
        let stderr = std::fs::File::create(&log).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr);
        Start { command, log }
    }

    /// What has been committed to the output: key, text and count, in order for each key.
    pub(crate) fn output(&self) -> Vec<(String, String, usize)> {
        let mut output = Vec::new();
        let topic = self.settings.topic("counter.out.v1");
        let mut each = |record: peek::Peeked| {
            let key = String::from_utf8(record.key).unwrap();
            let value = String::from_utf8(record.value.unwrap()).unwrap();
            let (text, n) = value.split_once(':').unwrap();
            output.push((key, text.to_owned(), n.parse().unwrap()));
        };
        peek::read(&self.settings, &topic, &mut each).unwrap();
        output
    }

    /// Waits until at least so many records have been committed.
    pub(crate) fn await_output(&self, records: usize) {
        self.await_that("enough output", || self.output().len() >= records);
    }

    pub(crate) fn await_that(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(began.elapsed() < HUNG, "waited in vain for {what}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// What is wrong with the output, if anything: lost, doubled, out of order or miscounted.
    pub(crate) fn wrong(&self, oracle: &Oracle) -> Option<String> {
        let mut expected = BTreeMap::<&str, Vec<(&str, usize)>>::new();
        for (key, text) in oracle {
            let texts = expected.entry(key).or_default();
            texts.push((text, texts.len() + 1));
        }
        let output = self.output();
        let mut found = BTreeMap::<&str, Vec<(&str, usize)>>::new();
        for (key, text, n) in &output {
            let texts = found.entry(key).or_default();
            // A stage without a state cannot number: the place must do.
            texts.push((text, if *n == 0 { texts.len() + 1 } else { *n }));
        }
        if expected == found {
            return None;
        }
        let at = expected.iter().find(|(key, texts)| found.get(*key) != Some(texts));
        let (lost, extra) = (oracle.len().saturating_sub(output.len()), output.len());
        Some(format!(
            "{extra} records of {} came out ({lost} fewer); the first wrong key: {at:?}, found {:?}",
            oracle.len(),
            at.and_then(|(key, _)| found.get(*key))
        ))
    }

    /// The broker of this test alone.
    pub(crate) fn broker(&mut self) -> &mut Broker {
        self.broker.as_mut().unwrap()
    }

    pub(crate) fn check(&self, oracle: &Oracle) {
        if let Some(wrong) = self.wrong(oracle) {
            panic!("{}: {wrong}", self.settings.prefix);
        }
    }
}

impl Start {
    /// Dies (SIGKILL) when it passes this point for the n-th time.
    pub(crate) fn crash(mut self, point: &str, n: u64) -> Self {
        self.command.env("HARKEN_CRASH", format!("{point}:{n}"));
        self
    }

    /// Stops itself (SIGSTOP) when it passes this point for the n-th time.
    pub(crate) fn freeze(mut self, point: &str, n: u64) -> Self {
        self.command.env("HARKEN_FREEZE", format!("{point}:{n}"));
        self
    }

    /// With a setting of its own, `name=value`.
    pub(crate) fn with(mut self, setting: &str) -> Self {
        self.command.arg(setting);
        self
    }

    /// With these defences switched off.
    pub(crate) fn without(mut self, defence: Option<&str>) -> Self {
        if let Some(defence) = defence {
            self.command.env("HARKEN_DEFENCE_OFF", defence);
        }
        self
    }

    pub(crate) fn start(mut self) -> Counter {
        Counter { child: self.command.spawn().unwrap(), log: self.log }
    }
}

impl Counter {
    pub(crate) fn signal(&self, which: Signal) {
        signal(self.child.id(), which).unwrap();
    }

    /// Feeds it until it has died of its crash point.
    pub(crate) fn feed_to_death(mut self, bench: &Bench, oracle: &mut Oracle) {
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < HUNG, "the crash point was never reached");
            oracle.extend(bench.feed_from(oracle.len(), 20));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Feeds it until it has stopped itself.
    pub(crate) fn feed_to_freeze(&self, bench: &Bench, oracle: &mut Oracle) {
        let began = Instant::now();
        while !self.is_frozen() {
            assert!(began.elapsed() < HUNG, "the freezing point was never reached");
            oracle.extend(bench.feed_from(oracle.len(), 20));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Whether it has stopped itself.
    pub(crate) fn is_frozen(&self) -> bool {
        let stat = format!("/proc/{}/stat", self.child.id());
        std::fs::read_to_string(&stat).unwrap().contains(") T ")
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Whether its log says this.
    pub(crate) fn has_logged(&self, words: &str) -> bool {
        self.log().contains(words)
    }

    /// Asks it to end, and sees that it ends with code 0.
    pub(crate) fn end_in_good_order(mut self) {
        self.signal(Signal::Terminate);
        let code = self.end_within(HUNG);
        assert_eq!(code, Some(0), "an orderly end has code 0:\n{}", self.log());
    }

    /// Its exit code, if it ends in time.
    pub(crate) fn end_within(&mut self, time: Duration) -> Option<i32> {
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

impl Drop for Counter {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !std::thread::panicking() {
            let _ = std::fs::remove_file(&self.log);
        }
    }
}

fn unique() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
