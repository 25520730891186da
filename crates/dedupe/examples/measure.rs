//! Measures the window and the stage: `cargo run --release -p dedupe --example measure`.
//!
//! Prints bytes an entry and nanoseconds a look-up at 10^5, 10^6 and 10^7 ids, the longest single
//! insertion (a growth step), and microseconds a mention in the loop of a stage, without a log.

#![expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use dedupe::entry::Heard;
use dedupe::simhash::Votes;
use dedupe::time::Second;
use dedupe::window::Window;
use dedupe::{Config, Dedupe, Digest, text};
use mention::{Mention, codec, topics};
use stage::{EachChange, Effects, Event, Fault, Log, Position, Quarantine, Raw, Silent, run};

fn digest(n: u32) -> Digest {
    Digest::of(&n.to_le_bytes())
}

/// The n-th number of a walk through all, in no order that a cache knows.
fn scattered(n: u32, count: u32) -> u32 {
    ((u64::from(n.wrapping_mul(2_654_435_761)) * u64::from(count)) >> 32) as u32
}

fn window(count: u32) {
    let mut window = Window::default();
    let (mut longest, start) = (Duration::ZERO, Instant::now());
    for n in 0..count {
        let heard = Heard { since: Second::MIN, first: 1, content: n, version: 0, marks: 1 };
        let before = Instant::now();
        window.set(digest(n), heard);
        longest = longest.max(before.elapsed());
    }
    let set = start.elapsed() / count;
    let looks = 2_000_000;
    let timed = |offset: u32| {
        let start = Instant::now();
        for n in 0..looks {
            black_box(window.get(digest(offset + scattered(n, count))));
        }
        start.elapsed() / looks
    };
    let (hit, miss) = (timed(0), timed(count));
    let each = window.bytes() as f64 / f64::from(count);
    println!(
        "{count:>9} ids: {each:.1} bytes each; set {set:?}, hit {hit:?}, miss {miss:?}, longest set {longest:?}"
    );
}

/// A text of about 200 characters, another one for each number.
fn text_of(n: u32) -> String {
    let words = ["router", "since", "morning", "nobody", "answers", "order", "really", "waiting"];
    let word = |i: u32| {
        let at = n.wrapping_mul(31).wrapping_add(i.wrapping_mul(n | 1)) as usize % words.len();
        format!("{}{}", words[at], scattered(n.wrapping_mul(64) + i, 100_000))
    };
    (0..24).map(word).collect::<Vec<_>>().join(" ")
}

fn simhash() {
    let texts: Vec<String> = (0..1000).map(text_of).collect();
    let start = Instant::now();
    for _ in 0..50 {
        for text in &texts {
            let (mut plain, mut votes) = (String::with_capacity(text.len()), Votes::default());
            text::plain(text, &mut plain);
            text::words(&plain, |word| votes.add(word));
            black_box(votes.outcome());
        }
    }
    let length = texts.iter().map(String::len).sum::<usize>() / texts.len();
    println!("SimHash of {length} bytes: {:?}", start.elapsed() / 50_000);
}

/// A log that hands out batches and counts what comes back.
struct Counting {
    batches: std::vec::IntoIter<Vec<Raw>>,
    is_assigned: bool,
    outputs: usize,
    changes: usize,
}

impl Log for Counting {
    fn next(&mut self) -> Result<Event, Fault> {
        if !std::mem::replace(&mut self.is_assigned, true) {
            return Ok(Event::Assigned(0));
        }
        Ok(self.batches.next().map_or(Event::Shutdown, |batch| Event::Batch(0, batch)))
    }

    fn changelog(&mut self, _: i32, _: &mut EachChange<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn write(&mut self, _: i32, effects: Effects) -> Result<(), Fault> {
        self.outputs += effects.outputs.len();
        self.changes += effects.changes.len();
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

fn mention(n: u32) -> Raw {
    let mut mention = Mention {
        tenant: "acme".to_owned(),
        platform: "bluesky".to_owned(),
        id: format!("at://did:plc:abcdefghijklmnopqrstuvwx/app.bsky.feed.post/{n:013}"),
        text: text_of(n),
        received_at: 1_700_000_000_000_000 + i64::from(n) * 1_000,
        ..Mention::default()
    };
    mention.author.id = format!("did:plc:{:024}", scattered(n, 50_000));
    let (mut key, mut value) = (Vec::new(), Vec::new());
    mention.key(&mut key);
    codec::write(&mention, &mut value);
    let at = Position { topic: topics::RECEIVED, partition: 0, offset: i64::from(n) };
    let (time, now) = (mention.received_at, mention.received_at);
    Raw { at, time, now, key, value: Some(value), headers: Vec::new() }
}

/// The stage in its loop, and what decoding and encoding cost of that.
fn stage(count: u32) {
    let records: Vec<Raw> = (0..count).map(mention).collect();
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
    let batches: Vec<_> = records.chunks(500).map(<[Raw]>::to_vec).collect();
    let batches = batches.into_iter();
    let mut log = Counting { batches, is_assigned: false, outputs: 0, changes: 0 };
    let start = Instant::now();
    let stage = Dedupe::new(Config::default());
    let end = run(&stage, &mut log, &mut Quarantine::default(), &mut Silent);
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
        window(count);
    }
    simhash();
    stage(100_000);
    stage(1_000_000);
}
