//! Reads lines of bounded length and parses each into mentions.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

use mention::Mention;
use platforms::{Config, DocumentStream, LineOutcome, ParsedLine, PayloadFormat, Rejection};
use stage::{EventTime, Reloadable};

use super::Arrival;
use super::file_clock::{FileClock, ReceiptTime, WITNESSES};

/// The result of parsing a line.
#[derive(Debug)]
pub enum InputLine {
    /// A mention; `received_at` follows the clock of the file. It lies before `published_at` only if
    /// that is too far ahead of the file.
    Mention(Box<Mention>),
    /// A well-formed payload that is not a mention, and its kind.
    Skipped(platforms::SkipReason),
    /// A malformed payload: line number and reason.
    Rejected(u64, Rejection),
}

/// A mention whose publication time is too far ahead of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CappedTime {
    /// The line of the mention, from 1.
    pub line: u64,
    /// The time in the file.
    pub published_at: EventTime,
    /// The time at which the mention is received instead.
    pub received_at: EventTime,
}

/// What is wrong with the times of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimeReport {
    /// Number of mentions whose time was capped.
    pub capped: u64,
    /// The first [`TimeReport::SHOWN`] of them.
    pub first_capped: Vec<CappedTime>,
    /// Whether the file begins with its newest mention, so that all are received at its time.
    pub is_newest_first: bool,
}

impl TimeReport {
    /// The number of capped mentions that are kept.
    pub const SHOWN: usize = 5;

    fn add(&mut self, capped: CappedTime) {
        self.capped += 1;
        if self.first_capped.len() < Self::SHOWN {
            self.first_capped.push(capped);
        }
    }
}

/// Maximum number of results that wait for the times after them; each may hold a line.
const MAX_HELD: usize = 2 * WITNESSES;

/// Reads and parses lines in order.
pub struct LineReader<R> {
    from: BufReader<R>,
    format: PayloadFormat,
    settings: Reloadable<Config>,
    number: u64,
    documents: DocumentStream,
    clock: FileClock,
    times: TimeReport,
    pending: VecDeque<ParsedLine>,
    buffer: Vec<u8>,
    outcomes: Vec<LineOutcome>,
    arrival: Arrival,
    is_end: bool,
    /// Whether the input so far ends within a line.
    is_line_open: bool,
}

impl<R: Read> LineReader<R> {
    /// Creates a reader for this format. Each line uses the current settings.
    pub fn new(
        from: BufReader<R>,
        format: PayloadFormat,
        settings: impl Into<Reloadable<Config>>,
    ) -> Self {
        Self {
            from,
            format,
            settings: settings.into(),
            number: 0,
            documents: DocumentStream::default(),
            clock: FileClock::default(),
            times: TimeReport::default(),
            pending: VecDeque::new(),
            buffer: Vec::new(),
            outcomes: Vec::new(),
            arrival: Arrival::Whole,
            is_end: false,
            is_line_open: false,
        }
    }

    /// Sets how the input arrives; a reader that is not told expects all of it to be there.
    #[must_use]
    pub fn arriving(mut self, arrival: Arrival) -> Self {
        self.arrival = arrival;
        self
    }

    /// Number of lines read so far.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The times that were capped so far.
    pub fn times(&self) -> &TimeReport {
        &self.times
    }

    /// Whether the next result is buffered, so that `read` does not block.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.pending.is_empty() || self.from.buffer().contains(&b'\n')
    }

    /// The next result; `None` at the end of the input. Empty lines give none.
    ///
    /// # Errors
    /// If reading fails.
    pub fn read(&mut self) -> io::Result<Option<InputLine>> {
        while !self.is_end && self.needs_more() {
            self.is_end =
                if self.format.is_line_based() { self.read_line()? } else { self.read_document()? };
        }
        let next = self.pending.pop_front();
        Ok(next.map(|ParsedLine { line, outcome }| self.timestamped(line, outcome)))
    }

    /// Whether more input must be parsed before the next result is certain.
    fn needs_more(&self) -> bool {
        let Some(next) = self.pending.front() else { return true };
        let LineOutcome::Mention(mention) = &next.outcome else { return false };
        if !self.clock.needs_witnesses(mention.published_at) {
            return false;
        }
        // A sender that waits for each answer must not wait for ever.
        let is_line_buffered = self.format.is_line_based() && self.from.buffer().contains(&b'\n');
        let may_read = self.arrival == Arrival::Whole || is_line_buffered;
        may_read && self.pending.len() < MAX_HELD && self.queued_times(1).count() < WITNESSES
    }

    /// The first publication times in the queue, behind the first `skipped` results.
    fn queued_times(&self, skipped: usize) -> impl Iterator<Item = EventTime> {
        let time = |parsed: &ParsedLine| match &parsed.outcome {
            LineOutcome::Mention(mention) => mention.published_at,
            _ => None,
        };
        self.pending.iter().skip(skipped).filter_map(time).take(WITNESSES)
    }

    fn timestamped(&mut self, line: u64, outcome: LineOutcome) -> InputLine {
        match outcome {
            LineOutcome::Mention(mut mention) => {
                self.receive(line, &mut mention);
                InputLine::Mention(mention)
            }
            LineOutcome::Skipped(skip) => InputLine::Skipped(skip),
            LineOutcome::Rejected(refused) => InputLine::Rejected(line, refused),
        }
    }

    /// Sets the time at which a mention is received. A publication time that was capped stays later.
    fn receive(&mut self, line: u64, mention: &mut Mention) {
        let published_at = mention.published_at;
        // Only a time that is ahead is compared with later ones.
        let following: Vec<_> = match self.clock.needs_witnesses(published_at) {
            true => self.queued_times(0).collect(),
            false => Vec::new(),
        };
        mention.received_at = match self.clock.receive(published_at, &following) {
            ReceiptTime::Accepted(time) => time,
            ReceiptTime::Capped(time) => {
                let published_at = published_at.unwrap_or(time);
                self.times.add(CappedTime { line, published_at, received_at: time });
                time
            }
        };
        self.times.is_newest_first = self.clock.is_newest_first();
    }

    /// Reads one line. Returns true at the end of the input.
    fn read_line(&mut self) -> io::Result<bool> {
        self.buffer.clear();
        let settings = self.settings.get();
        // Two bytes of slack for the line end "\r\n": a line of exactly `line_limit` is valid.
        let limit = settings.line_limit as u64 + 2;
        let mut bounded = self.from.by_ref().take(limit);
        if bounded.read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(true);
        }
        self.number += 1;
        if self.buffer.len() as u64 == limit && self.buffer.last() != Some(&b'\n') {
            // Without parsing: the part within the limit may be blank, or a mention with junk behind it.
            let too_long = Rejection::TooLong { limit: settings.line_limit };
            self.outcomes.push(LineOutcome::Rejected(too_long));
            self.queue_outcomes(self.number);
            skip_line(&mut self.from)?;
            return Ok(false);
        }
        // Editors on Windows write a byte order mark.
        if self.number == 1 && self.buffer.starts_with(b"\xef\xbb\xbf") {
            self.buffer.drain(..3);
        }
        // The clock sets `received_at` once the line is next.
        let (time, outcomes) = (EventTime::default(), &mut self.outcomes);
        platforms::parse_one(self.format, &self.buffer, &settings, time, outcomes);
        self.queue_outcomes(self.number);
        Ok(false)
    }

    /// Reads one document, on one or several lines. Returns true at the end of the input.
    fn read_document(&mut self) -> io::Result<bool> {
        let settings = self.settings.get();
        let mut is_end = false;
        loop {
            if let Some((line, document)) = self.documents.next_document(is_end) {
                let (time, outcomes) = (EventTime::default(), &mut self.outcomes);
                match document {
                    Ok(text) => platforms::parse_one(self.format, text, &settings, time, outcomes),
                    Err(rejection) => outcomes.push(LineOutcome::Rejected(rejection)),
                }
                self.queue_outcomes(line);
                return Ok(false);
            }
            if is_end {
                // The last line may have no line break.
                self.number += u64::from(std::mem::take(&mut self.is_line_open));
                return Ok(true);
            }
            let piece = self.from.fill_buf()?;
            let length = piece.len();
            is_end = length == 0;
            if let Some(last) = piece.last() {
                self.is_line_open = *last != b'\n';
            }
            self.number += piece.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            self.documents.feed(piece);
            self.from.consume(length);
        }
    }

    fn queue_outcomes(&mut self, line: u64) {
        self.pending.extend(self.outcomes.drain(..).map(|outcome| ParsedLine { line, outcome }));
    }
}

fn skip_line(from: &mut impl BufRead) -> io::Result<()> {
    loop {
        let (used, is_over) = match from.fill_buf()? {
            [] => (0, true),
            buffered => match buffered.iter().position(|b| *b == b'\n') {
                Some(at) => (at + 1, true),
                None => (buffered.len(), false),
            },
        };
        from.consume(used);
        if is_over {
            return Ok(());
        }
    }
}

impl<R> std::fmt::Debug for LineReader<R> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Lines").field("number", &self.number).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &str, line_limit: usize) -> Vec<String> {
        let settings = Config { line_limit, ..Config::default() };
        let mut lines =
            LineReader::new(BufReader::new(input.as_bytes()), PayloadFormat::Canonical, settings);
        let mut results = Vec::new();
        while let Some(line) = lines.read().unwrap() {
            results.push(match line {
                InputLine::Mention(mention) => format!("{} at {}", mention.id, mention.received_at),
                InputLine::Skipped(skip) => skip.as_str().to_owned(),
                InputLine::Rejected(line, refused) => format!("line {line}: {}", refused.as_str()),
            });
        }
        results
    }

    fn mention(id: u32, published_at: Option<&str>) -> String {
        let at = published_at.map_or(String::new(), |at| format!(r#","published_at":"{at}""#));
        format!(r#"{{"platform":"x","id":"{id}","text":"hello","author":{{"id":"a"}}{at}}}"#) + "\n"
    }

    #[test]
    fn a_mention_is_received_when_published_but_not_before_an_earlier_line() {
        let input = [
            mention(1, None),
            mention(2, Some("1970-01-01T00:00:09Z")),
            mention(3, Some("1970-01-01T00:00:04Z")),
            mention(4, None),
            mention(5, Some("1970-01-01T00:00:10Z")),
        ];
        let expected =
            ["1 at 9000000", "2 at 9000000", "3 at 9000000", "4 at 9000000", "5 at 10000000"];
        assert_eq!(read(&input.concat(), 1000), expected);
    }

    #[test]
    fn malformed_and_oversized_lines_are_rejected_by_number_and_the_rest_is_read() {
        let input =
            format!("\u{feff}{}\n{{\n{}\n{}", mention(1, None), "x".repeat(5000), mention(2, None));
        assert_eq!(
            read(&input, 1000),
            ["1 at 0", "line 3: not_json", "line 4: too_long", "2 at 0"]
        );
    }

    #[test]
    fn a_line_that_is_too_long_is_rejected_whatever_its_beginning() {
        let blank = " ".repeat(2000);
        let hidden = format!("{blank}{}", mention(1, None));
        let prefixed = mention(1, None).replace('\n', &format!("{blank}junk\n"));
        let input = format!("{hidden}{prefixed}{}", mention(2, None));
        assert_eq!(read(&input, 1000), ["line 1: too_long", "line 2: too_long", "2 at 0"]);
    }
}
