//! JSON documents that follow one another, on one line or many each.
//!
//! Cuts them apart without reading them. After a broken one, goes on at the next line that begins
//! with `{`: where a printed document starts, whatever stands before it.

use serde_json::Deserializer;
use serde_json::value::RawValue;

use crate::json;
use crate::read::Piece;

/// How many documents may lack their end before the rest is given up: each is looked for through
/// to the end of the input, so many of them would cost the square of its length.
const UNENDED_LIMIT: u32 = 16;

/// The documents of a text, each with the line it begins on, from 1.
#[derive(Debug)]
pub(crate) struct Documents<'a> {
    rest: &'a [u8],
    line: u64,
    unended: u32,
}

impl<'a> Documents<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, line: 1, unended: 0 }
    }

    fn skip(&mut self, length: usize) {
        let (skipped, rest) = self.rest.split_at(length);
        self.line += skipped.iter().map(|&b| u64::from(b == b'\n')).sum::<u64>();
        self.rest = rest;
    }
}

impl<'a> Iterator for Documents<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.skip(self.rest.len() - self.rest.trim_ascii_start().len());
        let mut stream = Deserializer::from_slice(self.rest).into_iter::<&RawValue>();
        let document = stream.next()?;
        let (line, length) = (self.line, stream.byte_offset());
        match document {
            Ok(document) => {
                self.skip(length);
                Some((line, Ok(document.get().as_bytes())))
            }
            Err(error) => {
                self.unended += u32::from(error.is_eof());
                let next = self.rest.windows(2).position(|pair| pair == b"\n{");
                let next = next.filter(|_| self.unended <= UNENDED_LIMIT);
                self.skip(next.map_or(self.rest.len(), |at| at + 1));
                Some((line, Err(json::not_json(&error))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line number, and the document unless it is broken.
    type Cut<'a> = (u64, Option<&'a str>);

    fn cut(text: &str) -> Vec<Cut<'_>> {
        let documents = Documents::of(text.as_bytes());
        documents.map(|(line, d)| (line, d.ok().map(|d| std::str::from_utf8(d).unwrap()))).collect()
    }

    #[test]
    fn documents_are_cut_apart_by_their_shape_and_not_by_lines() {
        let cases: [(&str, &[Cut<'_>]); 5] = [
            ("", &[]),
            ("{\"a\":1}", &[(1, Some("{\"a\":1}"))]),
            ("{\n\"a\":1}\n\n {}", &[(1, Some("{\n\"a\":1}")), (4, Some("{}"))]),
            ("{}{}\n", &[(1, Some("{}")), (1, Some("{}"))]),
            ("\r\n{}\r\n", &[(2, Some("{}"))]),
        ];
        for (text, expected) in cases {
            assert_eq!(cut(text), expected, "{text:?}");
        }
    }

    #[test]
    fn after_a_broken_document_the_next_one_is_read() {
        let cases: [(&str, &[Cut<'_>]); 4] = [
            ("{\"a\" 1}\n{}\n", &[(1, None), (2, Some("{}"))]),
            ("{\n \"a\": [\n{}", &[(1, None), (3, Some("{}"))]),
            ("not json\nat all\n{}", &[(1, None), (3, Some("{}"))]),
            ("{\"a\":\n", &[(1, None)]),
        ];
        for (text, expected) in cases {
            assert_eq!(cut(text), expected, "{text:?}");
        }
    }

    #[test]
    fn documents_without_an_end_are_not_looked_for_for_ever() {
        let text = "{\"a\":\n".repeat(100_000);
        assert_eq!(cut(&text).len(), 17);
    }
}
