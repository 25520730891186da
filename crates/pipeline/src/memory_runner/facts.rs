//! Typed records in and out of the memory broker.

use mention::codec::{self, AvroRecord};
use stage::memory::MemoryBroker;
use stage::{EventTime, TimeDelta, Topic};

use crate::{CommandError, Failure};

/// Drains a topic and decodes its records; tombstones are skipped.
///
/// # Errors
/// [`CommandError::Bug`] for malformed bytes: the stages of this process wrote them.
pub fn take_facts<F: AvroRecord>(
    broker: &MemoryBroker,
    topic: Topic,
) -> Result<Vec<F>, CommandError> {
    let read = |value: Vec<u8>| {
        codec::read(&value)
            .map_err(|bad| CommandError::Bug(Failure::new(format!("read back {topic}"), bad)))
    };
    broker.drain(topic).into_iter().filter_map(|raw| raw.value).map(read).collect()
}

/// Appends a record with its key and event time.
pub fn append_fact<F: AvroRecord>(
    broker: &MemoryBroker,
    topic: Topic,
    time: EventTime,
    key: &[u8],
    fact: &F,
) {
    let mut value = Vec::with_capacity(512);
    codec::write(fact, &mut value);
    // Kafka truncates timestamps to milliseconds; the memory log must not be more precise.
    broker.append(topic, time.floor(TimeDelta::MILLISECOND), key, Some(value));
}
