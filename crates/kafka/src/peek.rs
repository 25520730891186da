//! Reads a whole topic as it stands, committed records only, without a group.

use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use stage::memory::TAP;
use stage::{Fault, Micros};

use crate::Settings;
use crate::restore::Reader;

/// A record as the brokers hold it.
#[derive(Debug, Clone)]
pub struct Peeked {
    /// Its partition.
    pub partition: i32,
    /// Its offset.
    pub offset: i64,
    /// Its timestamp, in microseconds.
    pub time: Micros,
    /// Its key; empty when it has none.
    pub key: Vec<u8>,
    /// Its payload; none for a tombstone.
    pub value: Option<Vec<u8>>,
    /// Its headers.
    pub headers: Vec<(String, Vec<u8>)>,
}

/// Reads a topic, by its name on the cluster, partition by partition, oldest first.
///
/// # Errors
/// When it cannot be read to its end.
pub fn read(settings: &Settings, topic: &str, each: &mut dyn FnMut(Peeked)) -> Result<(), Fault> {
    let reader = Reader::new(settings, "peek")?;
    for partition in 0..reader.partitions(topic)? {
        let mut each = |message: &BorrowedMessage<'_>| {
            each(peeked(message));
            Ok(())
        };
        reader.read(topic, partition, &mut each, &mut || Ok(()))?;
    }
    Ok(())
}

fn peeked(message: &BorrowedMessage<'_>) -> Peeked {
    Peeked {
        partition: message.partition(),
        offset: message.offset(),
        time: message.timestamp().to_millis().unwrap_or(0) * 1000,
        key: message.key().unwrap_or_default().to_vec(),
        value: message.payload().map(<[u8]>::to_vec),
        headers: headers_of(message),
    }
}

/// The headers of a record, by name and value.
pub(crate) fn headers_of(message: &BorrowedMessage<'_>) -> Vec<(String, Vec<u8>)> {
    let headers = message.headers().into_iter().flat_map(|headers| headers.iter());
    headers.map(|h| (h.key.to_owned(), h.value.unwrap_or_default().to_vec())).collect()
}

/// Whether a fused chain has already carried the record through the next stage.
pub(crate) fn is_tap(headers: &[(String, Vec<u8>)]) -> bool {
    headers.iter().any(|(name, _)| name == TAP)
}
