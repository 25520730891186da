//! Durations, sizes and optional paths, written as strings so that no key needs a unit in its name.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// A duration: `"250ms"`, `"10m"`, `"2h 30m"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

impl Span {
    /// The same in microseconds.
    #[must_use]
    pub fn micros(self) -> stage::Micros {
        stage::Micros::try_from(self.0.as_micros()).unwrap_or(stage::Micros::MAX)
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        humantime::parse_duration(text.trim()).map(Span).map_err(|_| {
            format!("{text:?} is no duration such as \"250ms\", \"10m\" or \"2h 30m\"")
        })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", humantime::format_duration(self.0))
    }
}

/// A number of bytes: `"512B"`, `"64KiB"`, `"1MiB"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

const SIZES: [(&str, u64); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let trimmed = text.trim();
        SIZES
            .iter()
            .find_map(|(unit, bytes)| Some((trimmed.strip_suffix(unit)?, bytes)))
            .and_then(|(number, bytes)| number.trim().parse::<u64>().ok()?.checked_mul(*bytes))
            .map(Size)
            .ok_or_else(|| format!("{text:?} is no size such as \"512B\", \"64KiB\" or \"1MiB\""))
    }
}

impl fmt::Display for Size {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = SIZES.iter().find(|(_, bytes)| self.0 > 0 && self.0.is_multiple_of(*bytes));
        let (unit, bytes) = fits.unwrap_or(&("B", 1));
        write!(out, "{}{unit}", self.0 / bytes)
    }
}

/// A path that may be left out by an empty string.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place(Option<PathBuf>);

impl Place {
    /// This path.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        Self(Some(path.to_owned()))
    }

    /// The path, if there is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.0.as_deref()
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self((!text.is_empty()).then(|| PathBuf::from(text))))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.path().map(Path::display).map_or(String::new(), |p| p.to_string()))
    }
}

/// A duration that an empty string leaves to `[worker]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pause(pub Option<Span>);

impl Pause {
    /// The duration, or the one of `[worker]`.
    #[must_use]
    pub fn or(self, worker: Span) -> Span {
        self.0.unwrap_or(worker)
    }
}

impl FromStr for Pause {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(Self(None)) } else { text.parse().map(|span| Self(Some(span))) }
    }
}

impl fmt::Display for Pause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |span| span.fmt(out))
    }
}

super::closed::as_string!(Span, Size, Place, Pause);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_printed_in_words() {
        let cases = [("250ms", 250), ("10m", 600_000), ("2h 30m", 9_000_000), ("0ms", 0)];
        for (text, millis) in cases {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.0, Duration::from_millis(millis), "{text}");
            assert_eq!(span.to_string().parse::<Span>().unwrap(), span, "{text}");
        }
        for text in ["10", "ten minutes", "", "-1s"] {
            let wrong = text.parse::<Span>().unwrap_err();
            assert!(wrong.contains("no duration such as"), "{wrong}");
        }
    }

    #[test]
    fn sizes_are_read_and_printed_in_words() {
        let cases =
            [("512B", 512), ("64KiB", 65_536), ("1MiB", 1 << 20), ("2GiB", 1 << 31), ("0B", 0)];
        for (text, bytes) in cases {
            let size: Size = text.parse().unwrap();
            assert_eq!(size, Size(bytes), "{text}");
            assert_eq!(size.to_string(), text);
        }
        for text in ["1", "1MB", "MiB", "-1B", "99999999999GiB"] {
            assert!(text.parse::<Size>().unwrap_err().contains("no size such as"), "{text}");
        }
    }
}
