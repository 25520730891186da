//! The configuration of the stage, with its defaults and limits.

use stage::{StoreBound, TimeDelta};

/// For how long mentions are remembered and how closely texts must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// How long an id is remembered after its last version. Must exceed the longest delay of a
    /// redelivery. Costs 33 to 40 bytes of memory for each mention.
    pub window: TimeDelta,
    /// How long copies by the same author are folded into the original, counted from the original. A
    /// later repetition is a new mention.
    pub copy_window: TimeDelta,
    /// How long a cluster is remembered after its last member.
    pub cluster_window: TimeDelta,
    /// The letters and digits that a text needs to be compared, without links, handles and
    /// punctuation; ideographs count twice. Shorter texts ("thanks", "same here") are common and
    /// equal without being copies.
    pub min_copy_chars: usize,
    /// The most bits, 0 to 3, in which the SimHash of a text may differ from that of its cluster. The
    /// band search finds no neighbours beyond 3.
    pub max_distance: u32,
    /// How much a partition may remember.
    pub memory: Bounds,
}

/// The most entries of the state of one partition. A full store forgets the oldest entries first:
/// what was seen before passes as new earlier than after its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The most ids; each takes 33 to 40 bytes.
    pub ids_most: usize,
    /// The most originals of copies.
    pub originals_most: usize,
    /// The most bytes of originals, whose ids have lengths of their own.
    pub originals_bytes: usize,
    /// The most clusters; each takes about 200 bytes.
    pub clusters_most: usize,
}

impl Bounds {
    /// The bound of each store.
    #[must_use]
    pub fn stores(&self) -> [StoreBound; 3] {
        let originals = StoreBound::of_entries("originals", self.originals_most, 640);
        [
            StoreBound::of_entries("ids", self.ids_most, 40),
            originals.within(self.originals_bytes),
            StoreBound::of_entries("clusters", self.clusters_most, 200),
        ]
    }
}

impl Default for Bounds {
    /// A million ids (40 MB), 200,000 originals in 32 MiB, and 100,000 clusters (20 MB).
    fn default() -> Self {
        Self {
            ids_most: 1_000_000,
            originals_most: 200_000,
            originals_bytes: 32 * 1024 * 1024,
            clusters_most: 100_000,
        }
    }
}

impl Default for Config {
    /// Ids for 7 days, copies and clusters for 24 hours, at least 12 letters, at most 3 bits.
    fn default() -> Self {
        Self {
            window: 7 * TimeDelta::DAY,
            copy_window: TimeDelta::DAY,
            cluster_window: TimeDelta::DAY,
            min_copy_chars: 12,
            max_distance: 3,
            memory: Bounds::default(),
        }
    }
}

/// A setting whose value is out of range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSetting {
    /// The name of the setting.
    pub key: &'static str,
    /// Its value; that of a window in microseconds.
    pub value: i64,
    /// The values it accepts.
    pub accepted: &'static str,
}

impl std::fmt::Display for InvalidSetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is {}, must be {}", self.key, self.value, self.accepted)
    }
}

impl std::error::Error for InvalidSetting {}

impl Config {
    /// Checks that every setting is in range.
    ///
    /// # Errors
    /// [`InvalidSetting`] for a window shorter than a second, or a distance above 3.
    pub fn validate(&self) -> Result<(), InvalidSetting> {
        let windows = [
            ("window", self.window),
            ("copy_window", self.copy_window),
            ("cluster_window", self.cluster_window),
        ];
        for (key, window) in windows {
            // Entries hold whole seconds: a shorter window would be rounded up to one.
            if window < TimeDelta::SECOND {
                let value = window.as_micros();
                return Err(InvalidSetting { key, value, accepted: "at least a second" });
            }
        }
        if self.max_distance > crate::simhash::MAX_DISTANCE {
            let value = i64::from(self.max_distance);
            return Err(InvalidSetting { key: "max_distance", value, accepted: "0, 1, 2 or 3" });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_in_range() {
        assert_eq!(Config::default().validate(), Ok(()));
    }

    #[test]
    fn the_error_names_the_setting_its_value_and_what_it_accepts() {
        let defaults = Config::default;
        let micros = TimeDelta::from_micros;
        let cases = [
            (Config { window: micros(0), ..defaults() }, "window is 0, must be at least a second"),
            (
                Config { copy_window: micros(-1), ..defaults() },
                "copy_window is -1, must be at least a second",
            ),
            (
                Config { cluster_window: micros(9), ..defaults() },
                "cluster_window is 9, must be at least a second",
            ),
            (Config { max_distance: 4, ..defaults() }, "max_distance is 4, must be 0, 1, 2 or 3"),
        ];
        for (config, expected) in cases {
            assert_eq!(config.validate().unwrap_err().to_string(), expected);
        }
    }
}
