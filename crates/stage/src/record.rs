//! Records as bytes: what a log hands out, and what it is to write.
//!
//! | type | for |
//! |---|---|
//! | [`RawRecord`] | a record at a position: an input, a table row, the record in a dead letter, or one read back from a topic |
//! | [`Outgoing`] | a record for an output topic, which has no position yet |
//! | [`StateChange`] | a record for a changelog, whose topic and partition follow from stage and partition |
//! | [`DeadLetter`] | a rejected record and the reason |
//! | [`RecordHeaders`] | the headers of any of them |
//!
//! Must not know: what the bytes mean.

use std::borrow::Cow;

use crate::{EventTime, RecordRejection, TAP_HEADER, Topic, WallTime};

/// The position of a record. `T` names the topic: stages know theirs at compile time, a command
/// that reads names from a cluster has them as `String`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position<T = Topic> {
    /// The topic of the record, without prefix.
    pub topic: T,
    /// The partition of the topic.
    pub partition: i32,
    /// The offset in the partition.
    pub offset: i64,
}

/// A record as a log holds it, not decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRecord<T = Topic> {
    /// Its position in the log.
    pub at: Position<T>,
    /// Event time, in microseconds.
    pub time: EventTime,
    /// Wall clock at which the log polled it for a stage, in microseconds; the event time of a record
    /// that no stage processes.
    pub now: WallTime,
    /// Its key; empty if it has none.
    pub key: Vec<u8>,
    /// Its payload; none for a tombstone.
    pub value: Option<Vec<u8>>,
    /// Its headers.
    pub headers: RecordHeaders,
}

/// A record to be written; its key chooses the partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The topic, without prefix.
    pub topic: Topic,
    /// Event time, in microseconds.
    pub time: EventTime,
    /// The key.
    pub key: Vec<u8>,
    /// The payload; none for a tombstone.
    pub value: Option<Vec<u8>>,
    /// The headers.
    pub headers: RecordHeaders,
    /// Whether the same transaction has already processed this record in the next stage. A
    /// separate process of that stage skips it; a consumer that only observes reads it
    /// ([`crate::Input::tap_topics`]).
    pub is_tap: bool,
}

impl Outgoing {
    /// A record without headers; `time` in microseconds, no value makes a tombstone.
    #[must_use]
    pub fn new(topic: Topic, time: EventTime, key: Vec<u8>, value: Option<Vec<u8>>) -> Self {
        Self { topic, time, key, value, headers: RecordHeaders::new(), is_tap: false }
    }

    /// The header that marks a tap, with its value; none for any other record. It is not among
    /// `headers`, because most records would then need a vector for this one.
    #[must_use]
    pub fn tap_header(&self) -> Option<(&'static str, &'static [u8])> {
        self.is_tap.then_some((TAP_HEADER, b"1"))
    }

    /// The record as a reader gets it from this position.
    #[must_use]
    pub fn into_record(mut self, at: Position) -> RawRecord {
        if let Some((name, value)) = self.tap_header() {
            self.headers.push(name, value);
        }
        let Self { time, key, value, headers, .. } = self;
        RawRecord { at, time, now: time.as_wall_time(), key, value, headers }
    }
}

/// One change of a state. The log writes it to the changelog partition that has the same number
/// as the input partition. Unlike an [`Outgoing`] it has neither topic nor event time nor headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateChange {
    /// The stage whose changelog it belongs to.
    pub stage: &'static str,
    /// The key of the entry.
    pub key: Vec<u8>,
    /// The new value; none removes the entry.
    pub value: Option<Vec<u8>>,
}

/// A rejected record, unchanged, and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The stage that rejected it, and why.
    pub reject: RecordRejection,
    /// The record. Partition and offset are -1 if it is a link of a fused chain, which was never
    /// written to the topic named.
    pub record: RawRecord,
}

/// The headers of a record, in order: names and values. Constant ones are borrowed, and a record
/// without headers allocates nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordHeaders(Vec<(Cow<'static, str>, Cow<'static, [u8]>)>);

impl RecordHeaders {
    /// No headers.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Appends a header.
    pub fn push(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, [u8]>>,
    ) {
        self.0.push((name.into(), value.into()));
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// The value of the first header with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// Whether a fused chain has already processed the record in the next stage.
    #[must_use]
    pub fn has_tap_mark(&self) -> bool {
        self.get(TAP_HEADER).is_some()
    }

    /// Removes the headers whose name does not pass.
    pub fn retain(&mut self, is_kept: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| is_kept(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> RecordHeaders {
        let mut headers = RecordHeaders::new();
        pairs.iter().for_each(|(name, value)| headers.push(*name, value.as_bytes()));
        headers
    }

    #[test]
    fn headers_keep_their_order_and_the_first_of_a_name_counts() {
        let mut all = headers(&[("b", "1"), ("a", "2"), ("b", "3")]);
        assert_eq!((all.get("b"), all.get("c")), (Some(b"1".as_slice()), None));
        all.retain(|name| name == "b");
        assert_eq!(all.iter().collect::<Vec<_>>(), [("b", b"1".as_slice()), ("b", b"3")]);
    }

    #[test]
    fn owned_and_constant_headers_of_the_same_content_are_equal() {
        let mut owned = RecordHeaders::new();
        owned.push("a".to_owned(), b"1".to_vec());
        assert_eq!(owned, headers(&[("a", "1")]));
    }

    #[test]
    fn a_tap_is_marked_behind_the_other_headers_when_it_is_read() {
        let at = Position { topic: "t.v1", partition: 1, offset: 2 };
        for is_tap in [false, true] {
            let out = Outgoing {
                topic: "t.v1",
                time: EventTime::from_micros(7),
                key: b"k".to_vec(),
                value: None,
                headers: headers(&[("a", "1")]),
                is_tap,
            };
            let record = out.into_record(at);
            assert_eq!(
                (record.at, record.time, record.now),
                (at, EventTime::from_micros(7), WallTime::from_micros(7))
            );
            assert_eq!(record.headers.has_tap_mark(), is_tap);
            let expected: &[_] = if is_tap { &["a", TAP_HEADER] } else { &["a"] };
            assert_eq!(record.headers.iter().map(|(name, _)| name).collect::<Vec<_>>(), expected);
        }
    }
}
