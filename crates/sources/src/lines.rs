//! Lines of a file or of standard input, in chunks of bounded size.
//!
//! A chunk is what one read gave, so a slow pipe is heard line by line and a file in large steps.
//! A line longer than the limit is told as such and never held whole; the rest goes on.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use ingest::Refused;

/// What one read asks for, in bytes.
const READ: usize = 64 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Lines that came together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    bytes: Vec<u8>,
    lines: Vec<(u64, Result<Range<usize>, Refused>)>,
}

impl Chunk {
    /// Each line, without its end, and its number from 1.
    pub fn lines(&self) -> impl Iterator<Item = (u64, Result<&[u8], Refused>)> {
        self.lines.iter().map(|(number, line)| {
            (*number, line.as_ref().map(|range| &self.bytes[range.clone()]).map_err(Refused::clone))
        })
    }
}

/// The chunks of a reader; see [`lines`].
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    limit: usize,
    /// The start of a line whose end is still to come.
    begun: Vec<u8>,
    is_too_long: bool,
    number: u64,
    is_done: bool,
}

/// Cuts what a reader gives into lines of at most `limit` bytes, in chunks.
///
/// Holds at most one chunk, the limit and 64 KiB. An error of the reader ends the iteration.
pub fn lines<R: Read>(reader: R, limit: usize) -> Lines<R> {
    Lines { reader, limit, begun: Vec::new(), is_too_long: false, number: 0, is_done: false }
}

impl<R: Read> Iterator for Lines<R> {
    type Item = io::Result<Chunk>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = vec![0; READ];
        while !self.is_done {
            match self.reader.read(&mut bytes) {
                Ok(0) => {
                    self.is_done = true;
                    let has_rest = self.is_too_long || !self.begun.is_empty();
                    return has_rest.then(|| Ok(self.cut(b"\n")));
                }
                Ok(length) if bytes[..length].contains(&b'\n') => {
                    return Some(Ok(self.cut(&bytes[..length])));
                }
                Ok(length) => self.hold(&bytes[..length]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.is_done = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl<R> Lines<R> {
    /// Ends every line whose end stands in `read`, and holds the start of the next.
    fn cut(&mut self, read: &[u8]) -> Chunk {
        let end = read.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let (ended, begun) = read.split_at(end);
        let mut bytes = std::mem::take(&mut self.begun);
        bytes.extend_from_slice(ended);
        let mut lines = Vec::new();
        let mut start = 0;
        for end in (0..bytes.len()).filter(|&at| bytes[at] == b'\n') {
            lines.push(self.end_line(&bytes, start..end));
            start = end + 1;
        }
        self.hold(begun);
        Chunk { bytes, lines }
    }

    fn end_line(
        &mut self,
        bytes: &[u8],
        line: Range<usize>,
    ) -> (u64, Result<Range<usize>, Refused>) {
        self.number += 1;
        let has_mark = self.number == 1 && bytes[line.clone()].starts_with(BYTE_ORDER_MARK);
        let line = if has_mark { line.start + BYTE_ORDER_MARK.len()..line.end } else { line };
        let is_too_long = std::mem::take(&mut self.is_too_long) || line.len() > self.limit;
        let line = if is_too_long { Err(Refused::TooLong { limit: self.limit }) } else { Ok(line) };
        (self.number, line)
    }

    /// Keeps the start of a line, unless it is too long already.
    fn hold(&mut self, begun: &[u8]) {
        let most = self.limit + BYTE_ORDER_MARK.len();
        self.is_too_long |= self.begun.len() + begun.len() > most;
        if self.is_too_long {
            self.begun.clear();
        } else {
            self.begun.extend_from_slice(begun);
        }
    }
}

#[cfg(test)]
mod tests;
