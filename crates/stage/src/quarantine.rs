//! A record that panics a stage is tried again, alone, and then set aside: never looped on.

use std::collections::BTreeMap;

use crate::{Position, Raw};

/// How often a record may panic a stage before it goes to the dead letters.
pub const ATTEMPTS: u8 = 3;

/// How many records of a partition are processed one by one after a panic.
const CAREFUL: usize = 10_000;

/// What is known about panics; it outlives the restarts of a worker, but not of the process.
#[derive(Debug, Default)]
pub struct Quarantine {
    panics: BTreeMap<Position, u8>,
    careful: BTreeMap<i32, usize>,
}

impl Quarantine {
    /// Whether the record has used up its attempts.
    pub(crate) fn holds(&self, at: Position) -> bool {
        self.panics.get(&at).is_some_and(|n| *n >= ATTEMPTS)
    }

    /// How many records of this partition may be processed together.
    pub(crate) fn slice(&mut self, partition: i32, len: usize) -> usize {
        let Some(left) = self.careful.get_mut(&partition) else { return len };
        *left -= 1;
        if *left == 0 {
            self.careful.remove(&partition);
        }
        1
    }

    /// Notes that processing these records together has panicked.
    pub(crate) fn note(&mut self, partition: i32, records: &[Raw]) {
        self.careful.insert(partition, CAREFUL);
        if let [record] = records {
            *self.panics.entry(record.at).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn care_lasts_for_as_many_records_as_were_processed_alone_however_many_were_offered() {
        let mut quarantine = Quarantine::default();
        assert_eq!(quarantine.slice(0, 16), 16);
        quarantine.note(0, &[]);
        for _ in 0..CAREFUL {
            assert_eq!(quarantine.slice(0, 16), 1);
        }
        assert_eq!(quarantine.slice(0, 16), 16);
        assert_eq!(quarantine.slice(1, 16), 16);
    }
}
