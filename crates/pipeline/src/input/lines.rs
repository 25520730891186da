//! Reads lines of bounded length and parses each into mentions.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

use mention::Mention;
use platforms::{Config, LineOutcome, ParsedLine, PayloadFormat, Rejection};
use stage::{EventTime, Reloadable};

/// The result of parsing a line.
#[derive(Debug)]
pub enum InputLine {
    /// A mention; `received_at` follows the clock of the file.
    Mention(Box<Mention>),
    /// A well-formed payload that is not a mention, and its kind.
    Skipped(platforms::SkipReason),
    /// A malformed payload: line number and reason.
    Rejected(u64, Rejection),
}

/// Reads and parses lines in order.
pub struct LineReader<R> {
    from: BufReader<R>,
    format: PayloadFormat,
    settings: Reloadable<Config>,
    number: u64,
    latest: EventTime,
    pending: VecDeque<ParsedLine>,
    buffer: Vec<u8>,
    outcomes: Vec<LineOutcome>,
}

impl<R: Read> LineReader<R> {
    /// Creates a reader for this format. Each line uses the current settings.
    pub fn new(
        from: BufReader<R>,
        format: PayloadFormat,
        settings: impl Into<Reloadable<Config>>,
    ) -> Self {
        let settings = settings.into();
        let (latest, pending, buffer, outcomes) = Default::default();
        Self { from, format, settings, number: 0, latest, pending, buffer, outcomes }
    }

    /// Number of lines read so far.
    pub fn number(&self) -> u64 {
        self.number
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
        loop {
            if let Some(ParsedLine { line, outcome }) = self.pending.pop_front() {
                return Ok(Some(self.timestamped(line, outcome)));
            }
            let is_end =
                if self.format.is_line_based() { self.read_line()? } else { self.read_whole()? };
            if is_end {
                return Ok(None);
            }
        }
    }

    fn timestamped(&mut self, line: u64, outcome: LineOutcome) -> InputLine {
        match outcome {
            LineOutcome::Mention(mut mention) => {
                // Event time must not decrease within a partition.
                self.latest = self.latest.max(mention.published_at.unwrap_or(self.latest));
                mention.received_at = self.latest;
                InputLine::Mention(mention)
            }
            LineOutcome::Skipped(skip) => InputLine::Skipped(skip),
            LineOutcome::Rejected(refused) => InputLine::Rejected(line, refused),
        }
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
            // The line exceeds the limit: discard its rest, or it would be parsed as a line.
            skip_line(&mut self.from)?;
        }
        // Editors on Windows write a byte order mark.
        if self.number == 1 && self.buffer.starts_with(b"\xef\xbb\xbf") {
            self.buffer.drain(..3);
        }
        let (time, outcomes) = (self.latest, &mut self.outcomes);
        platforms::parse_one(self.format, &self.buffer, &settings, time, outcomes);
        let line = self.number;
        self.pending.extend(self.outcomes.drain(..).map(|outcome| ParsedLine { line, outcome }));
        Ok(false)
    }

    /// Reads the whole input, for formats that span lines. Returns true if it is empty.
    fn read_whole(&mut self) -> io::Result<bool> {
        self.buffer.clear();
        self.from.read_to_end(&mut self.buffer)?;
        self.number += self.buffer.split_inclusive(|b| *b == b'\n').count() as u64;
        let settings = self.settings.get();
        let parsed = platforms::parse_all(self.format, &self.buffer, &settings, self.latest);
        self.pending.extend(parsed);
        Ok(self.buffer.is_empty())
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
        let expected = ["1 at 0", "2 at 9000000", "3 at 9000000", "4 at 9000000", "5 at 10000000"];
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
}
