//! Durations, sizes and optional paths. They are strings, so no key needs a unit in its name.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// A duration such as `"250ms"`, `"10m"` or `"2h 30m"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DurationSetting(pub Duration);

impl DurationSetting {
    /// The duration in whole microseconds.
    #[must_use]
    pub fn as_delta(self) -> stage::TimeDelta {
        self.0.into()
    }
}

impl FromStr for DurationSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        humantime::parse_duration(text.trim()).map(DurationSetting).map_err(|_| {
            format!("{text:?} is not a duration such as \"250ms\", \"10m\" or \"2h 30m\"")
        })
    }
}

impl fmt::Display for DurationSetting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", humantime::format_duration(self.0))
    }
}

/// A number of bytes such as `"512B"`, `"64KiB"` or `"1MiB"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SizeSetting(pub u64);

const SIZES: [(&str, u64); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

impl SizeSetting {
    /// The size in bytes; one beyond the address space is no limit.
    #[must_use]
    pub fn bytes(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl FromStr for SizeSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let trimmed = text.trim();
        // "B" is last in the table: every unit ends with it.
        SIZES
            .iter()
            .find_map(|(unit, bytes)| Some((trimmed.strip_suffix(unit)?, bytes)))
            .and_then(|(number, bytes)| number.trim().parse::<u64>().ok()?.checked_mul(*bytes))
            .map(SizeSetting)
            .ok_or_else(|| {
                format!("{text:?} is not a size such as \"512B\", \"64KiB\" or \"1MiB\"")
            })
    }
}

impl fmt::Display for SizeSetting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Print the largest unit that divides the size; 0 has no such unit.
        let fits = SIZES.iter().find(|(_, bytes)| self.0 > 0 && self.0.is_multiple_of(*bytes));
        let (unit, bytes) = fits.unwrap_or(&("B", 1));
        write!(out, "{}{unit}", self.0 / bytes)
    }
}

/// An optional path; an empty string means none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathSetting(Option<PathBuf>);

impl PathSetting {
    /// A setting with this path.
    #[must_use]
    pub fn from_path(path: &Path) -> Self {
        Self(Some(path.to_owned()))
    }

    /// The path, if it is set.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.0.as_deref()
    }
}

impl FromStr for PathSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self((!text.is_empty()).then(|| PathBuf::from(text))))
    }
}

impl fmt::Display for PathSetting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.path().map(Path::display).map_or(String::new(), |p| p.to_string()))
    }
}

/// A stage's override of `worker.commit_interval`; an empty string means no override.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IntervalOverride(pub Option<DurationSetting>);

impl IntervalOverride {
    /// The override, or the interval of `[worker]`.
    #[must_use]
    pub fn or(self, worker: DurationSetting) -> DurationSetting {
        self.0.unwrap_or(worker)
    }
}

impl FromStr for IntervalOverride {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(Self(None)) } else { text.parse().map(|span| Self(Some(span))) }
    }
}

impl fmt::Display for IntervalOverride {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |span| span.fmt(out))
    }
}

super::string_enum::string_setting!(DurationSetting, SizeSetting, PathSetting, IntervalOverride);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_parsed_and_printed_with_units() {
        let cases = [("250ms", 250), ("10m", 600_000), ("2h 30m", 9_000_000), ("0ms", 0)];
        for (text, millis) in cases {
            let duration: DurationSetting = text.parse().unwrap();
            assert_eq!(duration.0, Duration::from_millis(millis), "{text}");
            assert_eq!(
                duration.to_string().parse::<DurationSetting>().unwrap(),
                duration,
                "{text}"
            );
        }
        for text in ["10", "ten minutes", "", "-1s"] {
            let error = text.parse::<DurationSetting>().unwrap_err();
            assert!(error.contains("not a duration such as"), "{error}");
        }
    }

    #[test]
    fn sizes_are_parsed_and_printed_with_units() {
        let cases =
            [("512B", 512), ("64KiB", 65_536), ("1MiB", 1 << 20), ("2GiB", 1 << 31), ("0B", 0)];
        for (text, bytes) in cases {
            let size: SizeSetting = text.parse().unwrap();
            assert_eq!(size, SizeSetting(bytes), "{text}");
            assert_eq!(size.to_string(), text);
        }
        for text in ["1", "1MB", "MiB", "-1B", "99999999999GiB"] {
            assert!(
                text.parse::<SizeSetting>().unwrap_err().contains("not a size such as"),
                "{text}"
            );
        }
    }
}
