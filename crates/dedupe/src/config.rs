//! What can be set.

use stage::Micros;

const HOUR: Micros = 3_600_000_000;

/// How long and how closely mentions are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// How long an id is remembered after its last version, in microseconds: longer than any source
    /// may redeliver. Memory grows with it, 33 to 40 bytes a mention.
    pub window: Micros,
    /// How long the same text by the same author is folded into the first, in microseconds from the
    /// first: a customer who repeats himself tomorrow is heard again.
    pub copy_window: Micros,
    /// How long a cluster is remembered after its last member, in microseconds.
    pub cluster_window: Micros,
    /// The letters and digits a text must have to be compared by content, without links, handles
    /// and punctuation; ideographs count twice. Shorter ones ("thanks", "same here") are said by
    /// many and again and again, without being copies.
    pub min_copy_chars: usize,
    /// In how many of its 64 bits a SimHash may differ from that of its cluster, 0 to 3: the bands
    /// by which clusters are found promise no more.
    pub max_distance: u32,
}

impl Default for Config {
    /// Ids for 7 days, copies and clusters for 24 hours, from 12 letters, up to 3 bits apart.
    fn default() -> Self {
        Self {
            window: 7 * 24 * HOUR,
            copy_window: 24 * HOUR,
            cluster_window: 24 * HOUR,
            min_copy_chars: 12,
            max_distance: 3,
        }
    }
}

/// A setting with an impossible value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The name of the setting.
    pub key: &'static str,
    /// Its value.
    pub value: i64,
    /// What would be right.
    pub right: &'static str,
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is {}, must be {}", self.key, self.value, self.right)
    }
}

impl std::error::Error for Wrong {}

impl Config {
    /// Looks for a setting with an impossible value.
    ///
    /// # Errors
    /// When a window is shorter than a second or a distance is beyond what the bands find.
    pub fn check(&self) -> Result<(), Wrong> {
        let windows = [
            ("window", self.window),
            ("copy_window", self.copy_window),
            ("cluster_window", self.cluster_window),
        ];
        for (key, value) in windows {
            if value < 1_000_000 {
                return Err(Wrong { key, value, right: "at least a second" });
            }
        }
        if self.max_distance > crate::simhash::REACH {
            let value = i64::from(self.max_distance);
            return Err(Wrong { key: "max_distance", value, right: "0, 1, 2 or 3" });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_its_own_defaults() {
        assert_eq!(Config::default().check(), Ok(()));
    }

    #[test]
    fn names_the_setting_with_an_impossible_value() {
        let of = Config::default;
        let cases = [
            (Config { window: 0, ..of() }, "window is 0, must be at least a second"),
            (Config { copy_window: -1, ..of() }, "copy_window is -1, must be at least a second"),
            (
                Config { cluster_window: 9, ..of() },
                "cluster_window is 9, must be at least a second",
            ),
            (Config { max_distance: 4, ..of() }, "max_distance is 4, must be 0, 1, 2 or 3"),
        ];
        for (config, expected) in cases {
            assert_eq!(config.check().unwrap_err().to_string(), expected);
        }
    }
}
