//! Typed records in and out of the memory broker.

use mention::codec::{self, AvroRecord};
use stage::memory::MemoryBroker;
use stage::{Micros, Topic};

use crate::CommandError;

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
            .map_err(|bad| CommandError::Bug(format!("read back {topic}: {}", bad.message)))
    };
    broker.drain(topic).into_iter().filter_map(|raw| raw.value).map(read).collect()
}

/// Appends a record with its key and event time, in microseconds.
pub fn append_fact<F: AvroRecord>(
    broker: &MemoryBroker,
    topic: Topic,
    time: Micros,
    key: &[u8],
    fact: &F,
) {
    let mut value = Vec::with_capacity(512);
    codec::write(fact, &mut value);
    // Kafka truncates timestamps to milliseconds; the memory log must not be more precise.
    broker.append(topic, time - time.rem_euclid(1000), key, Some(value));
}
