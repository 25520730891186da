//! An allocator that counts the memory a thread holds, to limit what reading a record allocates.
#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct PeakAllocator;

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

// SAFETY: forwards every request to the system allocator and only counts the bytes.
unsafe impl GlobalAlloc for PeakAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller upholds the same contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        let _ = HELD.try_with(|held| held.set(held.get().wrapping_sub(layout.size())));
        // SAFETY: the caller upholds the same contract.
        unsafe { System.dealloc(place, layout) }
    }
    // The default `realloc` holds the old and the new block at once, so the count is an upper bound.
}

#[global_allocator]
static ALLOCATOR: PeakAllocator = PeakAllocator;

/// Runs `work` and returns its result and the peak memory it added on this thread, in bytes.
pub(crate) fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    // Starts high, because memory freed on another thread than it was allocated on would otherwise
    // wrap the counter around.
    HELD.set(1 << 40);
    PEAK.set(1 << 40);
    let result = work();
    (result, PEAK.get() - (1 << 40))
}

#[test]
fn the_peak_is_the_most_memory_held_at_once() {
    let (kept, peak) = peak(|| {
        drop(vec![0u8; 5_000]);
        vec![0u8; 1_000]
    });
    assert_eq!((kept.len(), peak), (1_000, 5_000));
}
