//! The smallest stage on Kafka: numbers the records of each key, and writes `key:n`.
//!
//! `counter BOOTSTRAP PREFIX INSTANCE WORKERS [setting=value]…` runs it until SIGTERM ends it with
//! code 0. A record lost, duplicated or out of order shows in its output at once, so the tests of the
//! log use it. It ignores its side input, which only has to be on the same member. A record whose key
//! begins with `timer` sets a timer, which writes `fired:1`. The broadcast table holds a suffix for
//! some keys: their records write `text+suffix:n`. A row that is not UTF-8 is malformed.
//!
//! Settings: those of librdkafka, which have a dot in their names; `timeout` and `commit-interval` in
//! milliseconds; `state-key`; `forged-state=repair`; `state=none` for a stage without state, which writes `text:0`.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use kafka::{ForgedState, KafkaSettings, LogMeter, Stop, WorkerFailed, run_worker};
use stage::{
    BroadcastTable, Fault, Input, KeyedState, Malformed, NoObserver, Output, RawRecord, Record,
    RejectReason, Stage, Stateless, Topic, Tx, WallTime, Wire,
};

/// Numbers the records of each key.
struct CounterStage;

/// Passes records on without numbering them; has no state.
struct PassThroughStage;

enum In {
    Main { key: String, text: String },
    Side,
}

struct Out {
    key: String,
    text: String,
}

#[derive(Default)]
struct CounterState(BTreeMap<String, u64>);

/// A suffix by key.
#[derive(Default)]
struct SuffixTable(BTreeMap<Vec<u8>, String>);

/// The prefix of the keys of records that set a timer.
const TIMER: &str = "timer";

struct Key(String);
struct StoredCount(u64);

impl Wire for Key {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        Ok(Self(String::from_utf8_lossy(bytes).into_owned()))
    }
}

impl Wire for StoredCount {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_be_bytes());
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let bytes = bytes.try_into().map_err(|_| Malformed::InvalidField("count"))?;
        Ok(Self(u64::from_be_bytes(bytes)))
    }
}

impl KeyedState for CounterState {
    const STAGE: &'static str = "counter";
    type Key = Key;
    type Value = StoredCount;

    fn apply(&mut self, key: Key, value: Option<StoredCount>) -> Result<(), Malformed> {
        match value {
            Some(StoredCount(n)) => self.0.insert(key.0, n),
            None => self.0.remove(&key.0),
        };
        Ok(())
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

impl BroadcastTable for SuffixTable {
    fn topics() -> Vec<Topic> {
        vec!["counter.table.v1"]
    }

    fn reader(_: Topic) -> &'static str {
        "counter"
    }

    fn apply(&mut self, _: Topic, key: &[u8], value: Option<&[u8]>) -> Result<(), Malformed> {
        let not_text = |_| Malformed::NotUtf8;
        let suffix = value.map(|value| String::from_utf8(value.to_vec()).map_err(not_text));
        match suffix.transpose()? {
            Some(suffix) => self.0.insert(key.to_vec(), suffix),
            None => self.0.remove(key),
        };
        Ok(())
    }
}

impl Input for In {
    fn topics() -> Vec<Topic> {
        vec!["counter.in.v1", "counter.side.v1"]
    }

    fn read(record: &RawRecord) -> Result<Self, Malformed> {
        let (topic, key, value) = (record.at.topic, &record.key, record.value.as_deref());
        if topic != "counter.in.v1" {
            return Ok(In::Side);
        }
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec());
        let (key, value) = (text(key), text(value.unwrap_or_default()));
        match (key, value) {
            (Ok(key), Ok(text)) => Ok(In::Main { key, text }),
            _ => Err(Malformed::NotUtf8),
        }
    }
}

impl Output for Out {
    fn topics() -> Vec<Topic> {
        vec!["counter.out.v1"]
    }

    fn topic(&self) -> Topic {
        "counter.out.v1"
    }

    fn key(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.key.as_bytes());
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.text.as_bytes());
    }
}

impl Stage for CounterStage {
    const NAME: &'static str = "counter";
    type In = In;
    type Out = Out;
    type State = CounterState;
    type Table = SuffixTable;
    type Rules = ();

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        for record in batch {
            let In::Main { key, text } = record.value else { continue };
            if key.starts_with(TIMER) {
                tx.set(Key(key), StoredCount(0));
                continue;
            }
            let suffix = tx.table().0.get(key.as_bytes());
            let text = suffix.map_or(text.clone(), |suffix| format!("{text}+{suffix}"));
            let n = tx.state().0.get(&key).copied().unwrap_or(0) + 1;
            tx.set(Key(key.clone()), StoredCount(n));
            tx.emit(record.time, Out { text: format!("{text}:{n}"), key });
        }
        Ok(())
    }

    fn on_time(&self, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let is_set = |key: &&String| key.starts_with(TIMER);
        for key in tx.state().0.keys().filter(is_set).cloned().collect::<Vec<_>>() {
            tx.remove(Key(key.clone()));
            tx.emit(now.as_event_time(), Out { text: "fired:1".to_owned(), key });
        }
        Ok(())
    }
}

impl Stage for PassThroughStage {
    const NAME: &'static str = "counter";
    type In = In;
    type Out = Out;
    type State = Stateless;
    type Table = ();
    type Rules = ();

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        for record in batch {
            let In::Main { key, text } = record.value else { continue };
            tx.emit(record.time, Out { text: format!("{text}:0"), key });
        }
        Ok(())
    }
}

/// Logs whether a worker is ready.
struct ReadinessLog;

impl LogMeter for ReadinessLog {
    fn records_in(&self, _: Topic, _: u64) {}
    fn record_out(&self, _: Topic) {}
    fn dead_letter(&self, _: &str, _: RejectReason) {}
    fn committed(&self, _: u64, _: Duration) {}
    fn restarted(&self) {}
    fn lag(&self, _: Topic, _: i32, _: i64, _: Duration) {}
    fn revoked(&self, _: Topic, _: i32) {}
    fn restored(&self, _: i32, _: u64, _: Duration) {}
    fn heartbeat(&self) {}

    fn set_ready(&self, ready: bool) {
        tracing::info!(ready, "readiness changes");
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [bootstrap, prefix, instance, workers, pairs @ ..] = arguments.as_slice() else {
        eprintln!("counter BOOTSTRAP PREFIX INSTANCE WORKERS [setting=value]…");
        return ExitCode::from(64);
    };
    let (client, own): (BTreeMap<_, _>, BTreeMap<_, _>) = pairs
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .partition(|(key, _)| key.contains('.'));
    let millis = |name: &str, default: u64| {
        let given = own.get(name).and_then(|value| value.parse().ok());
        Duration::from_millis(given.unwrap_or(default))
    };
    // Without colours: tests look for fields such as `offset=7`.
    tracing_subscriber::fmt().with_ansi(false).with_writer(std::io::stderr).init();
    let settings = KafkaSettings {
        bootstrap: bootstrap.clone(),
        prefix: prefix.clone(),
        instance: instance.clone(),
        client,
        commit_interval: millis("commit-interval", 0),
        session_timeout: Duration::from_secs(6),
        transaction_timeout: Duration::from_secs(15),
        timeout: millis("timeout", 5_000),
        state_key: own.get("state-key").cloned().unwrap_or_default().into_bytes(),
        forged_state: match own.get("forged-state").is_some_and(|state| state == "repair") {
            true => ForgedState::Repair,
            false => ForgedState::Stop,
        },
        ..KafkaSettings::default()
    };
    let stop = Stop::default();
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        if signal_hook::flag::register(signal, stop.flag()).is_err() {
            return ExitCode::from(70);
        }
    }
    let workers = workers.parse().unwrap_or(1);
    match own.get("state").is_some_and(|state| state == "none") {
        true => run_workers(&PassThroughStage, &settings, workers, &stop),
        false => run_workers(&CounterStage, &settings, workers, &stop),
    }
}

/// Runs workers until the process is asked to stop; returns the exit code of `harken run`.
fn run_workers<S>(stage: &S, settings: &KafkaSettings, workers: usize, stop: &Stop) -> ExitCode
where
    S: Stage<Rules = ()> + Sync,
{
    let meter: Arc<dyn LogMeter> = Arc::new(ReadinessLog);
    std::thread::scope(|scope| {
        let run = |worker| {
            let meter = &meter;
            scope.spawn(move || {
                run_worker(stage, &().into(), settings, worker, stop, meter, &mut NoObserver)
            })
        };
        let threads: Vec<_> = (0..workers).map(run).collect();
        let mut code = 0;
        for thread in threads {
            code = match thread.join() {
                Ok(Ok(())) => code,
                Ok(Err(WorkerFailed(fault))) => {
                    tracing::error!("failed to {fault}");
                    if matches!(fault, Fault::Blocked(_)) { 78 } else { 70 }
                }
                Err(_) => 70,
            };
        }
        ExitCode::from(code)
    })
}
