//! The driver of a replay: feeds mentions, writes routed ones.

use std::io::{Read, Write};

use mention::{Filtered, Mention, Raised, Routed, Spread, Unique, topics};
use stage::Topic;
use stage::memory::MemoryBroker;

use super::progress_line::ProgressLine;
use pipeline::input::{InputLine, LineReader};

use super::Summary;
use crate::{CommandError, Failure, output};
use pipeline::memory_runner::{CHUNK, Driver, Progress, SurgeRunner, append_fact, take_facts};

/// The topics that a stage or the driver reads after the records were processed.
const READ_AGAIN: [Topic; 3] = [topics::SIGNAL, topics::INCIDENT, topics::PROFILE];

/// A running replay. `out` receives routed mentions, `log` receives rejected lines and records.
#[derive(Debug)]
pub struct ReplayDriver<R, W, L> {
    lines: LineReader<R>,
    outbreaks: SurgeRunner,
    /// The first mention of the next minute, held back until all earlier ones are processed.
    next_minute: Option<Box<Mention>>,
    out: W,
    log: L,
    summary: Summary,
    rejected_by_dedupe: u64,
    progress: ProgressLine,
}

impl<R: Read, W: Write, L: Write> ReplayDriver<R, W, L> {
    /// A replay of `lines`.
    pub fn new(lines: LineReader<R>, outbreaks: SurgeRunner, out: W, log: L) -> Self {
        let (summary, progress) = (Summary::default(), ProgressLine::new());
        Self {
            lines,
            outbreaks,
            next_minute: None,
            out,
            log,
            summary,
            rejected_by_dedupe: 0,
            progress,
        }
    }

    /// Closes and returns the counts.
    #[must_use]
    pub fn finish(mut self) -> Summary {
        self.progress.clear();
        self.summary.lines = self.lines.number();
        self.summary.note_times(self.lines.times());
        self.summary.close(self.rejected_by_dedupe);
        self.summary
    }

    /// Appends the next chunk of mentions. Returns `End` if the input has ended.
    fn feed(&mut self, broker: &MemoryBroker) -> Result<Progress, CommandError> {
        let mut appended = 0;
        if let Some(mention) = self.next_minute.take() {
            self.feed_mention(&mention, broker)?;
            appended += 1;
        }
        while appended < CHUNK {
            // Reading now would block while records wait to be processed.
            if appended > 0 && !self.lines.is_ready() {
                break;
            }
            let line = self.lines.read();
            match line
                .map_err(|e| CommandError::Unavailable(Failure::new("continue reading", e)))?
            {
                Some(InputLine::Mention(mut mention)) => {
                    // Only a time that was capped is later: nothing may see the wrong one.
                    mention.published_at =
                        mention.published_at.map(|at| at.min(mention.received_at));
                    if appended > 0 && self.outbreaks.is_due(mention.received_at) {
                        // `surge` runs on complete minutes only: this mention must wait for the next chunk.
                        self.next_minute = Some(mention);
                        break;
                    }
                    self.feed_mention(&mention, broker)?;
                }
                Some(InputLine::Skipped(skip)) => self.summary.skip(skip.as_str()),
                Some(InputLine::Rejected(number, reason)) => {
                    self.summary.reject(reason.as_str());
                    self.log_line(&format!("line {number}: {reason}"));
                }
                None if appended == 0 => {
                    self.run_surge(broker)?;
                    return Ok(Progress::End);
                }
                None => break,
            }
            appended += 1;
        }
        Ok(Progress::More)
    }

    /// Appends a mention. Before the first one of a minute, `surge` processes the signals so far.
    fn feed_mention(
        &mut self,
        mention: &Mention,
        broker: &MemoryBroker,
    ) -> Result<(), CommandError> {
        if self.outbreaks.is_due(mention.received_at) {
            self.run_surge(broker)?;
        }
        let mut key = Vec::with_capacity(64);
        mention.key(&mut key);
        append_fact(broker, topics::RECEIVED, mention.received_at, &key, mention);
        self.outbreaks.note_fed(mention.received_at);
        self.summary.received += 1;
        Ok(())
    }

    /// Runs `surge` on the signals so far and counts new incidents.
    fn run_surge(&mut self, broker: &MemoryBroker) -> Result<(), CommandError> {
        let incidents = self.outbreaks.run_due(broker)?;
        self.summary.incidents +=
            incidents.iter().filter(|incident| incident.revision == 1).count() as u64;
        Ok(())
    }

    /// Counts and writes the outputs. Returns false if the reader of `out` has closed the pipe.
    fn drain(&mut self, broker: &MemoryBroker) -> Result<bool, CommandError> {
        for unique in take_facts::<Unique>(broker, topics::UNIQUE)? {
            self.summary.unique(&unique);
        }
        self.summary.spread += take_facts::<Spread>(broker, topics::SPREAD)?.len() as u64;
        self.summary.raised += take_facts::<Raised>(broker, topics::RAISED)?.len() as u64;
        for filtered in take_facts::<Filtered>(broker, topics::FILTERED)? {
            self.summary.filtered(&filtered);
        }
        for letter in broker.drain_dead_letters() {
            self.summary.dead_letters += 1;
            // Records rejected by dedupe never became unique; `Summary::close` needs them apart.
            self.rejected_by_dedupe += u64::from(letter.record.at.topic == topics::RECEIVED);
            let (stage, reason) = (letter.reject.stage, letter.reject.reason.as_str());
            self.log_line(&format!(
                "{stage} rejected a record ({reason}): {}",
                letter.reject.message
            ));
        }
        for routed in take_facts::<Routed>(broker, topics::ROUTED)? {
            self.summary.routed(&routed);
            let json = serde_json::to_string(&routed)
                .map_err(|e| CommandError::Bug(Failure::new("print a routed mention", e)))?;
            let json = output::visible_data(&json);
            if let Err(e) =
                self.out.write_all(json.as_bytes()).and_then(|()| self.out.write_all(b"\n"))
            {
                return output::ignore_broken_pipe(e).map(|()| false);
            }
        }
        // The rest is no part of the result. Whatever a stage writes is drained, to bound memory; only
        // `surge` and broadcast tables are read again.
        let is_read_again = |topic: &Topic| READ_AGAIN.contains(topic);
        for topic in topics::ALL.into_iter().filter(|topic| !is_read_again(topic)) {
            broker.drain(topic);
        }
        Ok(true)
    }

    fn log_line(&mut self, line: &str) {
        self.progress.clear();
        // Standard error may be closed; the summary still counts the rejection.
        let _ = writeln!(self.log, "{}", output::visible(line));
    }
}

impl<R: Read, W: Write, L: Write> Driver for ReplayDriver<R, W, L> {
    fn advance(&mut self, broker: &MemoryBroker) -> Result<Progress, CommandError> {
        if !self.drain(broker)? {
            return Ok(Progress::End);
        }
        self.progress.show(self.lines.number(), self.summary.routed);
        // A client that writes one line at a time needs the answer before the read below blocks.
        if !self.lines.is_ready()
            && let Err(e) = self.out.flush()
        {
            return output::ignore_broken_pipe(e).map(|()| Progress::End);
        }
        self.feed(broker)
    }
}
