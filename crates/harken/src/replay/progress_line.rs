//! The progress of a replay: one line, rewritten in place, if standard error is a terminal.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use pipeline::clock::Stopwatch;

/// Minimum time between two updates.
const EVERY: Duration = Duration::from_millis(200);

/// The progress line.
#[derive(Debug)]
pub(super) struct ProgressLine {
    is_shown: bool,
    since: Stopwatch,
}

impl ProgressLine {
    pub(super) fn new() -> Self {
        Self { is_shown: std::io::stderr().is_terminal(), since: Stopwatch::start() }
    }

    pub(super) fn show(&mut self, lines: u64, routed: u64) {
        if self.is_shown && self.since.elapsed() >= EVERY {
            self.since = Stopwatch::start();
            // A terminal that has closed must not stop the replay.
            let _ = write!(std::io::stderr(), "\r{lines} lines, {routed} routed \x1b[K");
        }
    }

    pub(super) fn clear(&mut self) {
        if self.is_shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
