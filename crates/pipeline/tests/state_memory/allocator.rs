//! Counts the bytes that the program holds.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
}

struct CountingAllocator;

#[global_allocator]
static COUNTING: CountingAllocator = CountingAllocator;

/// The bytes that this thread holds, with the overhead of the system's allocator: eight bytes each,
/// rounded up to sixteen.
pub(crate) fn held_bytes() -> usize {
    HELD.get().unsigned_abs()
}

fn count(layout: Layout, sign: isize) {
    let size = (layout.size() + 8).next_multiple_of(16) as isize;
    // The counter of a thread is destroyed before the thread's last deallocations.
    let _ = HELD.try_with(|held| held.set(held.get() + sign * size));
}

#[allow(unsafe_code, reason = "an allocator is unsafe by its trait; this one only counts")]
// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout, 1);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(layout, -1);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}
