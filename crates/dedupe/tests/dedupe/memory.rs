//! What the windows weigh, counted by the allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use dedupe::entry::Heard;
use dedupe::time::Second;
use dedupe::window::Window;
use dedupe::{Config, Dedupe, Digest, Seen};
use mention::topics;
use stage::State;
use stage::prove::{Trouble, drive};

use crate::scene::*;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
}

/// Counts what each thread holds.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn count(change: isize) {
    // A thread that is ending no longer counts.
    let _ = HELD.try_with(|held| held.set(held.get() + change));
}

#[allow(unsafe_code, reason = "an allocator is unsafe by its trait; this one only counts")]
// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
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

fn weigh<T>(make: impl FnOnce() -> T) -> (T, usize) {
    let before = HELD.get();
    let made = make();
    (made, (HELD.get() - before).unsigned_abs())
}

#[test]
fn an_id_takes_at_most_forty_bytes_however_many_there_are() {
    let (before, mut window) = (HELD.get(), Window::default());
    for n in 0..1_300_000_u32 {
        let heard = Heard { since: Second::MIN, first: 1, content: n, version: 0, marks: 1 };
        window.set(Digest::of(&n.to_le_bytes()), heard);
        if n >= 99_999 && n % 10_000 == 9_999 {
            let bytes = (HELD.get() - before).unsigned_abs();
            let each = bytes as f64 / window.len() as f64;
            assert!(each <= 40.0, "{each:.1} bytes each of {}", window.len());
            assert_eq!(bytes, window.bytes());
        }
    }
}

#[test]
fn an_empty_partition_takes_little() {
    let (seen, bytes) = weigh(Seen::default);
    assert!(seen.is_empty());
    assert!(bytes < 16_384, "{bytes} bytes");
}

#[test]
fn what_is_over_is_forgotten_and_its_entry_leaves_the_changelog() {
    let config = Config {
        window: 1000 * SECOND,
        copy_window: 1000 * SECOND,
        cluster_window: 1000 * SECOND,
        ..Config::default()
    };
    let say = |n: i64| {
        let text = format!("complaint {} of customer {n} about order {}", n * n, n * 7);
        said(&format!("author{}", n % 50), &n.to_string(), &text).after(n * SECOND)
    };
    let broker = broker(1, &(0..30_000).map(say).collect::<Vec<_>>());
    drive(Dedupe::new(config), &broker, Trouble::default());
    assert_eq!(broker.records(topics::UNIQUE).len(), 30_000);
    let entries = broker.changelog("dedupe");
    let held = |kind| entries.iter().filter(|(_, key, _)| key[0] == kind).count();
    // A window of 1,000, and a tenth that should be gone.
    for kind in [0x11, 0x12, 0x13] {
        assert!((1000..1250).contains(&held(kind)), "{} of kind {kind:02x}", held(kind));
    }
}
