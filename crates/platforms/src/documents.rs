//! Splits a sequence of JSON documents, each on one or several lines.
//!
//! Finds the end of each document without interpreting it. After a malformed document it resumes at
//! the next line that begins with `{`, where a pretty-printed document starts.
//!
//! [`Documents`] splits bytes that are in memory, [`crate::DocumentStream`] those that arrive piece by piece.

use serde_json::Deserializer;
use serde_json::value::RawValue;

use crate::json;
use crate::parse::NumberedDocument;

pub(crate) mod stream;

/// Maximum of unterminated documents before the rest is dropped. Each one is scanned to the end of
/// the input, so without a limit the cost would be quadratic.
const MAX_UNTERMINATED: u32 = 16;

/// Iterates over the documents of a text, each with the number of its first line, from 1.
#[derive(Debug)]
pub(crate) struct Documents<'a> {
    rest: &'a [u8],
    line: u64,
    unterminated: u32,
}

impl<'a> Documents<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, line: 1, unterminated: 0 }
    }

    fn advance(&mut self, length: usize) {
        let (skipped, rest) = self.rest.split_at(length);
        self.line += skipped.iter().map(|&b| u64::from(b == b'\n')).sum::<u64>();
        self.rest = rest;
    }
}

impl<'a> Iterator for Documents<'a> {
    type Item = NumberedDocument<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance(self.rest.len() - self.rest.trim_ascii_start().len());
        let mut stream = Deserializer::from_slice(self.rest).into_iter::<&RawValue>();
        let document = stream.next()?;
        let (line, length) = (self.line, stream.byte_offset());
        match document {
            Ok(document) => {
                self.advance(length);
                Some((line, Ok(document.get().as_bytes())))
            }
            Err(error) => {
                // Only at the end of the input is it certain that a document is unterminated.
                self.unterminated += u32::from(error.is_eof());
                let next = next_document(self.rest);
                let next = next.filter(|_| self.unterminated <= MAX_UNTERMINATED);
                self.advance(next.map_or(self.rest.len(), |at| at + 1));
                Some((line, Err(json::not_json(&error))))
            }
        }
    }
}

/// The line break before the next line that begins with `{`.
fn next_document(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair == b"\n{")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line number, and the document unless it is malformed.
    type SplitDocument<'a> = (u64, Option<&'a str>);

    fn split(text: &str) -> Vec<SplitDocument<'_>> {
        let documents = Documents::of(text.as_bytes());
        documents.map(|(line, d)| (line, d.ok().map(|d| std::str::from_utf8(d).unwrap()))).collect()
    }

    #[test]
    fn documents_are_split_by_their_structure_and_not_by_lines() {
        let cases: [(&str, &[SplitDocument<'_>]); 5] = [
            ("", &[]),
            ("{\"a\":1}", &[(1, Some("{\"a\":1}"))]),
            ("{\n\"a\":1}\n\n {}", &[(1, Some("{\n\"a\":1}")), (4, Some("{}"))]),
            ("{}{}\n", &[(1, Some("{}")), (1, Some("{}"))]),
            ("\r\n{}\r\n", &[(2, Some("{}"))]),
        ];
        for (text, expected) in cases {
            assert_eq!(split(text), expected, "{text:?}");
        }
    }

    #[test]
    fn parsing_resumes_after_a_malformed_document() {
        let cases: [(&str, &[SplitDocument<'_>]); 4] = [
            ("{\"a\" 1}\n{}\n", &[(1, None), (2, Some("{}"))]),
            ("{\n \"a\": [\n{}", &[(1, None), (3, Some("{}"))]),
            ("not json\nat all\n{}", &[(1, None), (3, Some("{}"))]),
            ("{\"a\":\n", &[(1, None)]),
        ];
        for (text, expected) in cases {
            assert_eq!(split(text), expected, "{text:?}");
        }
    }

    #[test]
    fn unterminated_documents_are_limited() {
        let text = "{\"a\":\n".repeat(100_000);
        assert_eq!(split(&text).len(), 17);
    }
}
