//! The bounds of the state: full stores forget their oldest entries, and expired entries go while no
//! record arrives.

use std::collections::BTreeMap;

use dedupe::{Bounds, Config, Dedupe, State};
use mention::topics;
use proptest::prelude::*;
use stage::fault_injection::{FaultPlan, RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog};
use stage::{CommitObserver, Eviction, Quarantine, State as _, TimeDelta, run};

use crate::scene::*;

/// A text that no other number has, long enough to be compared and unlike the others.
fn complaint(n: i64) -> TestMention {
    let text = format!("complaint {} of customer {n} about order {}", n * n, n * 7);
    post(&format!("author{}", n % 50), &n.to_string(), &text).after(n * TimeDelta::SECOND)
}

fn bounded(memory: Bounds) -> Config {
    Config { memory, ..Config::default() }
}

fn few(most: usize) -> Bounds {
    Bounds { ids_most: most, originals_most: most, clusters_most: most, ..Bounds::default() }
}

#[derive(Default)]
struct Evicted(BTreeMap<&'static str, u64>);

impl CommitObserver<Dedupe> for Evicted {
    fn on_commit(&mut self, _: &BTreeMap<i32, State>) {}

    fn on_evictions(&mut self, evictions: &[Eviction]) {
        for Eviction { stage, store, entries } in evictions {
            assert_eq!(*stage, "dedupe");
            *self.0.entry(store).or_default() += entries;
        }
    }
}

/// The evictions of a run, by store.
fn evictions(config: Config, broker: &MemoryBroker) -> BTreeMap<&'static str, u64> {
    let mut evicted = Evicted::default();
    let mut log = MemoryLog::new::<Dedupe>(broker, (), DeliveryPlan::default());
    run(&Dedupe::new(config), &mut log, &mut Quarantine::default(), &mut evicted).unwrap();
    evicted.0
}

/// The entries of the changelog by kind: ids, originals, clusters.
fn stored(broker: &MemoryBroker) -> [usize; 3] {
    let entries = broker.changelog("dedupe");
    [0x11, 0x12, 0x13].map(|kind| entries.iter().filter(|(_, key, _)| key[0] == kind).count())
}

#[test]
fn a_full_store_keeps_its_bound_and_counts_what_it_forgets() {
    let posts: Vec<_> = (0..3000).map(complaint).collect();
    let broker = broker(1, &posts);
    let evicted = evictions(bounded(few(400)), &broker);
    assert_eq!(stored(&broker), [400; 3]);
    assert_eq!([evicted["ids"], evicted["originals"]], [2600; 2]);
    // A few of the texts are near enough to join a cluster.
    assert!((2500..=2600).contains(&evicted["clusters"]), "{evicted:?}");
    assert_eq!(broker.records(topics::UNIQUE).len(), 3000);
}

#[test]
fn a_full_store_forgets_old_entries_before_new_ones() {
    // Every mention twice at the end: those of the last bound's worth are mostly remembered, those
    // before mostly forgotten.
    let redelivered = |n: i64| TestMention { time: complaint(3000).time, ..complaint(n) };
    let posts: Vec<_> =
        (0..3000).map(complaint).chain([redelivered(2999), redelivered(2950)]).collect();
    let outputs = run_stage(bounded(few(400)), &posts);
    assert_eq!(outputs[3000], StageOutput::Nothing);
    assert_eq!(outputs[3001], StageOutput::Nothing);

    let old: Vec<_> = (0..3000).map(complaint).chain((0..100).map(redelivered)).collect();
    let outputs = run_stage(bounded(few(400)), &old);
    let forgotten = outputs[3000..].iter().filter(|it| **it != StageOutput::Nothing).count();
    assert_eq!(forgotten, 100, "the oldest of 3000 are gone");
}

#[test]
fn originals_are_bounded_in_bytes_too() {
    let long = |n: i64| complaint(n).with(|it| it.id = format!("{n}{}", "x".repeat(400)));
    let posts: Vec<_> = (0..500).map(long).collect();
    let broker = broker(1, &posts);
    let bounds = Bounds { originals_bytes: 20_000, ..Bounds::default() };
    let evicted = evictions(bounded(bounds), &broker);
    let mut state = State::default();
    for (_, key, value) in broker.changelog("dedupe") {
        state.restore("dedupe", &key, Some(&value)).unwrap();
    }
    assert!((15_000..=20_000).contains(&state.original_bytes()), "{}", state.original_bytes());
    assert_eq!(evicted["originals"] as usize, 500 - stored(&broker)[1]);
}

#[test]
fn a_state_above_a_lowered_bound_shrinks_with_each_mention() {
    let posts: Vec<_> = (0..1000).map(complaint).collect();
    let broker = broker(1, &posts);
    run_to_end(Dedupe::new(Config::default()), (), &broker, FaultPlan::default());
    let more = crate::scene::broker(1, &(1000..1100).map(complaint).collect::<Vec<_>>());
    for raw in more.records(topics::RECEIVED) {
        broker.append(topics::RECEIVED, raw.time, &raw.key, raw.value);
    }
    run_to_end(Dedupe::new(bounded(few(500))), (), &broker, FaultPlan::default());
    assert_eq!(stored(&broker), [500; 3]);
}

#[test]
fn every_fault_plan_leaves_the_outputs_of_full_stores_unchanged() {
    // Redeliveries, copies and near copies of what may be forgotten.
    let posts: Vec<_> = (0..60)
        .map(|n| {
            let mut it = complaint(n % 17).after(n * TimeDelta::SECOND);
            if n % 5 == 0 {
                it.mention.id = n.to_string();
            }
            it
        })
        .collect();
    let evicted = evictions(bounded(few(4)), &broker(2, &posts));
    assert!(evicted.len() == 3 && evicted.values().all(|n| *n > 10), "{evicted:?}");
    let plans = assert_fault_tolerant(None, &|plan| {
        let broker = broker(2, &posts);
        run_to_end(Dedupe::new(bounded(few(4))), (), &broker, plan);
        RunOutcome::read(&broker, &[topics::UNIQUE, topics::SPREAD], &["dedupe"])
    });
    assert!(plans > 300, "{plans}");
}

/// Runs the stage on a broker whose input is processed, once for each second from `from` on.
fn pass_time(config: &Config, broker: &MemoryBroker, from: TimeDelta, seconds: i64) {
    for second in 0..seconds {
        let end_time = Some(START + from + second * TimeDelta::SECOND);
        let delivery = DeliveryPlan { end_time, ..DeliveryPlan::default() };
        let plan = FaultPlan { delivery, panicking_call: None };
        run_to_end(Dedupe::new(config.clone()), (), broker, plan);
    }
}

#[test]
fn expired_entries_are_removed_while_no_record_arrives() {
    let config = Config {
        window: TimeDelta::HOUR,
        copy_window: TimeDelta::HOUR,
        cluster_window: TimeDelta::HOUR,
        ..Config::default()
    };
    let posts: Vec<_> = (0..300).map(complaint).collect();
    let broker = broker(1, &posts);
    run_to_end(Dedupe::new(config.clone()), (), &broker, FaultPlan::default());
    pass_time(&config, &broker, 10 * TimeDelta::MINUTE, 256);
    assert_eq!(stored(&broker), [300; 3], "within the window");
    pass_time(&config, &broker, 2 * TimeDelta::HOUR, 256);
    assert_eq!(stored(&broker), [0; 3]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever the bounds, they hold, and neither the sizes of batches nor a restart in between show.
    #[test]
    fn bounds_hold_and_batches_do_not_show(
        numbers in prop::collection::vec(0..80_i64, 1..150),
        bounds in prop::array::uniform3(1..40_usize),
        cut in 0..150_usize,
    ) {
        let [ids_most, originals_most, clusters_most] = bounds;
        let memory = Bounds { ids_most, originals_most, clusters_most, ..Bounds::default() };
        let posts: Vec<_> = numbers
            .iter()
            .zip(0..)
            .map(|(n, second)| complaint(*n).after(second * TimeDelta::SECOND))
            .collect();
        let run_with = |max_batch, rebalance| {
            let broker = broker(1, &posts);
            let delivery = DeliveryPlan { max_batch, rebalance, ..DeliveryPlan::default() };
            let plan = FaultPlan { delivery, panicking_call: None };
            run_to_end(Dedupe::new(bounded(memory)), (), &broker, plan);
            RunOutcome::read(&broker, &[topics::UNIQUE, topics::SPREAD], &["dedupe"])
        };
        let whole = run_with(500, None);
        prop_assert_eq!(&run_with(1, Some((cut, 0))), &whole);
        prop_assert_eq!(&run_with(7, None), &whole);
        for (kind, most) in [(0x11, ids_most), (0x12, originals_most), (0x13, clusters_most)] {
            let held = whole.changes.iter().filter(|(_, key, _)| key[0] == kind).count();
            prop_assert!(held <= most, "{} of {} of kind {:x}", held, most, kind);
        }
    }
}
