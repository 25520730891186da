//! Splits documents that arrive piece by piece, in bounded memory.

use serde_json::Deserializer;
use serde_json::value::RawValue;

use super::{MAX_UNTERMINATED, next_document};
use crate::parse::NumberedDocument;
use crate::{Rejection, json};

/// Maximum length of one document, in bytes. A page of 500 long posts is a quarter of it.
pub const DOCUMENT_LIMIT: usize = 16 << 20;

/// Unread bytes from which a document is parsed again only once its length has doubled: parsing it
/// after each piece would be quadratic.
const EAGER_LIMIT: usize = 64 << 10;

/// Splits a stream into documents. Holds one unfinished document and the last piece.
#[derive(Debug)]
pub struct DocumentStream {
    unread: Vec<u8>,
    /// Bytes of `unread` that are documents already returned.
    consumed: usize,
    /// Line of the first byte that is not consumed.
    line: u64,
    limit: usize,
    unterminated: u32,
    /// Whether a malformed document is being skipped.
    is_skipping: bool,
    /// Length of the unfinished document when it was last parsed.
    tried: usize,
    is_at_start: bool,
}

impl Default for DocumentStream {
    fn default() -> Self {
        Self::with_limit(DOCUMENT_LIMIT)
    }
}

impl DocumentStream {
    /// A stream whose documents have at most `limit` bytes.
    #[must_use]
    pub fn with_limit(limit: usize) -> Self {
        Self {
            unread: Vec::new(),
            consumed: 0,
            line: 1,
            limit,
            unterminated: 0,
            is_skipping: false,
            tried: 0,
            is_at_start: true,
        }
    }

    /// Appends the next piece of the input.
    pub fn feed(&mut self, piece: &[u8]) {
        self.unread.drain(..self.consumed);
        self.consumed = 0;
        self.unread.extend_from_slice(piece);
    }

    /// The next document and its first line; `None` if more input is needed or, with `is_end`, if
    /// there is none.
    pub fn next_document(&mut self, is_end: bool) -> Option<NumberedDocument<'_>> {
        if self.is_at_start {
            // A byte order mark cut in two would pass as a malformed document.
            if self.unread.len() < 3 && !is_end {
                return None;
            }
            self.is_at_start = false;
            self.consumed += if self.unread.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        }
        if self.is_skipping && !self.skip(is_end) {
            return None;
        }
        let rest = self.rest();
        self.consume(rest.len() - rest.trim_ascii_start().len());
        if !self.is_worth_parsing(is_end) {
            return None;
        }
        let mut documents = Deserializer::from_slice(self.rest()).into_iter::<&RawValue>();
        let document = documents.next()?.map(|document| document.get().len());
        let length = documents.byte_offset();
        let line = self.line;
        match document {
            // Only at the end of the input is it certain that a number has no further digit.
            Ok(_) if length == self.rest().len() && !is_end && !self.is_closed() => None,
            Ok(document) => {
                let at = self.consumed + length - document;
                self.consume(length);
                Some((line, Ok(&self.unread[at..at + document])))
            }
            Err(error) if !is_end && self.may_be_cut(&error) && self.rest().len() <= self.limit => {
                self.tried = self.rest().len();
                None
            }
            Err(error) => {
                let is_too_long = error.is_eof() && !is_end;
                self.unterminated += u32::from(error.is_eof());
                self.is_skipping = true;
                Some((
                    line,
                    Err(match is_too_long {
                        true => Rejection::TooLong { limit: self.limit },
                        false => json::not_json(&error),
                    }),
                ))
            }
        }
    }

    fn rest(&self) -> &[u8] {
        &self.unread[self.consumed..]
    }

    fn consume(&mut self, length: usize) {
        let skipped = &self.unread[self.consumed..self.consumed + length];
        self.line += skipped.iter().map(|&b| u64::from(b == b'\n')).sum::<u64>();
        self.consumed += length;
        self.tried = 0;
    }

    /// Whether more input may make the document well-formed. At the end of its input serde_json calls a
    /// number without its next digit (`-`, `1.`, `1e`) malformed, not unfinished.
    fn may_be_cut(&self, error: &serde_json::Error) -> bool {
        let is_last_line = || {
            let lines = self.rest().split(|byte| *byte == b'\n');
            lines.enumerate().last().is_some_and(|(index, line)| {
                error.line() == index + 1 && error.column() >= line.len()
            })
        };
        error.is_eof()
            || matches!(self.rest(), [.., b'-' | b'+' | b'.' | b'e' | b'E']) && is_last_line()
    }

    /// Whether the input so far ends as a document does.
    fn is_closed(&self) -> bool {
        matches!(self.rest().trim_ascii_end().last(), Some(b'}' | b']'))
    }

    fn is_worth_parsing(&self, is_end: bool) -> bool {
        let length = self.rest().len();
        let is_cheap = length < EAGER_LIMIT || length >= 2 * self.tried;
        length > 0 && (is_end || is_cheap || self.is_closed())
    }

    /// Skips to the next line that begins with `{`. Returns false if the input so far has none.
    fn skip(&mut self, is_end: bool) -> bool {
        let next = next_document(self.rest());
        if self.unterminated <= MAX_UNTERMINATED
            && let Some(at) = next
        {
            self.consume(at + 1);
            self.is_skipping = false;
            return true;
        }
        // The line break may be the last byte so far, and the brace the first one to come.
        let kept = usize::from(!is_end && self.rest().last() == Some(&b'\n'));
        self.consume(self.rest().len() - kept);
        false
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::documents::Documents;

    type Split = Vec<(u64, Option<String>)>;

    fn text((line, document): NumberedDocument<'_>) -> (u64, Option<String>) {
        (line, document.ok().map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
    }

    /// Splits bytes that arrive in pieces of these sizes, in turn.
    fn streamed(bytes: &[u8], sizes: &[usize], limit: usize) -> Split {
        let mut stream = DocumentStream::with_limit(limit);
        let (mut split, mut rest, mut sizes) = (Vec::new(), bytes, sizes.iter().cycle());
        loop {
            let is_end = rest.is_empty();
            while let Some(document) = stream.next_document(is_end) {
                split.push(text(document));
            }
            if is_end {
                return split;
            }
            let (piece, later) = rest.split_at(rest.len().min(*sizes.next().unwrap()));
            stream.feed(piece);
            rest = later;
        }
    }

    proptest! {
        #[test]
        fn pieces_split_like_the_whole(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "{\"a\":1}", "{", "}", "[", "]", "\"", "\\", "\n", "\n{", " ", "{\"b\":\n[1]}\n",
                    "é", "nul", "17", "\r\n", "{\"t\":\"\\\"}{\"}", "x", "-", "1.5", "2e",
                    "{\"box\":[-0.12,5e+1]}",
                ]),
                0..40,
            ),
            sizes in prop::collection::vec(1_usize..9, 1..5),
        ) {
            let bytes = parts.concat().into_bytes();
            let whole: Split = Documents::of(&bytes).map(text).collect();
            prop_assert_eq!(streamed(&bytes, &sizes, DOCUMENT_LIMIT), whole);
        }
    }

    #[test]
    fn a_number_cut_in_two_is_no_malformed_document() {
        let page = r#"{"geo":[-0.1257,51.5E+0]}"#;
        let expected = [(1, Some(page.to_owned()))];
        for cut in 1..page.len() {
            let sizes = [cut, page.len() - cut];
            assert_eq!(streamed(page.as_bytes(), &sizes, DOCUMENT_LIMIT), expected, "{cut}");
        }
    }

    #[test]
    fn a_document_beyond_the_limit_is_rejected_and_the_next_one_read() {
        let long = format!("{{\"a\":\"{}\"}}\n{{}}\n", "x".repeat(500));
        assert_eq!(streamed(long.as_bytes(), &[10], 100), [(1, None), (2, Some("{}".to_owned()))]);
    }

    #[test]
    fn a_stream_keeps_no_more_than_a_document_and_a_piece() {
        let (piece, limit) = ([b"[".repeat(999), b"\n".to_vec()].concat(), 10_000);
        let mut stream = DocumentStream::with_limit(limit);
        let mut most = 0;
        for _ in 0..1000 {
            stream.feed(&piece);
            while stream.next_document(false).is_some() {}
            most = most.max(stream.unread.len());
        }
        assert!(most <= limit + piece.len(), "{most} bytes are kept");
    }

    #[test]
    fn a_complete_document_is_returned_before_more_input_arrives() {
        let mut stream = DocumentStream::default();
        let page = format!("{{\"data\":\"{}\"}}\n", "x".repeat(2 * EAGER_LIMIT));
        for piece in page.as_bytes().chunks(3 * EAGER_LIMIT / 4) {
            assert!(stream.next_document(false).is_none());
            stream.feed(piece);
        }
        assert!(stream.next_document(false).is_some_and(|(_, document)| document.is_ok()));
    }
}
