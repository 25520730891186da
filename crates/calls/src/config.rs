//! Settings of the limits.

use stage::{StoreBound, TimeDelta};

/// The span of [`Config::per_hour`].
pub(crate) const HOUR: TimeDelta = TimeDelta::HOUR;

/// How often a contact is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// The most calls of a person in any hour, from 1 to 60.
    pub per_hour: usize,
    /// The least time between two calls of a person about one path, at most an hour.
    pub path_interval: TimeDelta,
    /// How much a partition may hold.
    pub memory: Bounds,
}

/// The most entries of the state of one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The most contacts; each takes about 1 KB. A full store forgets the one that was called longest
    /// ago. If cases wait for every contact, it calls the one that is due first at once.
    pub contacts_most: usize,
    /// The most waiting cases that are listed; each takes about 1 KB, at most 5 KB. Further ones are
    /// counted, not listed.
    pub cases_most: usize,
}

impl Bounds {
    /// The bound of each store.
    #[must_use]
    pub fn stores(&self) -> [StoreBound; 2] {
        [
            StoreBound::of_entries("contacts", self.contacts_most, 1_000),
            StoreBound::of_entries("cases", self.cases_most, 5_000),
        ]
    }
}

impl Default for Bounds {
    /// 10,000 contacts and 20,000 cases.
    fn default() -> Self {
        Self { contacts_most: 10_000, cases_most: 20_000 }
    }
}

impl Default for Config {
    /// 12 calls an hour, and one a minute about a path.
    fn default() -> Self {
        Self { per_hour: 12, path_interval: TimeDelta::MINUTE, memory: Bounds::default() }
    }
}
