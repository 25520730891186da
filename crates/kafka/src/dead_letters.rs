//! Dead letters on Kafka: the original bytes and headers, with further headers that state which
//! stage rejected the record and why.

use stage::{DeadLetter, Fault};

use crate::KafkaSettings;
use crate::topic_reader::{self, TopicRecord};
use crate::transaction::{OutboundRecord, Transactions, owned_headers};

/// The prefix of the headers that this module adds.
const HEADER_PREFIX: &str = "harken.errors.";

/// A dead letter as read from its topic.
#[derive(Debug, Clone)]
pub struct StoredDeadLetter {
    /// Its partition and offset in the dead-letter topic.
    pub at: (i32, i64),
    /// The stage that rejected the record.
    pub stage: String,
    /// The reason, as [`stage::RejectReason::as_str`] names it.
    pub reason: String,
    /// The problem, without any content of the record.
    pub message: String,
    /// The position of the record: topic (without prefix), partition, offset.
    pub source: (String, i32, i64),
    /// The original key.
    pub key: Vec<u8>,
    /// The original payload.
    pub value: Option<Vec<u8>>,
    /// The original headers.
    pub headers: Vec<(String, Vec<u8>)>,
}

/// Adds a dead letter to the open transaction.
pub(crate) fn send(
    transactions: &Transactions,
    settings: &KafkaSettings,
    letter: &DeadLetter,
) -> Result<(), Fault> {
    let DeadLetter { reject, at, key, value, headers: original } = letter;
    let added = [
        ("harken.errors.reason", reject.reason.as_str().to_owned()),
        ("harken.errors.message", reject.message.clone()),
        ("harken.errors.stage", reject.stage.to_owned()),
        ("harken.errors.topic", at.topic.to_owned()),
        ("harken.errors.partition", at.partition.to_string()),
        ("harken.errors.offset", at.offset.to_string()),
    ];
    // A dead letter that was replayed and rejected again still has the headers of the first time.
    let original = original.iter().filter(|(name, _)| !name.starts_with(HEADER_PREFIX));
    let original = original.map(|(name, value)| (name.as_str(), value.as_slice()));
    let added = added.iter().map(|(name, value)| (*name, value.as_bytes()));
    transactions.send(OutboundRecord {
        topic: &settings.dead_letters(reject.stage),
        partition: None,
        key,
        value: value.as_deref(),
        timestamp: None,
        headers: owned_headers(original.chain(added)),
    })
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
    let topic = settings.dead_letters(stage);
    topic_reader::read_topic(settings, &topic, &mut |record| each(parse(record)))
}

/// Parses the added headers. Absent or malformed ones yield an empty text or -1, so that a reader
/// sees every record of the topic, even one that another program wrote.
fn parse(record: TopicRecord) -> StoredDeadLetter {
    let is_named = |key: &str, name: &str| key.strip_prefix(HEADER_PREFIX) == Some(name);
    let text = |name: &str| {
        let found = record.headers.iter().find(|(key, _)| is_named(key, name));
        found.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
    };
    let number = |name: &str| text(name).parse().unwrap_or(-1);
    let partition = i32::try_from(number("partition")).unwrap_or(-1);
    let is_original = |(name, _): &&(String, Vec<u8>)| !name.starts_with(HEADER_PREFIX);
    StoredDeadLetter {
        at: (record.partition, record.offset),
        stage: text("stage"),
        reason: text("reason"),
        message: text("message"),
        source: (text("topic"), partition, number("offset")),
        headers: record.headers.iter().filter(is_original).cloned().collect(),
        key: record.key,
        value: record.value,
    }
}
