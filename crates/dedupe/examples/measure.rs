//! Measures the digest map and the stage: `cargo run --release -p dedupe --example measure`.
//!
//! Prints bytes per entry and nanoseconds per look-up at 10^5, 10^6 and 10^7 ids, the longest single
//! insertion (a growth step), and microseconds per mention in the loop, with a log that only counts.

#![expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dedupe::digest_map::DigestMap;
use dedupe::entry::SeenEntry;
use dedupe::simhash::Votes;
use dedupe::time::Second;
use dedupe::{Config, Dedupe, Digest};
use mention::{Mention, codec, topics};
use stage::{
    ChangeVisitor, DeadLetter, Effects, Event, EventTime, Fault, Log, NoObserver, Position,
    Quarantine, RawRecord, RecordHeaders, TimeDelta, run,
};

fn digest(n: u32) -> Digest {
    Digest::of(&n.to_le_bytes())
}

/// The n-th number below `count` in an order that defeats the processor's caches.
fn scattered(n: u32, count: u32) -> u32 {
    // Knuth's multiplicative hash: 2^32 divided by the golden ratio.
    ((u64::from(n.wrapping_mul(2_654_435_761)) * u64::from(count)) >> 32) as u32
}

fn measure_map(count: u32) {
    let mut map = DigestMap::default();
    let (mut longest, start) = (Duration::ZERO, Instant::now());
    for n in 0..count {
        let entry = SeenEntry { since: Second::MIN, first: 1, content: n, version: 0, flags: 1 };
        let before = Instant::now();
        map.set(digest(n), entry);
        longest = longest.max(before.elapsed());
    }
    let set = start.elapsed() / count;
    let lookups = 2_000_000;
    let timed = |offset: u32| {
        let start = Instant::now();
        for n in 0..lookups {
            black_box(map.get(digest(offset + scattered(n, count))));
        }
        start.elapsed() / lookups
    };
    let (hit, miss) = (timed(0), timed(count));
    let each = map.bytes() as f64 / f64::from(count);
    println!(
        "{count:>9} ids: {each:.1} bytes each; set {set:?}, hit {hit:?}, miss {miss:?}, longest set {longest:?}"
    );
}

/// A text of about 240 characters, different for each number.
fn text_of(n: u32) -> String {
    let words = ["router", "since", "morning", "nobody", "answers", "order", "really", "waiting"];
    let word = |i: u32| {
        let at = n.wrapping_mul(31).wrapping_add(i.wrapping_mul(n | 1)) as usize % words.len();
        format!("{}{}", words[at], scattered(n.wrapping_mul(64) + i, 100_000))
    };
    (0..24).map(word).collect::<Vec<_>>().join(" ")
}

fn measure_simhash() {
    let texts: Vec<String> = (0..1000).map(text_of).collect();
    let start = Instant::now();
    for _ in 0..50 {
        for text in &texts {
            let (mut plain, mut votes) = (String::with_capacity(text.len()), Votes::default());
            text::plain(text, &mut plain);
            text::each_word_or_pair(&plain, |word| votes.add(word));
            black_box(votes.simhash());
        }
    }
    let length = texts.iter().map(String::len).sum::<usize>() / texts.len();
    println!("SimHash of {length} bytes: {:?}", start.elapsed() / 50_000);
}

/// A log that hands out events and counts outputs and changes.
struct CountingLog {
    events: std::vec::IntoIter<Event<()>>,
    outputs: usize,
    changes: usize,
}

impl Log for CountingLog {
    type Rules = ();

    fn next_event(&mut self) -> Result<Event<()>, Fault> {
        Ok(self.events.next().unwrap_or(Event::Shutdown))
    }

    fn read_changelog(&mut self, _: i32, _: &mut ChangeVisitor<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn write(&mut self, _: i32, effects: Effects) -> Result<(), Fault> {
        self.outputs += effects.outputs.len();
        self.changes += effects.changes.len();
        Ok(())
    }

    fn reject_row(&mut self, _: DeadLetter) -> Result<(), Fault> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

fn mention(n: u32) -> RawRecord {
    let mut mention = Mention {
        tenant: "acme".to_owned(),
        platform: "bluesky".to_owned(),
        id: format!("at://did:plc:abcdefghijklmnopqrstuvwx/app.bsky.feed.post/{n:013}"),
        text: text_of(n),
        received_at: EventTime::from_micros(1_700_000_000_000_000)
            + i64::from(n) * TimeDelta::MILLISECOND,
        ..Mention::default()
    };
    mention.author.id = format!("did:plc:{:024}", scattered(n, 50_000));
    let (mut key, mut value) = (Vec::new(), Vec::new());
    mention.key(&mut key);
    codec::write(&mention, &mut value);
    let at = Position { topic: topics::RECEIVED, partition: 0, offset: i64::from(n) };
    let (time, now) = (mention.received_at, mention.received_at.as_wall_time());
    RawRecord { at, time, now, key, value: Some(value), headers: RecordHeaders::new() }
}

/// Measures the stage in its loop, and the share of decoding and encoding.
fn measure_stage(count: u32) {
    let records: Vec<RawRecord> = (0..count).map(mention).collect();
    let start = Instant::now();
    for raw in &records {
        let mention = codec::read::<Mention>(raw.value.as_deref().unwrap_or_default());
        let mut out = Vec::with_capacity(1024);
        if let Ok(mention) = mention {
            codec::write(&mention, &mut out);
        }
        black_box(out);
    }
    let codec = start.elapsed() / count;
    let batches = records.chunks(500).map(|batch| Event::Batch(0, batch.to_vec()));
    let begin = [Event::Rules(Arc::new(())), Event::Assigned(0)];
    let events: Vec<_> = begin.into_iter().chain(batches).collect();
    let mut log = CountingLog { events: events.into_iter(), outputs: 0, changes: 0 };
    let start = Instant::now();
    let stage = Dedupe::new(Config::default());
    let end = run(&stage, &mut log, &mut Quarantine::default(), &mut NoObserver);
    let all = start.elapsed() / count;
    println!(
        "{count:>9} new mentions of 240 characters ({end:?}): {all:?} each, of which codec {codec:?}; \
         {} outputs, {:.1} changes each",
        log.outputs,
        log.changes as f64 / f64::from(count),
    );
}

fn main() {
    for count in [100_000, 1_000_000, 10_000_000] {
        measure_map(count);
    }
    measure_simhash();
    measure_stage(100_000);
    measure_stage(1_000_000);
}
