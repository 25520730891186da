//! The dead letters of malformed table rows, each written once.
//!
//! Every worker reads every row of a broadcast table, and again after each restart. So a row belongs
//! to the worker that owns the input partition `row partition % input partitions`, and the group
//! commits an offset for the row's partition in the transaction that writes its dead letter. (Brokers
//! drop such offsets after `offsets.retention.minutes`, seven days by default: a row that is still
//! malformed then gets a second dead letter at the next restart.)

use std::collections::BTreeMap;

use rdkafka::{Offset, TopicPartitionList};
use stage::{DeadLetter, Fault, Topic};

use super::KafkaLog;
use crate::retry;

/// A partition of a table topic.
type RowPartition = (Topic, i32);

/// The malformed rows of one worker.
#[derive(Debug, Default)]
pub(super) struct RejectedRows {
    /// Table topics with the number of their partitions.
    tables: Vec<(Topic, i32)>,
    /// The number of partitions of each input.
    input_partitions: i32,
    /// Dead letters that this worker has not written, of owned partitions and of others.
    waiting: BTreeMap<RowPartition, Vec<DeadLetter>>,
    /// The committed offsets of the owned partitions.
    committed: BTreeMap<RowPartition, i64>,
    /// The offsets in the open transaction.
    open: BTreeMap<RowPartition, i64>,
}

impl RejectedRows {
    pub(super) fn new(tables: Vec<(Topic, i32)>, input_partitions: i32) -> Self {
        Self { tables, input_partitions: input_partitions.max(1), ..Self::default() }
    }

    pub(super) fn add(&mut self, letter: DeadLetter) {
        let at = letter.record.at;
        self.waiting.entry((at.topic, at.partition)).or_default().push(letter);
    }

    /// The partitions of rows that belong to the owner of these input partitions.
    fn owned_by(&self, is_owned: impl Fn(i32) -> bool) -> Vec<RowPartition> {
        let partitions = self.tables.iter().flat_map(|(topic, n)| (0..*n).map(|p| (*topic, p)));
        partitions.filter(|(_, p)| is_owned(p % self.input_partitions)).collect()
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

    pub(super) fn on_commit(&mut self) {
        self.committed.append(&mut self.open);
    }

    pub(super) fn on_revoke(&mut self) {
        self.committed.clear();
    }
}

impl<R> KafkaLog<R> {
    /// Reads the committed offsets of the row partitions that belong to new input partitions.
    pub(super) fn find_row_offsets(&mut self, is_owned: impl Fn(i32) -> bool) -> Result<(), Fault> {
        let owned = self.rejected_rows.owned_by(is_owned);
        if owned.is_empty() {
            return Ok(());
        }
        let mut list = TopicPartitionList::new();
        for (topic, partition) in &owned {
            list.add_partition(&self.settings.input(topic), *partition);
        }
        let committed = retry::committed_offsets(self.consumer()?, &list, self.settings.timeout)
            .map_err(|error| Fault::new(format!("read committed offsets: {error}")))?;
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
        if letters.is_empty() {
            return Ok(());
        }
        self.transactions.begin()?;
        letters.iter().try_for_each(|letter| self.write_dead_letter(letter))
    }

    /// Adds the offsets of rejected rows to those of a commit.
    pub(super) fn add_row_offsets(&self, list: &mut TopicPartitionList) -> Result<(), Fault> {
        for ((topic, partition), next) in &self.rejected_rows.open {
            let name = self.settings.input(topic);
            list.add_partition_offset(&name, *partition, Offset::Offset(*next))
                .map_err(|error| Fault::new(format!("list offsets: {error}")))?;
        }
        Ok(())
    }
}
