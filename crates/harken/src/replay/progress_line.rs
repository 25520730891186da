//! The progress of a replay on standard error: one line, rewritten in place, on a terminal; a line now and
//! then in a log.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use pipeline::clock::Stopwatch;

/// Time between two updates on a terminal.
const REWRITE_EVERY: Duration = Duration::from_millis(200);
/// Time between two lines of a log.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// The progress line.
#[derive(Debug)]
pub(super) struct ProgressLine {
    is_terminal: bool,
    started: Stopwatch,
    since: Stopwatch,
}

impl ProgressLine {
    pub(super) fn new() -> Self {
        let started = Stopwatch::start();
        Self { is_terminal: io::stderr().is_terminal(), started, since: started }
    }

    pub(super) fn show(&mut self, lines: u64, routed: u64) {
        let every = if self.is_terminal { REWRITE_EVERY } else { LOG_EVERY };
        if self.since.elapsed() < every {
            return;
        }
        self.since = Stopwatch::start();
        let text = describe(lines, routed, self.started.elapsed());
        // A terminal that has closed must not stop the replay.
        let _ = match self.is_terminal {
            true => write!(io::stderr(), "\r{text} \x1b[K"),
            false => writeln!(io::stderr(), "{text}"),
        };
    }

    pub(super) fn clear(&mut self) {
        if self.is_terminal {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

fn describe(lines: u64, routed: u64, took: Duration) -> String {
    let rate = lines as f64 / took.as_secs_f64().max(0.001);
    format!("{lines} lines, {routed} routed, {rate:.0} lines/s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_states_counts_and_rate() {
        let text = describe(120_000, 90_000, Duration::from_secs(10));
        assert_eq!(text, "120000 lines, 90000 routed, 12000 lines/s");
        assert_eq!(describe(0, 0, Duration::ZERO), "0 lines, 0 routed, 0 lines/s");
    }
}
