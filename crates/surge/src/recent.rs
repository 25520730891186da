//! The counts of the last hours, by the minute.

use stage::{Malformed, Wire};

use crate::layout::{Cursor, put_count, put_number};

/// How many minutes are kept.
pub(crate) const KEPT: usize = 240;

/// The counts of the last `KEPT` minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent {
    /// The latest minute since the epoch that has begun; minutes after it hold nothing.
    last: i64,
    counts: Box<[u32; KEPT]>,
}

impl Recent {
    /// Nothing but silence up to this minute.
    #[must_use]
    pub(crate) fn at(minute: i64) -> Self {
        Self { last: minute, counts: Box::new([0; KEPT]) }
    }

    /// The latest minute.
    #[must_use]
    pub(crate) fn last(&self) -> i64 {
        self.last
    }

    /// Goes on to a later minute; nothing happens when it is none.
    pub(crate) fn advance(&mut self, minute: i64) {
        let steps = minute.saturating_sub(self.last).clamp(0, KEPT as i64);
        for step in 0..steps {
            self.counts[place(minute - step)] = 0;
        }
        self.last = self.last.max(minute);
    }

    /// Adds mentions to a minute; those of a minute no longer kept are passed over.
    pub(crate) fn add(&mut self, minute: i64, count: u32) {
        self.advance(minute);
        if self.last - minute < KEPT as i64 {
            let counts = &mut self.counts[place(minute)];
            *counts = counts.saturating_add(count);
        }
    }

    /// The count of a minute; 0 where it is not kept.
    #[must_use]
    pub(crate) fn of(&self, minute: i64) -> u32 {
        if minute > self.last || self.last - minute >= KEPT as i64 {
            return 0;
        }
        self.counts[place(minute)]
    }
}

impl Wire for Recent {
    fn write(&self, out: &mut Vec<u8>) {
        put_number(self.last, out);
        let told = (0..KEPT).filter(|back| self.of(self.last - *back as i64) > 0);
        let told: Vec<usize> = told.collect();
        put_count(told.len(), out);
        for back in told {
            out.push(back as u8);
            out.extend_from_slice(&self.of(self.last - back as i64).to_le_bytes());
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor(bytes);
        let mut recent = Self::at(cursor.number()?);
        for _ in 0..cursor.count(5)? {
            let back = usize::from(cursor.byte()?);
            let count = u32::from_le_bytes(cursor.array()?);
            if back >= KEPT {
                return Err(Malformed::new("a minute that is not kept"));
            }
            recent.counts[place(recent.last.wrapping_sub(back as i64))] = count;
        }
        cursor.end(recent)
    }
}

fn place(minute: i64) -> usize {
    minute.rem_euclid(KEPT as i64) as usize
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_holds_what_a_map_of_the_last_minutes_holds(
            steps in prop::collection::vec((-300..300_i64, 0..9_u32), 1..200),
        ) {
            let (mut recent, mut map, mut last) = (Recent::at(1000), BTreeMap::new(), 1000);
            for (ahead, count) in steps {
                let minute = last + ahead;
                recent.add(minute, count);
                last = last.max(minute);
                *map.entry(minute).or_insert(0) += count;
                let first = last - KEPT as i64 + 1;
                map = map.split_off(&first);
                for minute in first - 5..last + 5 {
                    prop_assert_eq!(recent.of(minute), map.get(&minute).copied().unwrap_or(0));
                }
            }
        }
    }
}
