//! The partition to which the key of a record belongs.

use std::collections::BTreeMap;

use stage::{Fault, RawRecord, Topic, partition::partition_of};

use super::KafkaLog;
use crate::faults::{Defence, is_enabled};
use crate::retry;

/// The partition counts of the inputs.
#[derive(Debug, Default)]
pub(super) struct Homes {
    counts: BTreeMap<Topic, i32>,
    /// Whether the topics were counted after the last poll.
    is_current: bool,
}

impl Homes {
    /// Records were polled: a topic may have got more partitions before they were written.
    pub(super) fn on_poll(&mut self) {
        self.is_current = false;
    }
}

impl<R> KafkaLog<R> {
    pub(super) fn find_home(&mut self, record: &RawRecord) -> Result<Option<i32>, Fault> {
        let topic = record.at.topic;
        if let Some(count) = self.homes.counts.get(topic) {
            let home = partition_of(&record.key, *count);
            // Counted again before a record is rejected, at most once a poll: until the consumer learns
            // of new partitions, it reads records that were placed by the new count.
            if home == record.at.partition || self.homes.is_current {
                return Ok(Some(home));
            }
        }
        if !is_enabled(Defence::KeyedPartition) {
            return Ok(None);
        }
        for (topic, name) in &self.inputs {
            let count = retry::partition_count(self.consumer()?, name, self.settings.timeout)
                .map_err(|error| Fault::log(format!("count the partitions of {name}"), error))?;
            self.homes.counts.insert(topic, count);
        }
        self.homes.is_current = true;
        let count = self.homes.counts.get(topic);
        Ok(count.map(|count| partition_of(&record.key, *count)))
    }
}
