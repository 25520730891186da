//! Counts the memory that a thread holds, to show what reading may take.
#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

fn add(size: usize) {
    let _ = HELD.try_with(|held| {
        held.set(held.get().wrapping_add(size));
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
    });
}

// SAFETY: hands every request to the system's allocator, and only counts beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller's promise is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        let _ = HELD.try_with(|held| held.set(held.get().wrapping_sub(layout.size())));
        // SAFETY: the caller's promise is the system's.
        unsafe { System.dealloc(place, layout) }
    }
    // `realloc` is left to its default, which holds the old and the new place at once: the worst.
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The most that this thread held during the work beyond what it held before, in bytes.
pub(crate) fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    // What other threads have freed of ours, or we of theirs, must not wrap around.
    HELD.set(1 << 40);
    PEAK.set(1 << 40);
    let done = work();
    (done, PEAK.get() - (1 << 40))
}

#[test]
fn memory_is_counted() {
    let (kept, peak) = peak(|| {
        drop(vec![0u8; 5_000]);
        vec![0u8; 1_000]
    });
    assert_eq!((kept.len(), peak), (1_000, 5_000));
}
