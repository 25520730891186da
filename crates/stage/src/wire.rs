//! Encodes values as the bytes of a topic and decodes them.

use crate::{EventTime, Malformed, Outgoing, RawRecord, RecordHeaders, TimeDelta, Topic};

/// A value with a byte form, such as a key or a value of a changelog.
pub trait Wire: Sized {
    /// Appends the bytes of the value to `out`.
    fn write(&self, out: &mut Vec<u8>);

    /// Decodes the value.
    ///
    /// # Errors
    /// When the bytes are not such a value.
    fn read(bytes: &[u8]) -> Result<Self, Malformed>;
}

/// The input of a stage: an enum with one variant for each topic.
pub trait Input: Sized {
    /// The topics, primary first. All must be co-partitioned: same key, same partition count.
    fn topics() -> Vec<Topic>;

    /// Decodes one record and checks what the stage relies on; no value means a tombstone.
    ///
    /// # Errors
    /// When the record must become a dead letter.
    fn read(record: &RawRecord) -> Result<Self, Malformed>;

    /// The topics whose taps it skips: the [`crate::Downstream::LINK_TOPIC`] of a stage that can run
    /// in a chain. A stage of the pipeline must skip a record that a chain has already processed in
    /// that stage; a stage that only observes must not. On every other topic no tap can be, so whoever
    /// writes the header there hides nothing.
    fn tap_topics() -> Vec<Topic> {
        Vec::new()
    }
}

/// The output of a stage: an enum with one variant for each topic.
pub trait Output {
    /// Every topic it can write to.
    fn topics() -> Vec<Topic>;

    /// The topic of this record.
    fn topic(&self) -> Topic;

    /// Appends the key to `out`; it chooses the partition.
    fn key(&self, out: &mut Vec<u8>);

    /// Appends the payload to `out`.
    fn write(&self, out: &mut Vec<u8>);

    /// Whether it is a tombstone: a key without a payload, which compaction removes.
    fn is_tombstone(&self) -> bool {
        false
    }

    /// The headers, for consumers that route without decoding.
    fn headers(&self) -> RecordHeaders {
        RecordHeaders::new()
    }

    /// Encodes the record for a log, with its event time.
    fn into_outgoing(self, time: EventTime) -> Outgoing
    where
        Self: Sized,
    {
        encode(time, &self)
    }
}

/// Rounds event time down to milliseconds, the resolution of a Kafka timestamp, so that a record
/// has the same time in a chain, in memory and on Kafka.
pub(crate) fn stream_time(time: EventTime) -> EventTime {
    time.floor(TimeDelta::MILLISECOND)
}

pub(crate) fn encode<O: Output>(time: EventTime, out: &O) -> Outgoing {
    // Capacities fit an author id and a typical Avro record, so that neither buffer grows.
    let mut key = Vec::with_capacity(64);
    out.key(&mut key);
    let value = (!out.is_tombstone()).then(|| {
        let mut value = Vec::with_capacity(1024);
        out.write(&mut value);
        value
    });
    let (topic, time) = (out.topic(), stream_time(time));
    Outgoing { topic, time, key, value, headers: out.headers(), is_tap: false }
}
