//! The wall clock. No other module of this crate reads it; stages use the event time of records.

#![allow(clippy::disallowed_methods, reason = "this module is the only access to the wall clock")]

use std::time::{Duration, Instant, SystemTime};

use stage::WallTime;

/// The wall clock.
#[must_use]
pub fn now() -> WallTime {
    WallTime::from(SystemTime::now())
}

/// A stopwatch on the monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// A stopwatch that starts now.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Blocks the thread for `time`.
pub fn sleep(time: Duration) {
    std::thread::sleep(time);
}
