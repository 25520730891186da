//! Entry points for all formats: bytes to outcomes, each with its line number.

use std::collections::VecDeque;
use std::str::FromStr;

use mention::Mention;
use serde_json::value::RawValue;
use stage::EventTime;

use crate::documents::Documents;
use crate::{Config, LineOutcome, Rejection, canonical, jetstream, json, x_v2};

/// Format of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PayloadFormat {
    /// Canonical mentions, one per line.
    #[default]
    Canonical,
    /// Bluesky Jetstream v1 events, one per line.
    Jetstream,
    /// X API v2 documents in sequence, each on one or several lines.
    XV2,
}

impl PayloadFormat {
    /// All formats.
    pub const ALL: [PayloadFormat; 3] =
        [PayloadFormat::Canonical, PayloadFormat::Jetstream, PayloadFormat::XV2];

    /// Name of the format on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            PayloadFormat::Canonical => "canonical",
            PayloadFormat::Jetstream => "jetstream",
            PayloadFormat::XV2 => "x-v2",
        }
    }

    /// Returns whether each line is a complete document, so that [`parse_one`] can parse a stream.
    #[must_use]
    pub fn is_line_based(self) -> bool {
        self != PayloadFormat::XV2
    }
}

impl FromStr for PayloadFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = PayloadFormat::ALL.into_iter().find(|format| format.as_str() == name);
        found.ok_or_else(|| {
            let names: Vec<_> = PayloadFormat::ALL.iter().map(|format| format.as_str()).collect();
            format!("unknown format `{name}`: use one of {}", names.join(", "))
        })
    }
}

/// Parses one line or document and appends its outcomes to `out`. A blank line has no outcome.
pub fn parse_one(
    format: PayloadFormat,
    document: &[u8],
    config: &Config,
    received_at: EventTime,
    out: &mut Vec<LineOutcome>,
) {
    let document = document.trim_ascii();
    if document.is_empty() {
        return;
    }
    match format {
        PayloadFormat::Canonical => {
            out.push(canonical::parse_line(document, config, received_at).into());
        }
        PayloadFormat::Jetstream => out.push(jetstream::parse_line(document, config, received_at)),
        PayloadFormat::XV2 => x_v2::parse_document(document, config, received_at, out),
    }
}

/// An outcome with its line number.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedLine {
    /// First line of the document, from 1; in a JSON list, the position of the element.
    pub line: u64,
    /// The outcome.
    pub outcome: LineOutcome,
}

/// A line or document with the number of its first line.
pub(crate) type NumberedDocument<'a> = (u64, Result<&'a [u8], Rejection>);

/// Parses a whole file or body, lazily and in order. Continues after a rejected line.
pub fn parse_all<'a>(
    format: PayloadFormat,
    bytes: &'a [u8],
    config: &'a Config,
    received_at: EventTime,
) -> impl Iterator<Item = ParsedLine> + 'a {
    // Some editors on Windows start a file with a UTF-8 byte order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut documents: Box<dyn Iterator<Item = NumberedDocument<'a>>> = if format.is_line_based() {
        Box::new((1..).zip(bytes.split(|&b| b == b'\n').map(Ok)))
    } else {
        Box::new(Documents::of(bytes))
    };
    let mut outcomes = Vec::new();
    let mut waiting = VecDeque::new();
    std::iter::from_fn(move || {
        // A document of X has several outcomes and a blank line none.
        while waiting.is_empty() {
            let (line, document) = documents.next()?;
            match document {
                Ok(document) => parse_one(format, document, config, received_at, &mut outcomes),
                Err(rejection) => outcomes.push(LineOutcome::Rejected(rejection)),
            }
            waiting.extend(outcomes.drain(..).map(|outcome| ParsedLine { line, outcome }));
        }
        waiting.pop_front()
    })
}

/// Parses a JSON list of canonical mentions. `line` of each result is the position of the element.
///
/// # Errors
/// When the bytes are not a JSON list.
pub fn parse_array(
    bytes: &[u8],
    config: &Config,
    received_at: EventTime,
) -> Result<Vec<ParsedLine>, Rejection> {
    let text = std::str::from_utf8(bytes).map_err(|_| Rejection::NotUtf8)?;
    let elements: Vec<&RawValue> =
        serde_json::from_str(text).map_err(|error| json::not_json(&error))?;
    let read = |(line, element): (u64, &&RawValue)| {
        let document = element.get().as_bytes();
        ParsedLine { line, outcome: canonical::parse_line(document, config, received_at).into() }
    };
    Ok((1..).zip(&elements).map(read).collect())
}

/// Returns the mention if it is within the bounds of [`Mention::check`].
pub(crate) fn checked(mention: Mention) -> Result<Mention, Rejection> {
    match mention.validate() {
        Ok(()) => Ok(mention),
        Err(message) => Err(Rejection::OutOfBounds { message }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_parsed_from_its_name() {
        for format in PayloadFormat::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
        assert_eq!(
            "xml".parse::<PayloadFormat>(),
            Err("unknown format `xml`: use one of canonical, jetstream, x-v2".to_owned())
        );
    }
}
