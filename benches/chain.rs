//! What the chain costs a mention on one core, without Kafka: `cargo bench -p harken --bench chain`.
//!
//! Records are decoded, processed and encoded as in production; the log is a tape that hands out
//! copies of what was recorded and counts what is written. CPU time, not the wall's, so a busy
//! machine shows less. For instructions: the same under `valgrind --tool=callgrind`, with
//! `-- --once 10000`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement"
)]

use std::collections::HashMap;

use harken::chain;
use harken::config::{Config, Layers};
use harken::load::{self, Plan};
use mention::{codec, topics};
use stage::{
    EachChange, Effects, Event, Fault, Fused, Log, Outgoing, Position, Quarantine, Raw, Silent,
    Stage, Taps, run,
};

const MENTIONS: u64 = 60_000;
const ROUNDS: usize = 3;
const BATCH: usize = 500;
/// 2026-11-23, in microseconds.
const START: i64 = 1_795_392_000_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let once = arguments.iter().position(|a| a == "--once");
    let once = once.map(|at| arguments[at + 1].parse::<u64>().unwrap());
    let config = Config::load(&Layers { file: None, environment: HashMap::new() }).unwrap();
    let rules = harken::rules::InForce::load(&config).unwrap();
    let fused = |taps| chain::fused(&config, taps).unwrap();
    let heard = heard(once.unwrap_or(MENTIONS));
    println!("µs of CPU a mention, of {} heard; what is written for each", heard.len());
    if once.is_some() {
        play("fused", &fused(Taps::Off), &heard, 1);
        return;
    }
    let unique = play("dedupe", &chain::dedupe(&config), &heard, ROUNDS);
    let unique = only(topics::UNIQUE, unique);
    let scored = play("sentiment", &chain::sentiment(&config).unwrap(), &unique, ROUNDS);
    let urgent = play("priority", &chain::priority(&rules, &config), &scored, ROUNDS);
    let urgent = only(topics::PRIORITIZED, urgent);
    play("escalation", &chain::escalation(&rules, &config).unwrap(), &urgent, ROUNDS);
    let decide = || {
        let escalation = chain::escalation(&rules, &config).unwrap();
        Fused::new(chain::priority(&rules, &config), escalation, Taps::Off)
    };
    let hear = || Fused::new(chain::dedupe(&config), chain::sentiment(&config).unwrap(), Taps::On);
    play("dedupe and sentiment", &hear(), &heard, ROUNDS);
    play("priority and escalation", &decide(), &scored, ROUNDS);
    play("fused", &fused(Taps::Off), &heard, ROUNDS);
    play("fused, with taps", &fused(Taps::On), &heard, ROUNDS);
}

/// What `harken load` sends, encoded.
fn heard(mentions: u64) -> Vec<Raw> {
    let plan = Plan { rate: 1_000, mentions, seed: 1 };
    let encoded = load::schedule(plan, START).enumerate().map(|(n, mention)| {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        mention.key(&mut key);
        codec::write(&mention, &mut value);
        raw(topics::RECEIVED, n, mention.received_at, key, Some(value))
    });
    encoded.collect()
}

fn raw(topic: &'static str, n: usize, time: i64, key: Vec<u8>, value: Option<Vec<u8>>) -> Raw {
    let at = Position { topic, partition: 0, offset: n as i64 };
    let time = time - time.rem_euclid(1_000);
    Raw { at, time, now: time, key, value, headers: Vec::new() }
}

fn only(topic: &str, mut records: Vec<Raw>) -> Vec<Raw> {
    records.retain(|record| record.at.topic == topic);
    records
}

/// Runs a stage over the records, each time from an empty state; gives what it wrote.
fn play<S: Stage>(name: &str, stage: &S, records: &[Raw], rounds: usize) -> Vec<Raw> {
    let mut best = f64::INFINITY;
    let mut wrote = Wrote::default();
    for round in 0..rounds {
        let is_last = round + 1 == rounds;
        let mut tape =
            Tape { records, at: 0, turn: Turn::Assign, is_last, wrote: Wrote::default() };
        let before = testbroker::cpu_seconds(std::process::id()).unwrap();
        run(stage, &mut tape, &mut Quarantine::default(), &mut Silent).unwrap();
        best = best.min(testbroker::cpu_seconds(std::process::id()).unwrap() - before);
        wrote = tape.wrote;
    }
    let each = |count: usize| count as f64 / records.len() as f64;
    println!(
        "{name:<24}{:>7.2} µs  {:.2} records, {:.2} changes, {:.0} bytes, {} rejected",
        best * 1e6 / records.len() as f64,
        each(wrote.records),
        each(wrote.changes),
        each(wrote.bytes),
        wrote.dead,
    );
    let kept = wrote.kept.into_iter().enumerate();
    kept.map(|(n, out)| raw(out.topic, n, out.time, out.key, out.value)).collect()
}

#[derive(Default)]
struct Wrote {
    records: usize,
    changes: usize,
    bytes: usize,
    dead: usize,
    kept: Vec<Outgoing>,
}

enum Turn {
    Assign,
    Batch,
    Commit,
}

/// One partition, played from its beginning to its end.
struct Tape<'a> {
    records: &'a [Raw],
    at: usize,
    turn: Turn,
    is_last: bool,
    wrote: Wrote,
}

impl Log for Tape<'_> {
    fn next(&mut self) -> Result<Event, Fault> {
        let (event, turn) = match self.turn {
            Turn::Assign => (Event::Assigned(0), Turn::Batch),
            Turn::Commit => (Event::CommitDue, Turn::Batch),
            Turn::Batch if self.at == self.records.len() => (Event::Shutdown, Turn::Batch),
            Turn::Batch => {
                let end = (self.at + BATCH).min(self.records.len());
                let mut batch = self.records[self.at..end].to_vec();
                let now = batch.last().map_or(0, |raw| raw.time);
                batch.iter_mut().for_each(|raw| raw.now = now);
                self.at = end;
                (Event::Batch(0, batch), Turn::Commit)
            }
        };
        self.turn = turn;
        Ok(event)
    }

    fn changelog(&mut self, _: i32, _: &mut EachChange<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn write(&mut self, _: i32, effects: Effects) -> Result<(), Fault> {
        let wrote = &mut self.wrote;
        wrote.records += effects.outputs.len();
        wrote.changes += effects.changes.len();
        wrote.dead += effects.dead.len();
        let value = |value: &Option<Vec<u8>>| value.as_ref().map_or(0, Vec::len);
        wrote.bytes += effects.outputs.iter().map(|o| o.key.len() + value(&o.value)).sum::<usize>();
        wrote.bytes += effects.changes.iter().map(|c| c.key.len() + value(&c.value)).sum::<usize>();
        if self.is_last {
            wrote.kept.extend(effects.outputs);
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}
