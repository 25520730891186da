//! Counts panics by record: a record that makes the stage panic is retried alone and then becomes
//! a dead letter, so it cannot hold up the records behind it.

use std::collections::BTreeMap;

use crate::{Position, RawRecord};

/// Number of panics after which a record goes to the dead letters.
pub const MAX_ATTEMPTS: u8 = 3;

/// Number of slices of a single record that follow a panic, per partition. A panic in a slice of
/// several records does not tell which one caused it; processed alone, the culprit is known. The
/// number covers any batch that the worker may poll again after the restart.
const SINGLE_RECORD_SLICES: usize = 10_000;

/// The panics so far. It survives restarts of the worker, but not of the process.
#[derive(Debug, Default)]
pub struct Quarantine {
    panics: BTreeMap<Position, u8>,
    /// Slices of a single record still to come, by partition.
    single_slices_left: BTreeMap<i32, usize>,
}

impl Quarantine {
    /// Whether the record has used up its attempts.
    pub(crate) fn is_quarantined(&self, at: Position) -> bool {
        self.panics.get(&at).is_some_and(|n| *n >= MAX_ATTEMPTS)
    }

    /// Returns the number of the next `len` records of a partition to process together.
    pub(crate) fn next_slice_len(&mut self, partition: i32, len: usize) -> usize {
        // A batch of skipped taps is empty: it must not use up a slice, nor be cut at 1.
        if len == 0 {
            return 0;
        }
        let Some(left) = self.single_slices_left.get_mut(&partition) else { return len };
        *left -= 1;
        if *left == 0 {
            self.single_slices_left.remove(&partition);
        }
        1
    }

    /// Records that the stage panicked while it processed these records together.
    pub(crate) fn record_panic(&mut self, partition: i32, records: &[RawRecord]) {
        self.single_slices_left.insert(partition, SINGLE_RECORD_SLICES);
        // Only a record that was alone counts: its neighbours in a larger slice are innocent.
        if let [record] = records {
            *self.panics.entry(record.at).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_panic_a_fixed_number_of_slices_holds_one_record_whatever_the_batch_size() {
        let mut quarantine = Quarantine::default();
        assert_eq!(quarantine.next_slice_len(0, 16), 16);
        quarantine.record_panic(0, &[]);
        for _ in 0..SINGLE_RECORD_SLICES {
            assert_eq!(quarantine.next_slice_len(0, 16), 1);
        }
        assert_eq!(quarantine.next_slice_len(0, 16), 16);
        assert_eq!(quarantine.next_slice_len(1, 16), 16);
    }

    #[test]
    fn an_empty_batch_after_a_panic_has_no_slice_of_one_record() {
        let mut quarantine = Quarantine::default();
        quarantine.record_panic(0, &[]);
        assert_eq!(quarantine.next_slice_len(0, 0), 0);
        assert_eq!(quarantine.next_slice_len(0, 16), 1);
    }
}
