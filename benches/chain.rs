//! CPU time of each stage and of the fused chain for one mention, without Kafka:
//! `cargo bench -p harken --bench chain`.
//!
//! Records are decoded, processed and encoded as in production; the log replays recorded batches and
//! counts what a stage writes. The measure is CPU time, which other load affects less than wall time.
//! To count instructions, run the binary under `valgrind --tool=callgrind` with `-- --once 10000`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement"
)]

use std::collections::HashMap;
use std::sync::Arc;

use dedupe::Dedupe;
use escalation::Escalation;
use harken::load::{self, LoadPlan};
use mention::{codec, topics};
use pipeline::config::{Config, Layers};
use pipeline::routing_chain;
use pipeline::stages::{BuildContext, PipelineStage as _};
use priority::{Prioritizer, Tenants};
use rules::Rules;
use stage::{
    ChangeVisitor, DeadLetter, Effects, Event, EventTime, Fault, Fused, Log, NoObserver, Outgoing,
    Position, Quarantine, RawRecord, RecordHeaders, Stage, Taps, TimeDelta, WallTime, run,
};
use understanding::UnderstandingStage;

const MENTIONS: u64 = 60_000;
const ROUNDS: usize = 3;
const BATCH: usize = 500;
/// 2026-11-23, in microseconds.
const START: EventTime = EventTime::from_micros(1_795_392_000_000_000);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let once = arguments.iter().position(|a| a == "--once");
    let once = once.map(|at| arguments[at + 1].parse::<u64>().unwrap());
    let config = Config::load(&Layers { file: None, environment: HashMap::new() }).unwrap();
    let rules = pipeline::rules::LoadedRules::load(&config).unwrap();
    let context = BuildContext::embedded(&config, Some(&rules));
    let fused = |taps| routing_chain::build(&config, taps).unwrap().0;
    let scoring = || rules.part::<Tenants>();
    let routing = || rules.part::<Arc<Rules>>();
    let all = || ((), ((), (scoring(), routing())));
    let received = received_mentions(once.unwrap_or(MENTIONS));
    println!(
        "CPU of a mention in µs, of {} received; records, changes and bytes written for each",
        received.len()
    );
    // One pass of one chain: callgrind would otherwise add up all of them.
    if once.is_some() {
        measure("fused", &fused(Taps::Off), all(), &received, 1);
        return;
    }
    let unique = measure("dedupe", &Dedupe::build(context).unwrap(), (), &received, ROUNDS);
    let unique = retain_topic(topics::UNIQUE, unique);
    let scored =
        measure("sentiment", &UnderstandingStage::build(context).unwrap(), (), &unique, ROUNDS);
    let prioritized =
        measure("priority", &Prioritizer::build(context).unwrap(), scoring(), &scored, ROUNDS);
    let prioritized = retain_topic(topics::PRIORITIZED, prioritized);
    let escalation = Escalation::build(context).unwrap();
    measure("escalation", &escalation, routing(), &prioritized, ROUNDS);
    let decide = || {
        let escalation = Escalation::build(context).unwrap();
        Fused::new(Prioritizer::build(context).unwrap(), escalation, Taps::Off)
    };
    let understand = || {
        Fused::new(
            Dedupe::build(context).unwrap(),
            UnderstandingStage::build(context).unwrap(),
            Taps::On,
        )
    };
    measure("dedupe and sentiment", &understand(), ((), ()), &received, ROUNDS);
    measure("priority and escalation", &decide(), (scoring(), routing()), &scored, ROUNDS);
    measure("fused", &fused(Taps::Off), all(), &received, ROUNDS);
    measure("fused, with taps", &fused(Taps::On), all(), &received, ROUNDS);
}

/// The records that `harken load` publishes, encoded.
fn received_mentions(mentions: u64) -> Vec<RawRecord> {
    let plan = LoadPlan { rate: 1_000, mentions, seed: 1 };
    let encoded = load::schedule(plan, START).enumerate().map(|(n, mention)| {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        mention.key(&mut key);
        codec::write(&mention, &mut value);
        raw(topics::RECEIVED, n, mention.received_at, key, Some(value))
    });
    encoded.collect()
}

fn raw(
    topic: &'static str,
    n: usize,
    time: EventTime,
    key: Vec<u8>,
    value: Option<Vec<u8>>,
) -> RawRecord {
    let at = Position { topic, partition: 0, offset: n as i64 };
    // Kafka keeps timestamps in milliseconds.
    let time = time.floor(TimeDelta::MILLISECOND);
    RawRecord { at, time, now: time.as_wall_time(), key, value, headers: RecordHeaders::new() }
}

fn retain_topic(topic: &str, mut records: Vec<RawRecord>) -> Vec<RawRecord> {
    records.retain(|record| record.at.topic == topic);
    records
}

/// Runs a stage over the records `rounds` times, each from an empty state. Prints the fastest round and
/// returns the outputs of the last one.
fn measure<S: Stage>(
    name: &str,
    stage: &S,
    rules: S::Rules,
    records: &[RawRecord],
    rounds: usize,
) -> Vec<RawRecord> {
    let mut best = f64::INFINITY;
    let (mut written, rules) = (Written::default(), Arc::new(rules));
    for round in 0..rounds {
        let is_last = round + 1 == rounds;
        let mut recording = Recording {
            records,
            at: 0,
            rules: Arc::clone(&rules),
            next_step: ReplayStep::Rules,
            is_last,
            written: Written::default(),
        };
        let before = testbroker::cpu_seconds(std::process::id()).unwrap();
        run(stage, &mut recording, &mut Quarantine::default(), &mut NoObserver).unwrap();
        // The minimum: interference only ever adds time.
        best = best.min(testbroker::cpu_seconds(std::process::id()).unwrap() - before);
        written = recording.written;
    }
    let each = |count: usize| count as f64 / records.len() as f64;
    println!(
        "{name:<24}{:>7.2} µs  {:.2} records, {:.2} changes, {:.0} bytes, {} rejected",
        best * 1e6 / records.len() as f64,
        each(written.records),
        each(written.changes),
        each(written.bytes),
        written.dead_letters,
    );
    let outputs = written.outputs.into_iter().enumerate();
    outputs.map(|(n, out)| raw(out.topic, n, out.time, out.key, out.value)).collect()
}

#[derive(Default)]
struct Written {
    records: usize,
    changes: usize,
    bytes: usize,
    dead_letters: usize,
    outputs: Vec<Outgoing>,
}

enum ReplayStep {
    Rules,
    Assign,
    Batch,
    Commit,
}

/// A log of one partition that replays the records in batches and commits after each.
struct Recording<'a, R> {
    records: &'a [RawRecord],
    rules: Arc<R>,
    at: usize,
    next_step: ReplayStep,
    is_last: bool,
    written: Written,
}

impl<R> Log for Recording<'_, R> {
    type Rules = R;

    fn next_event(&mut self) -> Result<Event<R>, Fault> {
        let (event, next_step) = match self.next_step {
            ReplayStep::Rules => (Event::Rules(Arc::clone(&self.rules)), ReplayStep::Assign),
            ReplayStep::Assign => (Event::Assigned(0), ReplayStep::Batch),
            ReplayStep::Commit => (Event::CommitDue, ReplayStep::Batch),
            ReplayStep::Batch if self.at == self.records.len() => {
                (Event::Shutdown, ReplayStep::Batch)
            }
            ReplayStep::Batch => {
                let end = (self.at + BATCH).min(self.records.len());
                let mut batch = self.records[self.at..end].to_vec();
                // A log stamps all records of one poll with the same wall clock.
                let now = batch.last().map_or(WallTime::default(), |raw| raw.now);
                batch.iter_mut().for_each(|raw| raw.now = now);
                self.at = end;
                (Event::Batch(0, batch), ReplayStep::Commit)
            }
        };
        self.next_step = next_step;
        Ok(event)
    }

    fn read_changelog(&mut self, _: i32, _: &mut ChangeVisitor<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn write(&mut self, _: i32, effects: Effects) -> Result<(), Fault> {
        let written = &mut self.written;
        written.records += effects.outputs.len();
        written.changes += effects.changes.len();
        written.dead_letters += effects.dead_letters.len();
        let value = |value: &Option<Vec<u8>>| value.as_ref().map_or(0, Vec::len);
        written.bytes +=
            effects.outputs.iter().map(|o| o.key.len() + value(&o.value)).sum::<usize>();
        written.bytes +=
            effects.changes.iter().map(|c| c.key.len() + value(&c.value)).sum::<usize>();
        if self.is_last {
            written.outputs.extend(effects.outputs);
        }
        Ok(())
    }

    fn reject_row(&mut self, _: DeadLetter) -> Result<(), Fault> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}
