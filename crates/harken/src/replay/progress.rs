//! How far a replay has come: one line on a terminal, rewritten; nothing anywhere else.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use crate::clock::Stopwatch;

/// How often the line is rewritten, at most.
const EVERY: Duration = Duration::from_millis(200);

/// The line.
#[derive(Debug)]
pub(super) struct Progress {
    is_shown: bool,
    since: Stopwatch,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self { is_shown: std::io::stderr().is_terminal(), since: Stopwatch::start() }
    }

    pub(super) fn show(&mut self, lines: u64, routed: u64) {
        if self.is_shown && self.since.elapsed() >= EVERY {
            self.since = Stopwatch::start();
            // Progress is a courtesy: a terminal that has gone away does not stop the work.
            let _ = write!(std::io::stderr(), "\r{lines} lines, {routed} routed \x1b[K");
        }
    }

    pub(super) fn clear(&mut self) {
        if self.is_shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
