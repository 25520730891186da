//! The dead letters of malformed table rows, each written once.
//!
//! Every worker reads every row of a broadcast table, and again after each restart. So a row belongs
//! to the worker that owns the input partition `row partition % input partitions`, and the group
//! commits an offset for the row's partition in the transaction that writes its dead letter. The
//! offset also carries the group's generation, which fences a worker that has lost the partition.
//!
//! A group that has not run for `offsets.retention.minutes` loses these offsets with those of its
//! inputs. A stage that moves into a chain, or out of one, works for another group, which has none.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rdkafka::{Offset, TopicPartitionList};
use stage::{DeadLetter, Fault, Topic};

use super::KafkaLog;
use crate::faults::{CrashPoint, Defence, crash_point, is_enabled};
use crate::retry;

/// Interval at which offsets are committed again. The group does not subscribe to the table topics,
/// so a broker drops their offsets `offsets.retention.minutes` (seven days by default) after the
/// commit, also while the group works.
const REFRESH_INTERVAL: Duration = Duration::from_secs(3600);

/// A partition of a table topic.
type RowPartition = (Topic, i32);

/// The malformed rows of one worker.
#[derive(Debug, Default)]
pub(super) struct RejectedRows {
    /// Table topics with the number of their partitions.
    tables: Vec<(Topic, i32)>,
    /// Dead letters that this worker has not written, of owned partitions and of others.
    waiting: BTreeMap<RowPartition, Vec<DeadLetter>>,
    /// The committed offsets of the owned partitions.
    committed: BTreeMap<RowPartition, i64>,
    /// The offsets in the open transaction.
    open: BTreeMap<RowPartition, i64>,
    /// The last time at which the committed offsets joined a transaction; none since a rebalance.
    refreshed_at: Option<Instant>,
}

impl RejectedRows {
    pub(super) fn new(tables: Vec<(Topic, i32)>) -> Self {
        Self { tables, ..Self::default() }
    }

    pub(super) fn add(&mut self, letter: DeadLetter) {
        let at = letter.record.at;
        self.waiting.entry((at.topic, at.partition)).or_default().push(letter);
    }

    /// The partitions of rows that belong to the owner of these input partitions, of `count`.
    fn owned_by(&self, is_owned: impl Fn(i32) -> bool, count: i32) -> Vec<RowPartition> {
        let partitions = self.tables.iter().flat_map(|(topic, n)| (0..*n).map(|p| (*topic, p)));
        partitions.filter(|(_, p)| is_owned(p % count)).collect()
    }

    /// Takes the dead letters of owned partitions, and moves their offsets into the transaction.
    fn take_owned(&mut self) -> Vec<DeadLetter> {
        let mut letters = Vec::new();
        for (partition, committed) in &self.committed {
            for letter in self.waiting.remove(partition).unwrap_or_default() {
                let next = self.open.get(partition).copied().unwrap_or(*committed);
                let offset = letter.record.at.offset;
                if offset >= next {
                    self.open.insert(*partition, offset + 1);
                    letters.push(letter);
                }
            }
        }
        letters
    }

    /// Moves the committed offsets into the transaction, once every [`REFRESH_INTERVAL`].
    fn refresh(&mut self, now: Instant) {
        if self.refreshed_at.is_some_and(|last| now.duration_since(last) < REFRESH_INTERVAL) {
            return;
        }
        self.refreshed_at = Some(now);
        // An offset of 0 stands for none: no row of the partition has been rejected.
        for (partition, next) in self.committed.iter().filter(|(_, next)| **next > 0) {
            self.open.entry(*partition).or_insert(*next);
        }
    }

    pub(super) fn on_commit(&mut self) {
        self.committed.append(&mut self.open);
    }

    pub(super) fn on_revoke(&mut self) {
        self.committed.clear();
        self.refreshed_at = None;
    }
}

impl<R> KafkaLog<R> {
    /// Reads the committed offsets of the row partitions that belong to new input partitions.
    pub(super) fn find_row_offsets(&mut self, is_owned: impl Fn(i32) -> bool) -> Result<(), Fault> {
        let Some((_, input)) = self.inputs.first().filter(|_| self.tables.is_some()) else {
            return Ok(());
        };
        // Counted at each rebalance: workers that counted at their start would own the same rows
        // after an input got more partitions.
        let count = retry::partition_count(self.consumer()?, input, self.settings.timeout)
            .map_err(|error| Fault::log(format!("count the partitions of {input}"), error))?;
        let owned = self.rejected_rows.owned_by(is_owned, count);
        if owned.is_empty() {
            return Ok(());
        }
        let mut list = TopicPartitionList::new();
        for (topic, partition) in &owned {
            list.add_partition(&self.settings.input(topic), *partition);
        }
        let committed = retry::committed_offsets(self.consumer()?, &list, self.settings.timeout)
            .map_err(|error| Fault::log("read committed offsets", error))?;
        for (topic, partition) in owned {
            let element = committed.find_partition(&self.settings.input(topic), partition);
            let offset = match element.map(|element| element.offset()) {
                Some(Offset::Offset(offset)) => offset,
                _ => 0,
            };
            self.rejected_rows.committed.insert((topic, partition), offset);
        }
        Ok(())
    }

    /// Writes the dead letters of malformed rows that belong to this worker.
    pub(super) fn write_rejected_rows(&mut self) -> Result<(), Fault> {
        let letters = self.rejected_rows.take_owned();
        self.rejected_rows.refresh(Instant::now());
        // Offsets without letters need a transaction too: no input may come for days.
        if self.rejected_rows.open.is_empty() {
            return Ok(());
        }
        crash_point(CrashPoint::BeforeProduce);
        self.transactions.begin()?;
        letters.iter().try_for_each(|letter| self.write_dead_letter(letter))?;
        crash_point(CrashPoint::AfterProduce);
        Ok(())
    }

    /// Adds the offsets of rejected rows to those of a commit.
    pub(super) fn add_row_offsets(&self, list: &mut TopicPartitionList) -> Result<(), Fault> {
        let open = &self.rejected_rows.open;
        for ((topic, partition), next) in open.iter().filter(|_| is_enabled(Defence::RowOffsets)) {
            let name = self.settings.input(topic);
            list.add_partition_offset(&name, *partition, Offset::Offset(*next))
                .map_err(|error| Fault::log("list offsets", error))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use stage::{
        EventTime, Position, RawRecord, RecordHeaders, RecordRejection, RejectReason, WallTime,
    };

    use super::*;

    fn letter(partition: i32, offset: i64) -> DeadLetter {
        let at = Position { topic: "t", partition, offset };
        let (key, headers) = (Vec::new(), RecordHeaders::new());
        let (time, now) = (EventTime::default(), WallTime::default());
        let record = RawRecord { at, time, now, key, value: None, headers };
        let (reason, message) = (RejectReason::Undecodable, String::new());
        DeadLetter { reject: RecordRejection { stage: "s", index: 0, reason, message }, record }
    }

    fn offsets_of(letters: &[DeadLetter]) -> Vec<(i32, i64)> {
        letters.iter().map(|letter| (letter.record.at.partition, letter.record.at.offset)).collect()
    }

    #[test]
    fn each_row_partition_has_one_owner_whatever_the_number_of_input_partitions() {
        let rows = RejectedRows::new(vec![("t", 5), ("u", 1)]);
        for count in [1, 2, 3, 8] {
            let owned = (0..count).flat_map(|owner| rows.owned_by(|p| p == owner, count));
            let mut owned: Vec<_> = owned.collect();
            owned.sort_unstable();
            assert_eq!(owned, [("t", 0), ("t", 1), ("t", 2), ("t", 3), ("t", 4), ("u", 0)]);
        }
    }

    #[test]
    fn a_letter_waits_for_an_owner_and_is_skipped_before_the_committed_offset() {
        let mut rows = RejectedRows::default();
        for (partition, offset) in [(0, 3), (0, 4), (0, 7), (1, 2)] {
            rows.add(letter(partition, offset));
        }
        assert_eq!(offsets_of(&rows.take_owned()), []);
        rows.committed.insert(("t", 0), 4);
        assert_eq!(offsets_of(&rows.take_owned()), [(0, 4), (0, 7)]);
        assert_eq!(rows.open, [(("t", 0), 8)].into());
        rows.on_commit();
        rows.on_revoke();
        rows.committed.insert(("t", 1), 0);
        assert_eq!(offsets_of(&rows.take_owned()), [(1, 2)]);
    }

    #[test]
    fn committed_offsets_are_committed_again_after_a_rebalance_and_every_interval() {
        let mut rows = RejectedRows::default();
        let start = Instant::now();
        let refreshed = |rows: &mut RejectedRows, now| {
            rows.refresh(now);
            let open = rows.open.clone();
            rows.on_commit();
            open.into_iter().collect::<Vec<_>>()
        };
        rows.committed = [(("t", 0), 4), (("t", 1), 0)].into();
        assert_eq!(refreshed(&mut rows, start), [(("t", 0), 4)]);
        assert_eq!(refreshed(&mut rows, start + REFRESH_INTERVAL / 2), []);
        assert_eq!(refreshed(&mut rows, start + REFRESH_INTERVAL), [(("t", 0), 4)]);
        rows.on_revoke();
        rows.committed = [(("t", 2), 9)].into();
        assert_eq!(refreshed(&mut rows, start + REFRESH_INTERVAL), [(("t", 2), 9)]);
    }
}
