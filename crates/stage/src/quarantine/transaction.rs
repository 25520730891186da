//! What the open transaction holds: if it fails, one of these records is to blame, or a timer.

use std::collections::BTreeMap;

use crate::{Position, RawRecord, Topic};

/// The records whose effects are in the open transaction.
#[derive(Debug, Default)]
pub(super) struct OpenTransaction {
    /// The last record of each topic and partition.
    last: BTreeMap<(Topic, i32), i64>,
    first: Option<Position>,
    records: usize,
    has_timers: bool,
    is_written: bool,
}

impl OpenTransaction {
    pub(super) fn add_records(&mut self, slice: &[RawRecord]) {
        self.is_written = true;
        self.records += slice.len();
        self.first = self.first.or(slice.first().map(|raw| raw.at));
        for (index, raw) in slice.iter().enumerate() {
            // Mostly one look-up per slice: the offsets of a topic increase within it.
            if slice.get(index + 1).is_none_or(|next| next.at.topic != raw.at.topic) {
                self.last.insert((raw.at.topic, raw.at.partition), raw.at.offset);
            }
        }
    }

    pub(super) fn add_timer(&mut self) {
        self.is_written = true;
        self.has_timers = true;
    }

    /// Whether nothing was written; a batch of skipped taps writes its offsets.
    pub(super) fn is_empty(&self) -> bool {
        !self.is_written
    }

    pub(super) fn records(&self) -> usize {
        self.records
    }

    pub(super) fn last_offsets(&self) -> impl Iterator<Item = (&(Topic, i32), &i64)> {
        self.last.iter()
    }

    /// The record that alone can have made the transaction fail.
    pub(super) fn only_record(&self) -> Option<Position> {
        self.first.filter(|_| self.records == 1 && !self.has_timers)
    }
}
