//! Reads broadcast tables: compacted topics that every worker reads whole and then follows.

use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{Offset, TopicPartitionList};
use stage::{Fault, RawRecord, Topic};

use crate::KafkaSettings;
use crate::partition_reader::PartitionReader;
use crate::record::{read_headers, read_record};

/// The table topics of one worker, and the consumer that follows them.
pub(crate) struct TableReader {
    reader: PartitionReader,
    /// Each topic with its name on the cluster.
    topics: Vec<(Topic, String)>,
    partition_counts: Vec<(Topic, i32)>,
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
        let mut ends = TopicPartitionList::new();
        for (topic, name) in &topics {
            let count = reader.partition_count(name)?;
            partition_counts.push((*topic, count));
            for partition in 0..count {
                let mut each = |message: &BorrowedMessage<'_>| {
                    rows.push(row(message, topic));
                    Ok(())
                };
                // The worker has not joined the group yet: there is nothing to do meanwhile.
                let next = reader.read(name, partition, &mut each, &mut || Ok(()))?;
                ends.add_partition_offset(name, partition, Offset::Offset(next))
                    .map_err(|error| Fault::log(format!("follow {name}"), error))?;
            }
        }
        reader.follow(&ends)?;
        Ok(Some((Self { reader, topics, partition_counts }, rows)))
    }

    /// The topics with the number of partitions that each had when the worker started.
    pub(crate) fn partition_counts(&self) -> &[(Topic, i32)] {
        &self.partition_counts
    }

    /// Returns the rows that have arrived since the last call, possibly none. Does not wait.
    pub(crate) fn poll(&self) -> Vec<RawRecord> {
        let mut rows = Vec::new();
        while let Some(message) = self.reader.poll() {
            if let Some((topic, _)) = self.topics.iter().find(|(_, name)| name == message.topic()) {
                rows.push(row(&message, topic));
            }
        }
        rows
    }
}

/// Copies a row, with the headers that its dead letter would carry.
fn row(message: &BorrowedMessage<'_>, topic: Topic) -> RawRecord {
    read_record(message, topic, read_headers(message))
}
