//! Reads a whole topic, committed records only, without a consumer group.

use stage::{Fault, RawRecord, Topic};

use crate::KafkaSettings;
use crate::partition_reader::{Next, PartitionReader};
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
        let mut each = |next: Next<'_, '_>| {
            match next {
                Next::Record(message) => {
                    each(read_record(message, topic.clone(), read_headers(message)));
                }
                Next::Unreadable(batch) => {
                    let (topic, message) = (&batch.topic, batch.message());
                    tracing::error!(topic, partition, "skipping records: {message}");
                }
            }
            Ok(())
        };
        reader.read(&name, partition, &mut each, &mut || Ok(()))?;
    }
    Ok(())
}
