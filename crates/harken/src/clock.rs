//! The one place of this program that reads the wall clock; stages take time from their records.

#![allow(
    clippy::disallowed_methods,
    reason = "an edge: progress, pace and measured latency need the real clock"
)]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use stage::Micros;

/// Microseconds since the Unix epoch.
#[must_use]
pub fn now() -> Micros {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Micros::try_from(since.as_micros()).unwrap_or(Micros::MAX)
}

/// Measures how long something takes.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
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

/// Waits.
pub fn sleep(time: Duration) {
    std::thread::sleep(time);
}
