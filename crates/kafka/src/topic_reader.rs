//! Reads a whole topic, committed records only, without a consumer group.

use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use stage::{Fault, Micros, TAP_HEADER};

use crate::KafkaSettings;
use crate::partition_reader::PartitionReader;

/// A record as the brokers hold it.
#[derive(Debug, Clone)]
pub struct TopicRecord {
    /// Its partition.
    pub partition: i32,
    /// Its offset.
    pub offset: i64,
    /// Its timestamp, in microseconds.
    pub time: Micros,
    /// Its key; empty if it has none.
    pub key: Vec<u8>,
    /// Its payload; none for a tombstone.
    pub value: Option<Vec<u8>>,
    /// Its headers.
    pub headers: Vec<(String, Vec<u8>)>,
}

/// Reads a topic, by its name on the cluster, partition by partition, oldest record first.
///
/// # Errors
/// When the topic cannot be read to its end.
pub fn read_topic(
    settings: &KafkaSettings,
    topic: &str,
    each: &mut dyn FnMut(TopicRecord),
) -> Result<(), Fault> {
    // "peek" is part of the client id that brokers see in their logs and quotas: keep it.
    let reader = PartitionReader::new(settings, "peek")?;
    for partition in 0..reader.partition_count(topic)? {
        let mut each = |message: &BorrowedMessage<'_>| {
            each(topic_record(message));
            Ok(())
        };
        reader.read(topic, partition, &mut each, &mut || Ok(()))?;
    }
    Ok(())
}

fn topic_record(message: &BorrowedMessage<'_>) -> TopicRecord {
    TopicRecord {
        partition: message.partition(),
        offset: message.offset(),
        time: message.timestamp().to_millis().unwrap_or(0) * 1000,
        key: message.key().unwrap_or_default().to_vec(),
        value: message.payload().map(<[u8]>::to_vec),
        headers: headers_of(message),
    }
}

/// Returns the headers of a record, by name and value.
pub(crate) fn headers_of(message: &BorrowedMessage<'_>) -> Vec<(String, Vec<u8>)> {
    let headers = message.headers().into_iter().flat_map(|headers| headers.iter());
    headers.map(|h| (h.key.to_owned(), h.value.unwrap_or_default().to_vec())).collect()
}

/// Whether a fused chain has already processed the record in the next stage.
pub(crate) fn is_tap(headers: &[(String, Vec<u8>)]) -> bool {
    headers.iter().any(|(name, _)| name == TAP_HEADER)
}
