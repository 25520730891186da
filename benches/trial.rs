//! One measurement: a load goes in, what comes out is timed.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use harken::load::{self, Plan, Report};
use kafka::probe::Tail;
use kafka::{Settings, Stop};
use mention::codec::{self, Fact};
use mention::{Mention, Routed, Unique, topics};
use stage::Topic;

/// What is heard in the first of so many parts of a load does not count: caches are cold.
const COLD_PART: usize = 5;
/// Silence after which nothing more is expected.
const SILENCE: Duration = Duration::from_secs(1);

/// Latencies in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    /// What came out, of all that was sent.
    pub(crate) seen: usize,
    /// How the generator kept its times.
    pub(crate) load: Report,
}

/// Sends an open load and times each fact that comes out, from the scheduled time of its mention.
pub(crate) fn latency(settings: &Settings, plan: Plan, out: Topic) -> Latency {
    let tail = Tail::of(settings, &settings.topic(out)).unwrap();
    let heard_at = match out {
        topics::RECEIVED => |bytes: &[u8]| read::<Mention>(bytes).received_at,
        topics::UNIQUE => |bytes: &[u8]| read::<Unique>(bytes).mention.received_at,
        _ => |bytes: &[u8]| read::<Routed>(bytes).mention.received_at,
    };
    // The reader asks for records at once, not when the first of them is there.
    drop(tail.next(Duration::from_millis(300)));
    let sending = {
        let settings = settings.clone();
        thread::spawn(move || load::send(&settings, plan, &Stop::default()).unwrap())
    };
    let mut all = Vec::with_capacity(plan.mentions as usize);
    loop {
        let wait = if sending.is_finished() { SILENCE } else { Duration::from_millis(100) };
        match tail.next(wait) {
            Some(bytes) => all.push(now() - heard_at(&bytes)),
            None if wait == SILENCE => break,
            None => {}
        }
    }
    let seen = all.len();
    assert!(seen > 0, "nothing came out at {out}");
    let mut warm = all.split_off(seen / COLD_PART);
    warm.sort_unstable();
    let at = |percent: usize| warm[(warm.len() * percent / 100).min(warm.len() - 1)] as f64 / 1e3;
    let load = sending.join().unwrap();
    Latency { p50: at(50), p90: at(90), p99: at(99), seen, load }
}

/// Sends as fast as the brokers take it, and waits until they have it.
pub(crate) fn preload(settings: &Settings, mentions: u64, seed: u64) {
    let plan = Plan { rate: 1_000_000, mentions, seed };
    let report = load::send(settings, plan, &Stop::default()).unwrap();
    assert_eq!(report.acknowledged, mentions, "{report}");
}

/// Until nothing more comes out: how many facts came, and the time to the last.
pub(crate) fn drain(tail: &Tail) -> (usize, Duration) {
    let begun = Instant::now();
    let (mut seen, mut last) = (0, Duration::ZERO);
    loop {
        // The first may have to wait for a slow start.
        let wait = if seen == 0 { 60 * SILENCE } else { 3 * SILENCE };
        match tail.next(wait) {
            Some(_) => (seen, last) = (seen + 1, begun.elapsed()),
            None => return (seen, last),
        }
    }
}

fn read<F: Fact>(bytes: &[u8]) -> F {
    codec::read(bytes).unwrap()
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as i64
}
