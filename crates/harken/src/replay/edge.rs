//! Both ends of a replay: lines in, routed mentions out.

use std::io::{Read, Write};

use mention::{Filtered, Mention, Raised, Routed, Spread, Unique, topics};
use stage::memory::Broker;

use super::progress::Progress;
use super::{Line, Lines, Summary};
use crate::embedded::{CHUNK, Edge, Outbreaks, Turn, append, take};
use crate::{Problem, output};

/// A replay under way. `out` receives the routed mentions, `log` what was refused.
#[derive(Debug)]
pub struct Replay<R, W, L> {
    lines: Lines<R>,
    outbreaks: Outbreaks,
    /// The first mention of the next minute.
    ahead: Option<Box<Mention>>,
    out: W,
    log: L,
    summary: Summary,
    dead_at_dedupe: u64,
    progress: Progress,
}

impl<R: Read, W: Write, L: Write> Replay<R, W, L> {
    /// Begins.
    pub fn new(lines: Lines<R>, outbreaks: Outbreaks, out: W, log: L) -> Self {
        let (summary, progress) = (Summary::default(), Progress::new());
        Self { lines, outbreaks, ahead: None, out, log, summary, dead_at_dedupe: 0, progress }
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
        let mut fed = 0;
        if let Some(mention) = self.ahead.take() {
            self.hear(&mention, broker)?;
            fed += 1;
        }
        while fed < CHUNK {
            if fed > 0 && !self.lines.is_ready() {
                break;
            }
            let line = self.lines.read();
            match line.map_err(|e| Problem::Unavailable(format!("read on: {e}")))? {
                Some(Line::Mention(mention)) => {
                    if fed > 0 && self.outbreaks.is_due(mention.received_at) {
                        self.ahead = Some(mention);
                        break;
                    }
                    self.hear(&mention, broker)?;
                }
                Some(Line::Skipped(skip)) => self.summary.skip(skip.as_str()),
                Some(Line::Refused(number, why)) => {
                    self.summary.refuse(why.as_str());
                    self.tell(&format!("line {number}: {why}"));
                }
                None if fed == 0 => {
                    self.notice(broker)?;
                    return Ok(Turn::End);
                }
                None => break,
            }
            fed += 1;
        }
        Ok(Turn::More)
    }

    /// Feeds a mention; before the first one of a minute all earlier ones have been processed.
    fn hear(&mut self, mention: &Mention, broker: &Broker) -> Result<(), Problem> {
        if self.outbreaks.is_due(mention.received_at) {
            self.notice(broker)?;
        }
        let mut key = Vec::with_capacity(64);
        mention.key(&mut key);
        append(broker, topics::RECEIVED, mention.received_at, &key, mention);
        self.outbreaks.fed(mention.received_at);
        self.summary.heard += 1;
        Ok(())
    }

    /// Lets outbreaks be noticed.
    fn notice(&mut self, broker: &Broker) -> Result<(), Problem> {
        let told = self.outbreaks.turn(broker)?;
        self.summary.incidents +=
            told.iter().filter(|incident| incident.revision == 1).count() as u64;
        Ok(())
    }

    /// Writes what came out; whether anybody still reads it.
    fn drain(&mut self, broker: &Broker) -> Result<bool, Problem> {
        broker.take(topics::RECEIVED);
        broker.take(topics::REACTION);
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
