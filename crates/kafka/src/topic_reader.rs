//! Reads a whole topic, committed records only, without a consumer group.

use rdkafka::message::BorrowedMessage;
use stage::{Fault, RawRecord, Topic};

use crate::KafkaSettings;
use crate::partition_reader::PartitionReader;
use crate::record::{read_headers, read_record};

/// Reads a topic of this deployment partition by partition, oldest record first.
///
/// # Errors
/// When the topic cannot be read to its end.
pub fn read_topic(
    settings: &KafkaSettings,
    topic: Topic,
    each: &mut dyn FnMut(RawRecord),
) -> Result<(), Fault> {
    read_named(settings, topic, &mut |record| each(record))
}

/// As [`read_topic`], for a topic whose name is known only at run time.
pub(crate) fn read_named<T: AsRef<str> + Clone>(
    settings: &KafkaSettings,
    topic: T,
    each: &mut dyn FnMut(RawRecord<T>),
) -> Result<(), Fault> {
    let name = settings.topic(topic.as_ref());
    // "peek" is part of the client id that brokers see in their logs and quotas: keep it.
    let reader = PartitionReader::new(settings, "peek")?;
    for partition in 0..reader.partition_count(&name)? {
        let mut each = |message: &BorrowedMessage<'_>| {
            each(read_record(message, topic.clone(), read_headers(message)));
            Ok(())
        };
        reader.read(&name, partition, &mut each, &mut || Ok(()))?;
    }
    Ok(())
}
