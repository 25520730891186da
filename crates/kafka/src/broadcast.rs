//! Reads broadcast tables: compacted topics that every worker reads whole and then follows.

use std::collections::BTreeMap;

use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{Offset, TopicPartitionList};
use stage::{Fault, Position, RawRecord, Topic};

use crate::KafkaSettings;
use crate::partition_reader::{Next, PartitionReader};
use crate::record::{read_headers, read_record};
use crate::unreadable::{UnreadableBatch, is_unreadable};

/// The table topics of one worker, and the consumer that follows them.
pub(crate) struct TableReader {
    reader: PartitionReader,
    /// Each topic with its name on the cluster.
    topics: Vec<(Topic, String)>,
    partition_counts: Vec<(Topic, i32)>,
    /// Offsets of the next rows, by topic and partition.
    positions: BTreeMap<(Topic, i32), i64>,
    /// Rows that the client cannot read, with the position of the first.
    unreadable: Vec<(Position, UnreadableBatch)>,
}

impl TableReader {
    /// Reads all existing rows and follows the topics from there. Returns none if the stage has no
    /// table.
    pub(crate) fn open(
        settings: &KafkaSettings,
        stage: &str,
        topics: &[Topic],
    ) -> Result<Option<(Self, Vec<RawRecord>)>, Fault> {
        if topics.is_empty() {
            return Ok(None);
        }
        let reader = PartitionReader::new(settings, stage)?;
        let topics: Vec<_> = topics.iter().map(|topic| (*topic, settings.input(topic))).collect();
        let (mut rows, mut partition_counts) = (Vec::new(), Vec::new());
        let (mut positions, mut unreadable) = (BTreeMap::new(), Vec::new());
        for (topic, name) in &topics {
            let count = reader.partition_count(name)?;
            partition_counts.push((*topic, count));
            for partition in 0..count {
                let mut each = |next: Next<'_, '_>| {
                    match next {
                        Next::Record(message) => rows.push(row(message, topic)),
                        Next::Unreadable(batch) => {
                            unreadable.push((first_of(batch, topic), batch.clone()));
                        }
                    }
                    Ok(())
                };
                // The worker has not joined the group yet: there is nothing to do meanwhile.
                let next = reader.read(name, partition, &mut each, &mut || Ok(()))?;
                positions.insert((*topic, partition), next);
            }
        }
        let table = Self { reader, topics, partition_counts, positions, unreadable };
        table.reader.follow(&table.next_offsets()?)?;
        Ok(Some((table, rows)))
    }

    fn next_offsets(&self) -> Result<TopicPartitionList, Fault> {
        let mut list = TopicPartitionList::new();
        for (topic, name) in &self.topics {
            for ((_, partition), next) in self.positions.iter().filter(|((t, _), _)| t == topic) {
                list.add_partition_offset(name, *partition, Offset::Offset(*next))
                    .map_err(|error| Fault::log(format!("follow {name}"), error))?;
            }
        }
        Ok(list)
    }

    /// The topics with the number of partitions that each had when the worker started.
    pub(crate) fn partition_counts(&self) -> &[(Topic, i32)] {
        &self.partition_counts
    }

    /// Returns the rows that have arrived since the last call, possibly none. Waits only to find rows
    /// that the client cannot read.
    pub(crate) fn poll(&mut self) -> Result<Vec<RawRecord>, Fault> {
        let (mut rows, mut is_stopped) = (Vec::new(), false);
        while let Some(polled) = self.reader.poll() {
            let message = match polled {
                Ok(message) => message,
                Err(error) => {
                    is_stopped |= is_unreadable(&error);
                    continue;
                }
            };
            let found = self.topics.iter().find(|(_, name)| name == message.topic());
            if let Some((topic, _)) = found {
                self.positions.insert((*topic, message.partition()), message.offset() + 1);
                rows.push(row(&message, topic));
            }
        }
        if is_stopped {
            self.skip_unreadable()?;
        }
        Ok(rows)
    }

    fn skip_unreadable(&mut self) -> Result<(), Fault> {
        let found = self.reader.find_unreadable(&self.next_offsets()?, &mut || Ok(()))?;
        let Some(batch) = found else { return Ok(()) };
        let named = self.topics.iter().find(|(_, name)| *name == batch.topic);
        let Some((topic, _)) = named else { return Ok(()) };
        self.positions.insert((*topic, batch.partition), batch.next);
        self.unreadable.push((first_of(&batch, topic), batch));
        self.reader.follow(&self.next_offsets()?)
    }

    /// Removes and returns the rows that the client cannot read, as far as they are found.
    pub(crate) fn take_unreadable(&mut self) -> Vec<(Position, UnreadableBatch)> {
        std::mem::take(&mut self.unreadable)
    }
}

/// The position of the first record of a batch.
fn first_of(batch: &UnreadableBatch, topic: Topic) -> Position {
    Position { topic, partition: batch.partition, offset: batch.first }
}

/// Copies a row, with the headers that its dead letter would carry.
fn row(message: &BorrowedMessage<'_>, topic: Topic) -> RawRecord {
    read_record(message, topic, read_headers(message))
}
