//! A map whose entries are also ordered by age, so that the oldest can expire.
//!
//! Must not know: the meaning of an entry, and how long it is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;

use super::Minute;

/// Why an entry exceeds the bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// It is too old.
    Age,
    /// There are too many, and it is among the oldest.
    Number,
}

/// A value that has an age.
pub(super) trait Aged {
    /// The minute from which the age counts.
    fn since(&self) -> Minute;
}

/// Entries by key and by age.
#[derive(Debug)]
pub(super) struct AgedMap<K, V> {
    entries: BTreeMap<K, V>,
    by_age: BTreeSet<(Minute, K)>,
}

impl<K, V> Default for AgedMap<K, V> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), by_age: BTreeSet::new() }
    }
}

impl<K: Copy + Ord, V: Aged> AgedMap<K, V> {
    pub(super) fn get(&self, key: K) -> Option<&V> {
        self.entries.get(&key)
    }

    /// Adds or replaces an entry.
    pub(super) fn set(&mut self, key: K, value: V) {
        let since = value.since();
        let before = self.entries.insert(key, value).map(|old| old.since());
        // Most updates keep the minute: they do not touch the index.
        if before != Some(since) {
            if let Some(before) = before {
                self.by_age.remove(&(before, key));
            }
            self.by_age.insert((since, key));
        }
    }

    /// Removes an entry, if it exists.
    pub(super) fn remove(&mut self, key: K) {
        if let Some(old) = self.entries.remove(&key) {
            self.by_age.remove(&(old.since(), key));
        }
    }

    /// The keys in a range, in their order.
    pub(super) fn keys(&self, range: impl RangeBounds<K>) -> impl Iterator<Item = K> {
        self.entries.range(range).map(|(key, _)| *key)
    }

    /// The keys to remove, oldest first: those that `is_expired` and those in excess of `max_len`.
    pub(super) fn expired(
        &self,
        max_len: usize,
        is_expired: impl Fn(Minute) -> bool,
    ) -> impl Iterator<Item = (K, Excess)> {
        let excess = self.len().saturating_sub(max_len);
        let oldest = self.by_age.iter().enumerate();
        oldest.map_while(move |(n, (since, key))| match is_expired(*since) {
            true => Some((*key, Excess::Age)),
            false if n < excess => Some((*key, Excess::Number)),
            false => None,
        })
    }

    /// The number of entries.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}
