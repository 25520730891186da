//! The memory of the state, measured by a counting allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use dedupe::changelog::{Key, Value};
use dedupe::digest_map::DigestMap;
use dedupe::entry::{Cluster, OriginalEntry, SeenEntry};
use dedupe::time::Second;
use dedupe::{Config, Dedupe, Digest, State};
use mention::topics;
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::{KeyedState as _, State as _, TimeDelta};

use crate::scene::*;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
}

/// Counts the bytes that each thread holds.
struct CountingAllocator;

#[global_allocator]
static COUNTING: CountingAllocator = CountingAllocator;

fn count(change: isize) {
    // The counter of a thread is destroyed before the thread's last deallocations.
    let _ = HELD.try_with(|held| held.set(held.get() + change));
}

#[allow(unsafe_code, reason = "an allocator is unsafe by its trait; this one only counts")]
// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}

/// A value and the bytes that it holds.
fn measure<T>(make: impl FnOnce() -> T) -> (T, usize) {
    let before = HELD.get();
    let made = make();
    (made, (HELD.get() - before).unsigned_abs())
}

#[test]
fn an_id_takes_at_most_forty_bytes_at_every_size_of_the_map() {
    let (before, mut map) = (HELD.get(), DigestMap::default());
    for n in 0..1_300_000_u32 {
        let entry = SeenEntry { since: Second::MIN, first: 1, content: n, version: 0, flags: 1 };
        map.set(Digest::of(&n.to_le_bytes()), entry);
        if n >= 99_999 && n % 10_000 == 9_999 {
            let bytes = (HELD.get() - before).unsigned_abs();
            let each = bytes as f64 / map.len() as f64;
            assert!(each <= 40.0, "{each:.1} bytes for each of {} ids", map.len());
            assert_eq!(bytes, map.bytes());
        }
    }
}

/// The bytes that each of `count` entries takes in a state; these figures are those of
/// `docs/explanation/state.md`.
fn bytes_each(count: u32, entry: impl Fn(u32) -> (Key, Value)) -> (State, f64) {
    let (before, mut state) = (HELD.get(), State::default());
    for n in 0..count {
        let (key, value) = entry(n);
        state.apply(key, Some(value)).unwrap();
    }
    let bytes = (HELD.get() - before).unsigned_abs();
    (state, bytes as f64 / f64::from(count))
}

#[test]
fn a_cluster_takes_at_most_200_bytes() {
    let entry = |n: u32| {
        let cluster = Cluster { since: Second::MIN, size: 1 };
        (Key::Cluster(u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15)), Value::Cluster(cluster))
    };
    let (_, each) = bytes_each(100_000, entry);
    assert!(each <= 200.0, "{each:.1} bytes");
}

#[test]
fn originals_take_at_most_the_bytes_that_their_bound_counts() {
    for length in [12, 60, 512] {
        let entry = |n: u32| {
            let id = format!("{n:0length$}").into();
            let original = OriginalEntry { since: Second::MIN, content: n, id };
            (Key::Original(Digest::of(&n.to_le_bytes())), Value::Original(original))
        };
        let (state, each) = bytes_each(100_000, entry);
        let counted = state.original_bytes() as f64 / 100_000.0;
        assert!((each..each * 1.4).contains(&counted), "{each:.1} bytes, counted {counted:.1}");
    }
}

#[test]
fn an_empty_partition_takes_less_than_16_kib() {
    let (state, bytes) = measure(State::default);
    assert!(state.is_empty());
    assert!(bytes < 16_384, "{bytes} bytes");
}

#[test]
fn expired_entries_are_removed_from_the_changelog() {
    let config = Config {
        window: 1000 * TimeDelta::SECOND,
        copy_window: 1000 * TimeDelta::SECOND,
        cluster_window: 1000 * TimeDelta::SECOND,
        ..Config::default()
    };
    let complaint = |n: i64| {
        let text = format!("complaint {} of customer {n} about order {}", n * n, n * 7);
        post(&format!("author{}", n % 50), &n.to_string(), &text).after(n * TimeDelta::SECOND)
    };
    let broker = broker(1, &(0..30_000).map(complaint).collect::<Vec<_>>());
    run_to_end(Dedupe::new(config), (), &broker, FaultPlan::default());
    assert_eq!(broker.records(topics::UNIQUE).len(), 30_000);
    let entries = broker.changelog("dedupe");
    let count = |kind| entries.iter().filter(|(_, key, _)| key[0] == kind).count();
    // A window of 1,000 entries, and about a tenth that is expired but not yet removed.
    for kind in [0x11, 0x12, 0x13] {
        assert!((1000..1250).contains(&count(kind)), "{} of kind {kind:02x}", count(kind));
    }
}
