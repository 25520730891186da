//! Entries of a changelog at restore, below the check of their signature. The bytes give an error that
//! stops the worker with a sentence, or a state from which the stage goes on: it survives a record and the
//! clock, and what it then writes is restored.
#![no_main]

use std::sync::{Arc, LazyLock};

use calls::Calls;
use dedupe::Dedupe;
use escalation::Escalation;
use harken_fuzz::run::{Entry, entries, from_changelog};
use harken_fuzz::{RULES, START, context, raw, samples, selector};
use libfuzzer_sys::fuzz_target;
use pipeline::stages::PipelineStage;
use priority::Prioritizer;
use reporting::Reporting;
use stage::{Input as _, KeyedState, Stage, TimeDelta, Wire};
use surge::Surge;

/// A stage, built once, with its part of the rules.
struct Built<S: Stage>(S, Arc<S::Rules>);

impl<S: PipelineStage> Built<S> {
    fn new() -> Self {
        Self(S::build(context()).expect("the defaults are valid"), Arc::new(RULES.part()))
    }
}

static DEDUPE: LazyLock<Built<Dedupe>> = LazyLock::new(Built::new);
static PRIORITY: LazyLock<Built<Prioritizer>> = LazyLock::new(Built::new);
static ESCALATION: LazyLock<Built<Escalation>> = LazyLock::new(Built::new);
static CALLS: LazyLock<Built<Calls>> = LazyLock::new(Built::new);
static SURGE: LazyLock<Built<Surge>> = LazyLock::new(Built::new);
static REPORTING: LazyLock<Built<Reporting>> = LazyLock::new(Built::new);

fuzz_target!(|input: &[u8]| {
    let (choice, changelog) = selector(input);
    let log = split(changelog);
    match choice % 6 {
        0 => restore(&DEDUPE, &log),
        1 => restore(&PRIORITY, &log),
        2 => restore(&ESCALATION, &log),
        3 => restore(&CALLS, &log),
        4 => restore(&SURGE, &log),
        _ => restore(&REPORTING, &log),
    }
});

/// Entries: length of the key, length of the value in two bytes (the largest for a removal), key, value.
fn split(mut bytes: &[u8]) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    while let [key, high, low, rest @ ..] = bytes {
        let length = u16::from_be_bytes([*high, *low]);
        let (key, rest) = rest.split_at(usize::from(*key).min(rest.len()));
        let value = if length == u16::MAX { 0 } else { usize::from(length) };
        let (value, rest) = rest.split_at(value.min(rest.len()));
        found.push((key, (length != u16::MAX).then_some(value)));
        bytes = rest;
    }
    found
}

fn restore<S>(Built(stage, rules): &Built<S>, log: &[Entry<'_>])
where
    S: Stage,
    S::State: KeyedState,
{
    for (key, value) in log {
        check_bytes::<<S::State as KeyedState>::Key>(key);
        value.iter().for_each(|value| check_bytes::<<S::State as KeyedState>::Value>(value));
    }
    let good = |at| {
        S::In::topics().into_iter().filter_map(move |topic| {
            let (key, value) = samples::good(topic, at)?;
            let mut record = raw(topic, key, Some(value));
            (record.time, record.now) = (at, at.as_wall_time());
            Some(record)
        })
    };
    let run = |log: &[Entry<'_>], at| {
        from_changelog(stage, rules, log, good(at).collect(), TimeDelta::DAY)
    };
    let Ok(effects) = run(log, START) else { return };
    let whole = [log, &entries(&effects.changes)].concat();
    run(&whole, START + TimeDelta::DAY).expect("what a stage writes is restored");
}

/// Checks that what decodes survives encoding and decoding.
fn check_bytes<W: Wire>(bytes: &[u8]) {
    let Ok(decoded) = W::read(bytes) else { return };
    let (mut once, mut twice) = (Vec::new(), Vec::new());
    decoded.write(&mut once);
    match W::read(&once) {
        Ok(again) => again.write(&mut twice),
        Err(malformed) => panic!("its own encoding does not decode: {malformed}"),
    }
    assert_eq!(once, twice);
}
