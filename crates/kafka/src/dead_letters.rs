//! Dead letters on Kafka: the original bytes and headers, with further headers that state which
//! stage rejected the record and why. A record that is too large for the topic is cut.

mod cut;

use cut::{Parts, cut_message, headers_bytes};
use stage::{DeadLetter, Fault, Position, RawRecord, RejectReason};

use crate::faults::{Defence, is_enabled};
use crate::record::{OutgoingRef, client_headers};
use crate::{KafkaSettings, topic_reader};

/// The prefix of the headers that this module adds.
const HEADER_PREFIX: &str = "harken.errors.";
const REASON: &str = "harken.errors.reason";
const MESSAGE: &str = "harken.errors.message";
const STAGE: &str = "harken.errors.stage";
const TOPIC: &str = "harken.errors.topic";
const PARTITION: &str = "harken.errors.partition";
const OFFSET: &str = "harken.errors.offset";
/// Length of key, payload and headers of a record that the letter holds in part, in bytes.
const CUT: &str = "harken.errors.cut";

/// A dead letter as read from its topic. Unlike a [`DeadLetter`] it may come from another version or
/// another program, so stage, reason and source are the texts of its headers.
#[derive(Debug, Clone)]
pub struct StoredDeadLetter {
    /// The stage that rejected the record.
    pub stage: String,
    /// The reason, as [`stage::RejectReason::as_str`] names it.
    pub reason: String,
    /// The problem, without any content of the record.
    pub message: String,
    /// The position at which the stage read the record.
    pub source: Position<String>,
    /// Length of the original's key, payload and headers in bytes, if the letter holds only a part
    /// of them; 0 if the original could not be read.
    pub cut_from: Option<u64>,
    /// The original key, payload and headers, at the position and with the time of the dead letter.
    pub record: RawRecord<String>,
}

/// A rejected record as it is written to the dead-letter topic of its stage, with the time of the
/// write: retention counts from then.
impl<'a> From<&'a DeadLetter> for OutgoingRef<'a> {
    fn from(DeadLetter { reject, record }: &'a DeadLetter) -> Self {
        let (partition, offset) = (record.at.partition.to_string(), record.at.offset.to_string());
        // A dead letter that was replayed and rejected again still has the headers of the first time.
        let original = record.headers.iter().filter(|(name, _)| is_original(name)).collect();
        let mut parts =
            Parts { key: &record.key, value: record.value.as_deref(), headers: original };
        let length = parts.content_bytes().to_string();
        let added = [
            (REASON, reject.reason.as_str()),
            (MESSAGE, cut_message(&reject.message)),
            (STAGE, reject.stage),
            (TOPIC, record.at.topic),
            (PARTITION, &partition),
            (OFFSET, &offset),
            (CUT, &length),
        ]
        .map(|(name, value)| (name, value.as_bytes()));
        let is_cut = is_enabled(Defence::CutLetter) && parts.cut_to_fit(headers_bytes(&added));
        // Nobody may replay the letter of a record that was never read: its length is that of nothing.
        let is_cut = is_cut || reject.reason == RejectReason::Unreadable;
        let added = added.iter().filter(|(name, _)| is_cut || *name != CUT).copied();
        let headers = client_headers(parts.headers.into_iter().chain(added));
        Self { key: parts.key, value: parts.value, time: None, headers }
    }
}

fn is_original(header: &str) -> bool {
    !header.starts_with(HEADER_PREFIX)
}

/// Reads the dead letters of a stage to their end, oldest first in each partition.
///
/// # Errors
/// When the topic cannot be read to its end.
pub fn read(
    settings: &KafkaSettings,
    stage: &str,
    each: &mut dyn FnMut(StoredDeadLetter),
) -> Result<(), Fault> {
    let topic = KafkaSettings::dead_letter_topic(stage);
    topic_reader::read_named(settings, topic, &mut |record| each(parse(record)))
}

/// Parses the added headers. Absent or malformed ones yield an empty text or -1, so that a reader
/// sees every record of the topic, even one that another program wrote.
fn parse(mut record: RawRecord<String>) -> StoredDeadLetter {
    let header = |name| record.headers.get(name).unwrap_or_default();
    let text = |name| String::from_utf8_lossy(header(name)).into_owned();
    let partition = text(PARTITION).parse().unwrap_or(-1);
    let offset = text(OFFSET).parse().unwrap_or(-1);
    let source = Position { topic: text(TOPIC), partition, offset };
    let (stage, reason, message) = (text(STAGE), text(REASON), text(MESSAGE));
    let cut_from = record.headers.get(CUT).map(|_| text(CUT).parse().unwrap_or_default());
    record.headers.retain(is_original);
    StoredDeadLetter { stage, reason, message, source, cut_from, record }
}

#[cfg(test)]
mod tests {
    use rdkafka::message::Headers as _;
    use stage::{EventTime, RecordHeaders, RecordRejection, WallTime};

    use super::*;

    fn letter() -> DeadLetter {
        let mut headers = RecordHeaders::new();
        headers.push("traceparent", b"00-1");
        headers.push(REASON, b"invalid");
        let at = Position { topic: "t.v1", partition: 3, offset: 42 };
        let (key, value) = (b"k".to_vec(), Some(b"\xff".to_vec()));
        let (time, now) = (EventTime::from_micros(7_000), WallTime::from_micros(8_000));
        let record = RawRecord { at, time, now, key, value, headers };
        let (reason, message) = (RejectReason::Undecodable, "no record".to_owned());
        DeadLetter { reject: RecordRejection { stage: "s", index: 1, reason, message }, record }
    }

    #[test]
    fn a_dead_letter_is_written_with_its_own_bytes_and_headers_and_the_latest_reason() {
        let letter = letter();
        let record = OutgoingRef::from(&letter).for_topic("p.s.dead-letters.v1", None, ());
        assert_eq!((record.key, record.payload), (Some(b"k".as_slice()), Some(&b"\xff"[..])));
        assert_eq!((record.partition, record.timestamp), (None, None));
        let headers = record.headers.unwrap();
        let pairs = headers.iter().map(|header| (header.key, header.value.unwrap_or_default()));
        let expected: [(&str, &[u8]); 7] = [
            ("traceparent", b"00-1"),
            ("harken.errors.reason", b"undecodable"),
            ("harken.errors.message", b"no record"),
            ("harken.errors.stage", b"s"),
            ("harken.errors.topic", b"t.v1"),
            ("harken.errors.partition", b"3"),
            ("harken.errors.offset", b"42"),
        ];
        assert_eq!(pairs.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_stored_dead_letter_has_the_original_headers_and_its_reason_in_fields() {
        let letter = letter();
        let at = Position { topic: "s.dead-letters.v1".to_owned(), partition: 0, offset: 5 };
        let mut headers = RecordHeaders::new();
        let written = OutgoingRef::from(&letter).headers.unwrap();
        for header in written.iter() {
            headers.push(header.key.to_owned(), header.value.unwrap_or_default().to_vec());
        }
        let RawRecord { time, now, key, value, .. } = letter.record.clone();
        let stored = parse(RawRecord { at: at.clone(), time, now, key, value, headers });
        assert_eq!((&*stored.stage, &*stored.reason), ("s", "undecodable"));
        assert_eq!((&*stored.message, stored.cut_from), ("no record", None));
        let source = Position { topic: "t.v1".to_owned(), partition: 3, offset: 42 };
        assert_eq!((stored.source, stored.record.at), (source, at));
        let names: Vec<_> = stored.record.headers.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["traceparent"]);
    }

    #[test]
    fn a_dead_letter_of_the_largest_record_that_a_broker_takes_is_cut_and_states_its_length() {
        let mut letter = letter();
        letter.record.value = Some(vec![7; 1_048_000]);
        let mut headers = RecordHeaders::new();
        let written = OutgoingRef::from(&letter);
        for header in written.headers.as_ref().unwrap().iter() {
            headers.push(header.key.to_owned(), header.value.unwrap_or_default().to_vec());
        }
        // `k`, the payload, and the header `traceparent` with its value.
        assert_eq!(headers.get(CUT), Some(b"1048016".as_slice()));
        let value = written.value.unwrap().to_vec();
        assert!(value.len() < cut::MAX_BYTES && value.len() > cut::MAX_BYTES - 500);
        let at = Position { topic: "s.dead-letters.v1".to_owned(), partition: 0, offset: 5 };
        let RawRecord { time, now, key, .. } = letter.record;
        let stored = parse(RawRecord { at, time, now, key, value: Some(value), headers });
        assert_eq!((stored.cut_from, stored.source.offset), (Some(1_048_016), 42));
    }

    #[test]
    fn a_record_of_another_program_has_no_reason_and_no_source() {
        let at = Position { topic: "s.dead-letters.v1".to_owned(), partition: 0, offset: 0 };
        let mut headers = RecordHeaders::new();
        headers.push(PARTITION, b"third");
        let (key, value) = (Vec::new(), None);
        let (time, now) = (EventTime::default(), WallTime::default());
        let stored = parse(RawRecord { at, time, now, key, value, headers });
        let nowhere = Position { topic: String::new(), partition: -1, offset: -1 };
        assert_eq!((&*stored.reason, stored.source), ("", nowhere));
    }
}
