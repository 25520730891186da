//! One measurement: publishes a load and times the records at the end of the pipeline.

use std::thread;
use std::time::{Duration, Instant};

use harken::load::{self, LoadPlan, LoadReport};
use kafka::measure::TopicTail;
use kafka::{KafkaSettings, Stop};
use mention::codec::{self, AvroRecord};
use mention::{Mention, Routed, Unique, topics};
use pipeline::clock;
use stage::Topic;

/// The first `1 / COLD_PART` of the records is not counted, because caches are cold.
const COLD_PART: usize = 5;
/// Time without a record after which the output counts as complete.
const SILENCE: Duration = Duration::from_secs(1);

/// Percentiles of the latency, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LatencyPercentiles {
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    /// Records received from the output topic.
    pub(crate) received: usize,
    /// How closely the generator kept its schedule.
    pub(crate) load: LoadReport,
}

/// Publishes at a fixed rate (an open load) and measures each record of `out` from the scheduled time
/// of its mention. Open, so that a stall counts for every mention it delays.
pub(crate) fn latency(settings: &KafkaSettings, plan: LoadPlan, out: Topic) -> LatencyPercentiles {
    let tail = TopicTail::from_end(settings, &settings.topic(out)).unwrap();
    let received_at = match out {
        topics::RECEIVED => |bytes: &[u8]| read::<Mention>(bytes).received_at,
        topics::UNIQUE => |bytes: &[u8]| read::<Unique>(bytes).mention.received_at,
        _ => |bytes: &[u8]| read::<Routed>(bytes).mention.received_at,
    };
    // A first poll makes the consumer fetch now: its start-up would count as latency of the first records.
    drop(tail.next(Duration::from_millis(300)));
    let sending = {
        let settings = settings.clone();
        thread::spawn(move || load::send(&settings, plan, &Stop::default()).unwrap())
    };
    let mut all = Vec::with_capacity(plan.mentions as usize);
    loop {
        let wait = if sending.is_finished() { SILENCE } else { Duration::from_millis(100) };
        match tail.next(wait) {
            Some(bytes) => all.push(clock::now().as_event_time() - received_at(&bytes)),
            None if wait == SILENCE => break,
            None => {}
        }
    }
    let received = all.len();
    assert!(received > 0, "no record arrived on {out}");
    let mut warm = all.split_off(received / COLD_PART);
    warm.sort_unstable();
    let millis_at = |percent: usize| {
        let rank = (warm.len() * percent / 100).min(warm.len() - 1);
        warm[rank].as_secs_f64() * 1e3
    };
    let load = sending.join().unwrap();
    LatencyPercentiles {
        p50: millis_at(50),
        p90: millis_at(90),
        p99: millis_at(99),
        received,
        load,
    }
}

/// Publishes mentions as fast as the brokers accept them and waits for all acknowledgements.
pub(crate) fn preload(settings: &KafkaSettings, mentions: u64, seed: u64) {
    let plan = LoadPlan { rate: 1_000_000, mentions, seed };
    let report = load::send(settings, plan, &Stop::default()).unwrap();
    assert_eq!(report.acknowledged, mentions, "{report}");
}

/// Reads until the output is complete; returns the number of records and the time to the last one.
pub(crate) fn drain(tail: &TopicTail) -> (usize, Duration) {
    let started_at = Instant::now();
    let (mut received, mut last) = (0, Duration::ZERO);
    loop {
        // The first record waits for the start of the processes and the restore.
        let wait = if received == 0 { 60 * SILENCE } else { 3 * SILENCE };
        match tail.next(wait) {
            Some(_) => (received, last) = (received + 1, started_at.elapsed()),
            None => return (received, last),
        }
    }
}

fn read<F: AvroRecord>(bytes: &[u8]) -> F {
    codec::read(bytes).unwrap()
}
