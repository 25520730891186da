//! One entry for every format: bytes in, outcomes out, each with its place.

use std::collections::VecDeque;
use std::str::FromStr;

use mention::Mention;
use serde_json::value::RawValue;
use stage::Micros;

use crate::documents::Documents;
use crate::{Outcome, Refused, Settings, canonical, jetstream, json, x_v2};

/// How what came in is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Canonical mentions, one a line.
    #[default]
    Canonical,
    /// Bluesky Jetstream v1 events, one a line.
    Jetstream,
    /// X API v2 documents, one after another, on one line or many each.
    XV2,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 3] = [Format::Canonical, Format::Jetstream, Format::XV2];

    /// Its name on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Canonical => "canonical",
            Format::Jetstream => "jetstream",
            Format::XV2 => "x-v2",
        }
    }

    /// Whether a line is a whole: such input can be read as it comes, by [`read`].
    #[must_use]
    pub fn is_lines(self) -> bool {
        self != Format::XV2
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Format::ALL.into_iter().find(|format| format.as_str() == name);
        found.ok_or_else(|| {
            let names: Vec<_> = Format::ALL.iter().map(|format| format.as_str()).collect();
            format!("unknown format `{name}`: use one of {}", names.join(", "))
        })
    }
}

/// Reads one line, or one document; a blank one has no outcome.
pub fn read(
    format: Format,
    piece: &[u8],
    settings: &Settings,
    received_at: Micros,
    out: &mut Vec<Outcome>,
) {
    let piece = piece.trim_ascii();
    if piece.is_empty() {
        return;
    }
    match format {
        Format::Canonical => {
            out.push(canonical::parse_line(piece, settings, received_at).into());
        }
        Format::Jetstream => out.push(jetstream::parse_line(piece, settings, received_at)),
        Format::XV2 => x_v2::parse_document(piece, settings, received_at, out),
    }
}

/// An outcome and where it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// The line it began on, from 1; of a JSON list, the element.
    pub line: u64,
    /// What became of it.
    pub outcome: Outcome,
}

/// One line or document with the line it begins on.
pub(crate) type Piece<'a> = (u64, Result<&'a [u8], Refused>);

/// Reads a whole file or body, lazily and in order. A broken line is refused and the rest goes on.
pub fn read_all<'a>(
    format: Format,
    bytes: &'a [u8],
    settings: &'a Settings,
    received_at: Micros,
) -> impl Iterator<Item = Heard> + 'a {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut pieces: Box<dyn Iterator<Item = Piece<'a>>> = if format.is_lines() {
        Box::new((1..).zip(bytes.split(|&b| b == b'\n').map(Ok)))
    } else {
        Box::new(Documents::of(bytes))
    };
    let mut outcomes = Vec::new();
    let mut waiting = VecDeque::new();
    std::iter::from_fn(move || {
        while waiting.is_empty() {
            let (line, piece) = pieces.next()?;
            match piece {
                Ok(piece) => read(format, piece, settings, received_at, &mut outcomes),
                Err(refused) => outcomes.push(Outcome::Refused(refused)),
            }
            waiting.extend(outcomes.drain(..).map(|outcome| Heard { line, outcome }));
        }
        waiting.pop_front()
    })
}

/// Reads a JSON list of canonical mentions, with the place of each element.
///
/// # Errors
/// When the whole is no JSON list.
pub fn read_array(
    bytes: &[u8],
    settings: &Settings,
    received_at: Micros,
) -> Result<Vec<Heard>, Refused> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refused::NotUtf8)?;
    let elements: Vec<&RawValue> =
        serde_json::from_str(text).map_err(|error| json::not_json(&error))?;
    let read = |(line, element): (u64, &&RawValue)| {
        let piece = element.get().as_bytes();
        Heard { line, outcome: canonical::parse_line(piece, settings, received_at).into() }
    };
    Ok((1..).zip(&elements).map(read).collect())
}

/// The mention, when it keeps the bounds of one.
pub(crate) fn checked(mention: Mention) -> Result<Mention, Refused> {
    match mention.check() {
        Ok(()) => Ok(mention),
        Err(message) => Err(Refused::OutOfBounds { message }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
        assert_eq!(
            "xml".parse::<Format>(),
            Err("unknown format `xml`: use one of canonical, jetstream, x-v2".to_owned())
        );
    }
}
