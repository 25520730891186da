//! Lines of a file, of bounded length, each turned into what it says.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

use mention::Mention;
use platforms::{Format, Heard, Outcome, Refused, Settings};
use stage::{Micros, Reloadable};

/// What a line says.
#[derive(Debug)]
pub enum Line {
    /// A mention, with the time it counts as heard.
    Mention(Box<Mention>),
    /// Something that is no mention, and why.
    Skipped(platforms::Skip),
    /// Something broken, on this line, and why.
    Refused(u64, Refused),
}

/// Reads lines one after another.
pub struct Lines<R> {
    from: BufReader<R>,
    format: Format,
    settings: Reloadable<Settings>,
    number: u64,
    latest: Micros,
    waiting: VecDeque<Heard>,
    buffer: Vec<u8>,
    outcomes: Vec<Outcome>,
}

impl<R: Read> Lines<R> {
    /// Reads lines of this format.
    pub fn new(
        from: BufReader<R>,
        format: Format,
        settings: impl Into<Reloadable<Settings>>,
    ) -> Self {
        let settings = settings.into();
        let (waiting, buffer, outcomes) = Default::default();
        Self { from, format, settings, number: 0, latest: 0, waiting, buffer, outcomes }
    }

    /// How many lines there were so far.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Whether the next line is here already, so that asking for it does not wait.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.waiting.is_empty() || self.from.buffer().contains(&b'\n')
    }

    /// The next line that says something; none at the end.
    ///
    /// # Errors
    /// When reading breaks off.
    pub fn read(&mut self) -> io::Result<Option<Line>> {
        loop {
            if let Some(Heard { line, outcome }) = self.waiting.pop_front() {
                return Ok(Some(self.heard(line, outcome)));
            }
            let is_end = if self.format.is_lines() { self.line()? } else { self.whole()? };
            if is_end {
                return Ok(None);
            }
        }
    }

    fn heard(&mut self, line: u64, outcome: Outcome) -> Line {
        match outcome {
            Outcome::Mention(mut mention) => {
                self.latest = self.latest.max(mention.published_at.unwrap_or(self.latest));
                mention.received_at = self.latest;
                Line::Mention(mention)
            }
            Outcome::Skipped(skip) => Line::Skipped(skip),
            Outcome::Refused(refused) => Line::Refused(line, refused),
        }
    }

    /// Reads one line; whether the end is reached.
    fn line(&mut self) -> io::Result<bool> {
        self.buffer.clear();
        let settings = self.settings.get();
        let limit = settings.line_limit as u64 + 2;
        let mut bounded = self.from.by_ref().take(limit);
        if bounded.read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(true);
        }
        self.number += 1;
        if self.buffer.len() as u64 == limit && self.buffer.last() != Some(&b'\n') {
            skip_line(&mut self.from)?;
        }
        if self.number == 1 && self.buffer.starts_with(b"\xef\xbb\xbf") {
            self.buffer.drain(..3);
        }
        platforms::read(self.format, &self.buffer, &settings, 0, &mut self.outcomes);
        let line = self.number;
        self.waiting.extend(self.outcomes.drain(..).map(|outcome| Heard { line, outcome }));
        Ok(false)
    }

    /// Reads all there is; whether there was nothing.
    fn whole(&mut self) -> io::Result<bool> {
        self.buffer.clear();
        self.from.read_to_end(&mut self.buffer)?;
        self.number += self.buffer.split_inclusive(|b| *b == b'\n').count() as u64;
        let settings = self.settings.get();
        self.waiting.extend(platforms::read_all(self.format, &self.buffer, &settings, 0));
        Ok(self.buffer.is_empty())
    }
}

fn skip_line(from: &mut impl BufRead) -> io::Result<()> {
    loop {
        let (used, is_over) = match from.fill_buf()? {
            [] => (0, true),
            seen => match seen.iter().position(|b| *b == b'\n') {
                Some(at) => (at + 1, true),
                None => (seen.len(), false),
            },
        };
        from.consume(used);
        if is_over {
            return Ok(());
        }
    }
}

impl<R> std::fmt::Debug for Lines<R> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Lines").field("number", &self.number).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &str, line_limit: usize) -> Vec<String> {
        let settings = Settings { line_limit, ..Settings::default() };
        let mut lines = Lines::new(BufReader::new(input.as_bytes()), Format::Canonical, settings);
        let mut said = Vec::new();
        while let Some(line) = lines.read().unwrap() {
            said.push(match line {
                Line::Mention(mention) => format!("{} at {}", mention.id, mention.received_at),
                Line::Skipped(skip) => skip.as_str().to_owned(),
                Line::Refused(line, refused) => format!("line {line}: {}", refused.as_str()),
            });
        }
        said
    }

    fn mention(id: u32, published_at: Option<&str>) -> String {
        let at = published_at.map_or(String::new(), |at| format!(r#","published_at":"{at}""#));
        format!(r#"{{"platform":"x","id":"{id}","text":"hello","author":{{"id":"a"}}{at}}}"#) + "\n"
    }

    #[test]
    fn a_mention_is_heard_when_published_but_never_before_the_one_above_it() {
        let input = [
            mention(1, None),
            mention(2, Some("1970-01-01T00:00:09Z")),
            mention(3, Some("1970-01-01T00:00:04Z")),
            mention(4, None),
            mention(5, Some("1970-01-01T00:00:10Z")),
        ];
        let heard = ["1 at 0", "2 at 9000000", "3 at 9000000", "4 at 9000000", "5 at 10000000"];
        assert_eq!(read(&input.concat(), 1000), heard);
    }

    #[test]
    fn broken_and_endless_lines_are_refused_by_number_and_the_rest_goes_on() {
        let input =
            format!("\u{feff}{}\n{{\n{}\n{}", mention(1, None), "x".repeat(5000), mention(2, None));
        assert_eq!(
            read(&input, 1000),
            ["1 at 0", "line 3: not_json", "line 4: too_long", "2 at 0"]
        );
    }
}
