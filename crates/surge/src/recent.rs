//! The latest counts of a series by minute, in a ring buffer.

use stage::bytes::{ByteReader, ByteWriter};
use stage::{Malformed, Wire};

/// Number of minutes kept: the longest window of the test.
pub(crate) const MINUTES_KEPT: usize = 240;

/// The counts of the last `MINUTES_KEPT` minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentCounts {
    /// The latest minute since the epoch.
    last: i64,
    counts: Box<[u32; MINUTES_KEPT]>,
}

impl RecentCounts {
    /// Counts of 0 up to this minute.
    #[must_use]
    pub(crate) fn empty_until(minute: i64) -> Self {
        Self { last: minute, counts: Box::new([0; MINUTES_KEPT]) }
    }

    /// The latest minute.
    #[must_use]
    pub(crate) fn last(&self) -> i64 {
        self.last
    }

    /// Advances to a later minute; an earlier one changes nothing.
    pub(crate) fn advance(&mut self, minute: i64) {
        let steps = minute.saturating_sub(self.last).clamp(0, MINUTES_KEPT as i64);
        // The slots of the skipped minutes still hold counts of 240 minutes ago.
        for step in 0..steps {
            self.counts[slot(minute - step)] = 0;
        }
        self.last = self.last.max(minute);
    }

    /// Adds mentions to a minute; ignores those of a minute no longer kept.
    pub(crate) fn add(&mut self, minute: i64, count: u32) {
        self.advance(minute);
        if self.last - minute < MINUTES_KEPT as i64 {
            let slot = &mut self.counts[slot(minute)];
            *slot = slot.saturating_add(count);
        }
    }

    /// The count of a minute; 0 if it is not kept.
    #[must_use]
    pub(crate) fn count_at(&self, minute: i64) -> u32 {
        if minute > self.last || self.last - minute >= MINUTES_KEPT as i64 {
            return 0;
        }
        self.counts[slot(minute)]
    }
}

impl Wire for RecentCounts {
    fn write(&self, out: &mut Vec<u8>) {
        let mut out = ByteWriter::new(out);
        out.le(self.last);
        // Most minutes of most series are silent, so only the others are written.
        let counted = (0..MINUTES_KEPT).filter(|back| self.count_at(self.last - *back as i64) > 0);
        let counted: Vec<usize> = counted.collect();
        out.count_le::<u32>(counted.len());
        for back in counted {
            out.byte(back as u8);
            out.le(self.count_at(self.last - back as i64));
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let mut recent = Self::empty_until(reader.le()?);
        for _ in 0..reader.count_le::<u32>(5)? {
            let (back, count) = (usize::from(reader.byte()?), reader.le()?);
            if back >= MINUTES_KEPT {
                return Err(Malformed::InvalidField("minute"));
            }
            recent.counts[slot(recent.last.wrapping_sub(back as i64))] = count;
        }
        reader.finish(recent)
    }
}

fn slot(minute: i64) -> usize {
    minute.rem_euclid(MINUTES_KEPT as i64) as usize
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn counts_equal_those_of_a_map_of_the_last_minutes(
            steps in prop::collection::vec((-300..300_i64, 0..9_u32), 1..200),
        ) {
            let (mut recent, mut map, mut last) = (RecentCounts::empty_until(1000), BTreeMap::new(), 1000);
            for (ahead, count) in steps {
                let minute = last + ahead;
                recent.add(minute, count);
                last = last.max(minute);
                *map.entry(minute).or_insert(0) += count;
                let first = last - MINUTES_KEPT as i64 + 1;
                map = map.split_off(&first);
                for minute in first - 5..last + 5 {
                    prop_assert_eq!(recent.count_at(minute), map.get(&minute).copied().unwrap_or(0));
                }
            }
        }
    }
}
