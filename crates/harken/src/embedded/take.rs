//! Facts in and out of the memory broker.

use mention::codec::{self, Fact};
use stage::memory::Broker;
use stage::{Micros, Topic};

use crate::Problem;

/// Takes the facts that a topic holds.
///
/// # Errors
/// [`Problem::Bug`] for bytes that are no such fact: the stages have just written them.
pub fn take<F: Fact>(broker: &Broker, topic: Topic) -> Result<Vec<F>, Problem> {
    let read = |value: Vec<u8>| {
        codec::read(&value)
            .map_err(|bad| Problem::Bug(format!("read back {topic}: {}", bad.message)))
    };
    broker.take(topic).into_iter().filter_map(|raw| raw.value).map(read).collect()
}

/// Appends a fact with its key and event time, in microseconds.
pub fn append<F: Fact>(broker: &Broker, topic: Topic, time: Micros, key: &[u8], fact: &F) {
    let mut value = Vec::with_capacity(512);
    codec::write(fact, &mut value);
    // Kafka keeps milliseconds: the embedded log must not tell more.
    broker.append(topic, time - time.rem_euclid(1000), key, Some(value));
}
