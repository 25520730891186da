//! How values become the bytes of a topic and come back.

use std::borrow::Cow;

use crate::{Micros, Outgoing, Reason, Topic};

/// Bytes that are no value of the type asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Which kind of dead letter this makes of a record.
    pub reason: Reason,
    /// What is wrong, without quoting the content.
    pub message: String,
}

impl Malformed {
    /// Bytes that do not follow the schema.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { reason: Reason::Undecodable, message: message.into() }
    }
}

/// A value with a byte form: keys and values of a changelog.
pub trait Wire: Sized {
    /// Appends the bytes of the value.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads the value back.
    ///
    /// # Errors
    /// When the bytes are no such value.
    fn read(bytes: &[u8]) -> Result<Self, Malformed>;
}

/// What a stage reads: an enum with one variant for each topic.
pub trait Input: Sized {
    /// The topics, primary first. All have the same partition count and the same key.
    fn topics() -> Vec<Topic>;

    /// Decodes one record; a missing value is a tombstone.
    ///
    /// # Errors
    /// When the record must go to the dead letters.
    fn read(topic: Topic, key: &[u8], value: Option<&[u8]>) -> Result<Self, Malformed>;

    /// Whether it reads the taps of fused chains too: a step of the pipeline must pass over a
    /// record that was already carried through it, who only looks on must not.
    fn reads_taps() -> bool {
        false
    }
}

/// Names and values of record headers.
pub type Headers = Vec<(&'static str, Cow<'static, str>)>;

/// What a stage writes: an enum with one variant for each topic.
pub trait Output {
    /// Every topic it can write.
    fn topics() -> Vec<Topic>;

    /// The topic of this record.
    fn topic(&self) -> Topic;

    /// Appends the key, by which the partition is chosen.
    fn key(&self, out: &mut Vec<u8>);

    /// Event time of the record, in microseconds.
    fn time(&self) -> Micros;

    /// Appends the payload.
    fn write(&self, out: &mut Vec<u8>);

    /// Whether it is a tombstone: a key without a payload, which a compacted topic forgets.
    fn is_tombstone(&self) -> bool {
        false
    }

    /// Headers for consumers that route without decoding.
    fn headers(&self) -> Headers {
        Headers::new()
    }

    /// The record in bytes, as a log takes it.
    fn outgoing(self) -> Outgoing
    where
        Self: Sized,
    {
        encode(&self)
    }
}

/// Event time at the granularity of a Kafka timestamp, so that every log gives the same.
pub(crate) fn stream_time(time: Micros) -> Micros {
    time - time.rem_euclid(1000)
}

pub(crate) fn encode<O: Output>(out: &O) -> Outgoing {
    let mut key = Vec::with_capacity(64);
    out.key(&mut key);
    let value = (!out.is_tombstone()).then(|| {
        let mut value = Vec::with_capacity(1024);
        out.write(&mut value);
        value
    });
    let (topic, time) = (out.topic(), stream_time(out.time()));
    Outgoing { topic, time, key, value, headers: out.headers(), is_tap: false }
}
