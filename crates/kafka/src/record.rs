//! Converts records between the form of a log and that of the client library.

use rdkafka::message::{BorrowedMessage, Header, Headers as _, Message as _, OwnedHeaders};
use rdkafka::producer::BaseRecord;
use rdkafka::util::IntoOpaque;
use stage::{EventTime, Outgoing, Position, RawRecord, RecordHeaders, StateChange, TimeDelta};

/// A record to be written, without its topic: the borrowed form of everything that this crate
/// writes. Key and payload are copied once, by the client library.
#[derive(Debug)]
pub struct OutgoingRef<'a> {
    /// The key; it chooses the partition unless the caller does.
    pub key: &'a [u8],
    /// The payload; none for a tombstone.
    pub value: Option<&'a [u8]>,
    /// Event time; none means the time of the write.
    pub time: Option<EventTime>,
    /// In the client's form, which it takes over; none if there are no headers.
    pub(crate) headers: Option<OwnedHeaders>,
}

impl<'a> OutgoingRef<'a> {
    /// A record without headers, with its event time.
    #[must_use]
    pub fn new(key: &'a [u8], value: Option<&'a [u8]>, time: EventTime) -> Self {
        Self { key, value, time: Some(time), headers: None }
    }

    /// The record for the client, which copies key and payload when it is sent. No partition lets
    /// the key choose.
    pub(crate) fn for_topic<D: IntoOpaque>(
        self,
        topic: &'a str,
        partition: Option<i32>,
        opaque: D,
    ) -> BaseRecord<'a, [u8], [u8], D> {
        let mut record = BaseRecord::with_opaque_to(topic, opaque).key(self.key);
        record.payload = self.value;
        record.partition = partition;
        // Kafka's timestamps are in milliseconds.
        record.timestamp = self.time.map(|time| time.interval(TimeDelta::MILLISECOND));
        record.headers = self.headers;
        record
    }
}

impl<'a> From<&'a Outgoing> for OutgoingRef<'a> {
    fn from(out: &'a Outgoing) -> Self {
        let headers = client_headers(out.headers.iter().chain(out.tap_header()));
        Self { key: &out.key, value: out.value.as_deref(), time: Some(out.time), headers }
    }
}

impl<'a> From<&'a StateChange> for OutgoingRef<'a> {
    fn from(change: &'a StateChange) -> Self {
        Self { key: &change.key, value: change.value.as_deref(), time: None, headers: None }
    }
}

/// A record written again as it was read.
impl<'a, T> From<&'a RawRecord<T>> for OutgoingRef<'a> {
    fn from(raw: &'a RawRecord<T>) -> Self {
        let headers = client_headers(raw.headers.iter());
        Self { key: &raw.key, value: raw.value.as_deref(), time: Some(raw.time), headers }
    }
}

/// Builds the headers of the client; none if there are no pairs of name and value.
pub(crate) fn client_headers<'a>(
    pairs: impl Iterator<Item = (&'a str, &'a [u8])>,
) -> Option<OwnedHeaders> {
    let mut headers = None;
    for (key, value) in pairs {
        let all = headers.unwrap_or_else(|| OwnedHeaders::new_with_capacity(8));
        headers = Some(all.insert(Header { key, value: Some(value) }));
    }
    headers
}

/// Copies the headers of a record; a header without a value gets an empty one.
pub(crate) fn read_headers(message: &BorrowedMessage<'_>) -> RecordHeaders {
    let mut headers = RecordHeaders::new();
    for header in message.headers().into_iter().flat_map(|headers| headers.iter()) {
        headers.push(header.key.to_owned(), header.value.unwrap_or_default().to_vec());
    }
    headers
}

/// Returns the timestamp of a record; none if the record has none.
pub(crate) fn timestamp(message: &BorrowedMessage<'_>) -> Option<EventTime> {
    let millis = message.timestamp().to_millis()?;
    Some(EventTime::from_micros(millis.saturating_mul(1000)))
}

/// Copies a record that no stage processes: its `now` is its event time, the epoch if it has none.
pub(crate) fn read_record<T>(
    message: &BorrowedMessage<'_>,
    topic: T,
    headers: RecordHeaders,
) -> RawRecord<T> {
    let time = timestamp(message).unwrap_or_default();
    RawRecord {
        at: Position { topic, partition: message.partition(), offset: message.offset() },
        time,
        now: time.as_wall_time(),
        key: message.key().unwrap_or_default().to_vec(),
        value: message.payload().map(<[u8]>::to_vec),
        headers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(headers: &Option<OwnedHeaders>) -> Vec<(&str, Option<&[u8]>)> {
        let headers = headers.iter().flat_map(|headers| headers.iter());
        headers.map(|header| (header.key, header.value)).collect()
    }

    fn at(micros: i64) -> EventTime {
        EventTime::from_micros(micros)
    }

    fn outgoing(is_tap: bool) -> Outgoing {
        let mut headers = RecordHeaders::new();
        headers.push("ce_id", b"7");
        let value = Some(b"v".to_vec());
        let time = at(1_234_567);
        Outgoing { topic: "t.v1", time, key: b"k".to_vec(), value, headers, is_tap }
    }

    #[test]
    fn an_output_is_written_with_its_time_in_milliseconds_and_the_mark_of_a_tap_last() {
        let own = ("ce_id", Some(b"7".as_slice()));
        let tap = ("harken-tap", Some(b"1".as_slice()));
        for (is_tap, expected) in [(false, vec![own]), (true, vec![own, tap])] {
            let out = outgoing(is_tap);
            let record = OutgoingRef::from(&out).for_topic("p.t.v1", None, ());
            assert_eq!((record.topic, record.partition), ("p.t.v1", None));
            assert_eq!(record.key, Some(b"k".as_slice()));
            assert_eq!(record.payload, Some(b"v".as_slice()));
            assert_eq!(record.timestamp, Some(1_234));
            assert_eq!(pairs(&record.headers), expected);
        }
    }

    #[test]
    fn a_change_is_written_to_its_partition_without_time_or_headers() {
        let change = StateChange { stage: "s", key: b"k".to_vec(), value: None };
        let record = OutgoingRef::from(&change).for_topic("p.s.changelog.v1", Some(3), ());
        assert_eq!((record.partition, record.timestamp), (Some(3), None));
        assert_eq!((record.key, record.payload), (Some(b"k".as_slice()), None));
        assert!(record.headers.is_none());
    }

    #[test]
    fn a_record_that_was_read_is_written_again_with_its_headers_and_the_time_that_is_set() {
        let position = Position { topic: "t.v1".to_owned(), partition: 0, offset: 9 };
        let Outgoing { key, value, headers, time, .. } = outgoing(false);
        let raw = RawRecord { at: position, time, now: time.as_wall_time(), key, value, headers };
        let mut copy = OutgoingRef::from(&raw);
        assert_eq!(copy.time, Some(at(1_234_567)));
        copy.time = Some(at(5_000));
        let record = copy.for_topic("p.t.v1", None, ());
        assert_eq!((record.timestamp, record.payload), (Some(5), Some(b"v".as_slice())));
        assert_eq!(pairs(&record.headers), [("ce_id", Some(b"7".as_slice()))]);
    }
}
