//! The memory of the state: unique authors at full rate through every stage, with a log that keeps
//! nothing, so that what the process holds is its state.
//!
//! The numbers of `docs/explanation/state.md` come from
//!
//! ```text
//! HARKEN_STATE_AUTHORS=600000 cargo test -p pipeline --test state_memory -- --nocapture --test-threads 1
//! ```

#![allow(clippy::unwrap_used, reason = "a failed precondition ends a test")]
#![allow(clippy::disallowed_methods, reason = "the environment gives the size of the measurement")]

mod allocator;
mod feed;

use std::collections::BTreeMap;

use dedupe::Dedupe;
use escalation::Cases;
use pipeline::config::{Config, Layers, SizeSetting};
use pipeline::state_bounds::{state_bounds, state_bytes};
use stage::State;

use crate::allocator::held_bytes;
use crate::feed::{Changes, Pipeline};

const STAGES: [&str; 5] = ["dedupe", "priority", "escalation", "surge", "metrics"];

/// The number of unique authors, each with one mention a millisecond after the one before.
fn authors(default: usize) -> usize {
    let text = std::env::var("HARKEN_STATE_AUTHORS").ok();
    text.map_or(default, |text| text.parse().unwrap())
}

fn defaults() -> Config {
    Config::load(&Layers::default()).unwrap()
}

/// Bounds that a few thousand authors exceed, in every store that they reach.
fn small_bounds() -> Config {
    let mut config = defaults();
    let kib = |kib: u64| SizeSetting(kib * 1024);
    config.dedupe.memory.ids_most = 2_000;
    config.dedupe.memory.originals_most = 1_500;
    config.dedupe.memory.originals_size = kib(100);
    config.dedupe.memory.clusters_most = 1_000;
    config.priority.memory.authors_most = 1_500;
    config.priority.memory.open_most = 300;
    config.priority.memory.open_size = kib(4);
    config.priority.memory.customers_size = kib(64);
    config.escalation.memory.cases_most = 1_000;
    config.escalation.memory.cases_size = kib(300);
    config.surge.memory.series_most = 100;
    config.surge.memory.series_size = kib(1_000);
    config.metrics.memory.cases_most = 1_500;
    config.metrics.memory.counters_most = 5;
    // Stores that authors do not fill.
    config.priority.memory.customers_most = 10;
    config.escalation.memory.teams_most = 10;
    config.surge.memory.ended_most = 10;
    config.metrics.memory.tenants_most = 2;
    config.metrics.memory.models_most = 4;
    config
}

/// A size of memory of this process in bytes, by its name in `/proc/self/status`; none elsewhere than
/// on Linux.
fn process_memory(name: &str) -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse::<usize>().ok().map(|kib| kib * 1024)
}

#[test]
fn unique_authors_at_full_rate_stay_below_the_formula() {
    let is_measured = std::env::var("HARKEN_STATE_AUTHORS").is_ok();
    let config = if is_measured { defaults() } else { small_bounds() };
    let mut pipeline = Pipeline::new(&config);
    // The fixed part: models, rules and what a stage builds at its first record.
    pipeline.feed(10, None);
    let (fixed, rss) = (held_bytes(), process_memory("VmRSS:"));
    let bound = state_bytes(&config, &STAGES);
    let mut most = 0;
    for _ in 0..10 {
        pipeline.feed(authors(12_000) / 10, None);
        let held = held_bytes() - fixed;
        most = most.max(held);
        println!("{:>9} authors: {:>6.1} MB of state", pipeline.fed(), held as f64 / 1e6);
        assert!(held <= bound, "{held} bytes of state, at most {bound} by the formula");
    }
    println!(
        "state at most {:.1} MB, by the formula {:.1} MB; VmRSS before {:?}, VmHWM {:?}; evicted {:?}",
        most as f64 / 1e6,
        bound as f64 / 1e6,
        rss,
        process_memory("VmHWM:"),
        pipeline.evicted(),
    );
    if is_measured && let Some((before, peak)) = rss.zip(process_memory("VmHWM:")) {
        assert!(peak <= before + bound, "resident {peak}, at most {before} and {bound}");
    }
    if !is_measured {
        for store in ["ids", "originals", "clusters", "authors", "open_mentions", "counters"] {
            assert!(
                pipeline.evicted().keys().any(|(_, it)| *it == store),
                "{store} was never full"
            );
        }
        let cases = ["cases", "open_cases"].map(|store| pipeline.evicted()[&("escalation", store)]);
        assert!(cases[0] > 100 && cases[1] > 100, "{cases:?}");
        // The state would be larger without bounds: each author takes more than 800 bytes.
        assert!(pipeline.fed() * 800 > bound, "the bounds are not reached");
    }
    assert_eq!(pipeline.entries_beyond(&state_bounds(&config)), Vec::<String>::new());
}

/// What one entry of a kind takes in memory: of the states restored from its changelog entries alone.
#[test]
fn entries_take_no_more_than_the_formula_counts() {
    let config = defaults();
    let mut changes = Changes::default();
    Pipeline::new(&config).feed(authors(12_000).min(100_000), Some(&mut changes));
    let mut by_kind = BTreeMap::<(&str, u8), Vec<(&[u8], &[u8])>>::new();
    for ((stage, key), value) in &changes.0 {
        let Some(value) = value else { continue };
        // Keys of cases begin with the tenant; other keys with the kind of their entry.
        let is_case = *stage == "escalation" && key[0] != 0;
        let kind = if is_case { b'c' } else { key[0] };
        by_kind.entry((stage, kind)).or_default().push((key, value));
    }
    let each = |stage: &'static str, kind: u8| {
        let entries = &by_kind[&(stage, kind)];
        let bytes = match stage {
            "dedupe" => restored_bytes::<<Dedupe as stage::Stage>::State>(stage, entries),
            "priority" => restored_bytes::<priority::State>(stage, entries),
            "escalation" => restored_bytes::<Cases>(stage, entries),
            "surge" => restored_bytes::<surge::State>(stage, entries),
            _ => restored_bytes::<reporting::State>(stage, entries),
        };
        let each = bytes as f64 / entries.len() as f64;
        println!("{stage:>10} {kind:02x}: {:>6} entries, {each:>7.1} bytes each", entries.len());
        each
    };
    let kinds: Vec<_> = by_kind.keys().copied().collect();
    let measured: BTreeMap<_, _> =
        kinds.into_iter().map(|(stage, kind)| ((stage, kind), each(stage, kind))).collect();
    for ((stage, kind), most) in [
        (("dedupe", 0x11), 42.0),
        (("dedupe", 0x12), 160.0),
        (("dedupe", 0x13), 200.0),
        (("priority", 0x12), 220.0),
        (("escalation", b'c'), 450.0),
        (("metrics", 1), 250.0),
        (("metrics", 4), 500.0),
    ] {
        let each = measured[&(stage, kind)];
        assert!(each <= most, "{stage} {kind:02x}: {each:.1} bytes each, at most {most}");
    }
}

/// Cases have sizes of their own: what their bound counts must be what they take.
#[test]
fn cases_take_at_most_the_bytes_that_their_bound_counts() {
    let mut changes = Changes::default();
    Pipeline::new(&defaults()).feed(6_000, Some(&mut changes));
    let of = |name: &'static str| {
        let entries = changes.0.iter().filter(move |((stage, _), _)| *stage == name);
        entries.filter_map(|((_, key), value)| Some((key.as_slice(), value.as_deref()?)))
    };
    let cases: Vec<_> = of("escalation").filter(|(key, _)| key[0] != 0).collect();
    let (state, bytes) = restored::<Cases>("escalation", &cases);
    assert!((bytes..bytes * 3 / 2).contains(&state.case_bytes()), "{bytes} {}", state.case_bytes());
    let series: Vec<_> = of("surge").collect();
    let (state, bytes) = restored::<surge::State>("surge", &series);
    let counted = state.series_bytes();
    assert!((bytes..bytes * 3 / 2).contains(&counted), "{bytes} {counted}");
}

/// The bytes that a state of these changelog entries holds.
fn restored_bytes<S: State>(stage: &str, entries: &[(&[u8], &[u8])]) -> usize {
    restored::<S>(stage, entries).1
}

fn restored<S: State>(stage: &str, entries: &[(&[u8], &[u8])]) -> (S, usize) {
    let before = held_bytes();
    let mut state = S::default();
    for (key, value) in entries {
        state.restore(stage, key, Some(value)).unwrap();
    }
    let bytes = held_bytes() - before;
    (state, bytes)
}
