//! Both ends of a replay: lines in, routed mentions out.

use std::io::{Read, Write};

use mention::{Filtered, Raised, Routed, Spread, Unique, topics};
use stage::memory::Broker;

use super::progress::Progress;
use super::{Line, Lines, Summary};
use crate::embedded::{CHUNK, Edge, Turn, append, take};
use crate::{Problem, output};

/// A replay under way. `out` receives the routed mentions, `log` what was refused.
#[derive(Debug)]
pub struct Replay<R, W, L> {
    lines: Lines<R>,
    out: W,
    log: L,
    summary: Summary,
    dead_at_dedupe: u64,
    progress: Progress,
}

impl<R: Read, W: Write, L: Write> Replay<R, W, L> {
    /// Begins.
    pub fn new(lines: Lines<R>, out: W, log: L) -> Self {
        let (summary, progress) = (Summary::default(), Progress::new());
        Self { lines, out, log, summary, dead_at_dedupe: 0, progress }
    }

    /// What was counted.
    #[must_use]
    pub fn end(mut self) -> Summary {
        self.progress.clear();
        self.summary.lines = self.lines.number();
        self.summary.close(self.dead_at_dedupe);
        self.summary
    }

    /// Reads the next mentions; whether there were any.
    fn feed(&mut self, broker: &Broker) -> Result<Turn, Problem> {
        for fed in 0..CHUNK {
            if fed > 0 && !self.lines.is_ready() {
                break;
            }
            let line = self.lines.read();
            match line.map_err(|e| Problem::Unavailable(format!("read on: {e}")))? {
                Some(Line::Mention(mention)) => {
                    let mut key = Vec::with_capacity(64);
                    mention.key(&mut key);
                    append(broker, topics::RECEIVED, mention.received_at, &key, &*mention);
                    self.summary.heard += 1;
                }
                Some(Line::Skipped(skip)) => self.summary.skip(skip.as_str()),
                Some(Line::Refused(number, why)) => {
                    self.summary.refuse(why.as_str());
                    self.tell(&format!("line {number}: {why}"));
                }
                None if fed == 0 => return Ok(Turn::End),
                None => break,
            }
        }
        Ok(Turn::More)
    }

    /// Writes what came out; whether anybody still reads it.
    fn drain(&mut self, broker: &Broker) -> Result<bool, Problem> {
        broker.take(topics::RECEIVED);
        broker.take(topics::SIGNAL);
        for unique in take::<Unique>(broker, topics::UNIQUE)? {
            self.summary.unique(&unique);
        }
        self.summary.spread += take::<Spread>(broker, topics::SPREAD)?.len() as u64;
        self.summary.raised += take::<Raised>(broker, topics::RAISED)?.len() as u64;
        for filtered in take::<Filtered>(broker, topics::FILTERED)? {
            self.summary.filtered(&filtered);
        }
        for letter in broker.take_dead() {
            self.summary.dead_letters += 1;
            self.dead_at_dedupe += u64::from(letter.at.topic == topics::RECEIVED);
            let (stage, reason) = (letter.reject.stage, letter.reject.reason.as_str());
            self.tell(&format!("{stage} refused a mention as {reason}: {}", letter.reject.message));
        }
        for routed in take::<Routed>(broker, topics::ROUTED)? {
            self.summary.routed(&routed);
            let json = serde_json::to_vec(&routed)
                .map_err(|e| Problem::Bug(format!("print a routed mention: {e}")))?;
            if let Err(e) = self.out.write_all(&json).and_then(|()| self.out.write_all(b"\n")) {
                return output::lost(&e).map(|()| false);
            }
        }
        Ok(true)
    }

    fn tell(&mut self, line: &str) {
        self.progress.clear();
        // Standard error may be closed: there is nobody left to tell, and the count stands.
        let _ = writeln!(self.log, "{line}");
    }
}

impl<R: Read, W: Write, L: Write> Edge for Replay<R, W, L> {
    fn turn(&mut self, broker: &Broker) -> Result<Turn, Problem> {
        if !self.drain(broker)? {
            return Ok(Turn::End);
        }
        self.progress.show(self.lines.number(), self.summary.routed);
        // Whoever writes line by line into a pipe gets his answers before he is waited for.
        if !self.lines.is_ready()
            && let Err(e) = self.out.flush()
        {
            return output::lost(&e).map(|()| Turn::End);
        }
        self.feed(broker)
    }
}
