//! Broadcast tables: compacted topics that every worker reads whole and then follows.

use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{Offset, TopicPartitionList};
use stage::{Fault, Position, Raw, Topic};

use crate::Settings;
use crate::restore::Reader;

/// The tables of one worker.
pub(crate) struct Tables {
    reader: Reader,
    /// Each topic with its name on the cluster.
    topics: Vec<(Topic, String)>,
}

impl Tables {
    /// Reads all rows there are; none when the stage has no table.
    pub(crate) fn open(
        settings: &Settings,
        stage: &str,
        topics: &[Topic],
    ) -> Result<Option<(Self, Vec<Raw>)>, Fault> {
        if topics.is_empty() {
            return Ok(None);
        }
        let reader = Reader::new(settings, stage)?;
        let topics: Vec<_> = topics.iter().map(|topic| (*topic, settings.input(topic))).collect();
        let mut rows = Vec::new();
        let mut ends = TopicPartitionList::new();
        for (topic, name) in &topics {
            for partition in 0..reader.partitions(name)? {
                let mut each = |message: &BorrowedMessage<'_>| {
                    rows.push(row(topic, message));
                    Ok(())
                };
                let next = reader.read(name, partition, &mut each, &mut || Ok(()))?;
                ends.add_partition_offset(name, partition, Offset::Offset(next))
                    .map_err(|error| Fault::new(format!("follow {name}: {error}")))?;
            }
        }
        reader.follow(&ends)?;
        Ok(Some((Self { reader, topics }, rows)))
    }

    /// Rows that have come since.
    pub(crate) fn poll(&self) -> Vec<Raw> {
        let mut rows = Vec::new();
        while let Some(message) = self.reader.poll() {
            if let Some((topic, _)) = self.topics.iter().find(|(_, name)| name == message.topic()) {
                rows.push(row(topic, &message));
            }
        }
        rows
    }
}

fn row(topic: Topic, message: &BorrowedMessage<'_>) -> Raw {
    let time = message.timestamp().to_millis().unwrap_or(0) * 1000;
    Raw {
        at: Position { topic, partition: message.partition(), offset: message.offset() },
        time,
        now: time,
        key: message.key().unwrap_or_default().to_vec(),
        value: message.payload().map(<[u8]>::to_vec),
        headers: Vec::new(),
    }
}
