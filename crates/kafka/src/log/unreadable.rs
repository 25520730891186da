//! Skips batches that the client cannot read. Each becomes a dead letter without its bytes, committed
//! with the offset behind the batch.

use rdkafka::consumer::Consumer as _;
use rdkafka::{Offset, TopicPartitionList};
use stage::{DeadLetter, Fault, Position, RawRecord, RecordHeaders, RecordRejection, RejectReason};

use super::{KafkaLog, wall_clock};
use crate::broadcast::TableReader;
use crate::unreadable::{UnreadableBatch, find};

impl<R> KafkaLog<R> {
    /// Finds the unreadable batch of which the consumer has reported, writes its dead letter, and
    /// continues behind it. The loop has processed everything polled before.
    pub(super) fn skip_unreadable(&mut self) -> Result<(), Fault> {
        self.has_unreadable = false;
        let fault = |error| Fault::log("skip an unreadable batch", error);
        let mut positions = TopicPartitionList::new();
        for ((partition, topic), next) in &self.polled_offsets {
            let (name, next) = (self.settings.input(topic), Offset::Offset(*next));
            positions.add_partition_offset(&name, *partition, next).map_err(fault)?;
        }
        let consumer = self.consumer()?;
        let mut meanwhile = || {
            self.meter.heartbeat();
            if self.stop.is_requested() { Err(Fault::ShutDown) } else { Ok(()) }
        };
        // The next error of the consumer asks again: it reports the batch every 500 ms.
        let found = find(&self.settings, self.stage, &positions, &mut meanwhile)?;
        let Some(batch) = found else { return Ok(()) };
        let Some((topic, _)) = self.inputs.iter().find(|(_, name)| *name == batch.topic) else {
            return Ok(());
        };
        let at = Position { topic: *topic, partition: batch.partition, offset: batch.first };
        let UnreadableBatch { topic: name, partition, next, .. } = &batch;
        let message = batch.message();
        tracing::error!(
            worker = self.member,
            topic = name,
            partition,
            offset = batch.first,
            "skipping records that become one dead letter without their bytes: {message}"
        );
        // Also moves the fetch position: librdkafka fetches the same batch again until then.
        consumer
            .seek(name, *partition, Offset::Offset(*next), self.settings.timeout)
            .map_err(fault)?;
        self.transactions.begin()?;
        let reader = self.readers.iter().find(|(topic, _)| *topic == at.topic);
        let stage = reader.map_or(self.stage, |(_, stage)| stage);
        self.write_dead_letter(&letter_of(&batch, at, stage))?;
        self.polled_offsets.insert((at.partition, at.topic), batch.next);
        self.advance_offsets(at.partition);
        Ok(())
    }
}

impl<R> KafkaLog<R> {
    /// Rejects the rows of broadcast tables that the client cannot read.
    pub(super) fn reject_unreadable_rows(&mut self) {
        let found = self.tables.as_mut().map(TableReader::take_unreadable).unwrap_or_default();
        for (at, batch) in found {
            let (topic, partition, offset) = (&batch.topic, batch.partition, batch.first);
            let message = batch.message();
            tracing::error!(topic, partition, offset, "skipping table rows: {message}");
            let reader = self.table_readers.iter().find(|(topic, _)| *topic == at.topic);
            let stage = reader.map_or(self.stage, |(_, stage)| stage);
            self.rejected_rows.add(letter_of(&batch, at, stage));
        }
    }
}

/// The dead letter of a batch; a stage has no part in it.
fn letter_of(batch: &UnreadableBatch, at: Position, stage: &'static str) -> DeadLetter {
    let (reason, message) = (RejectReason::Unreadable, batch.message());
    let reject = RecordRejection { stage, index: 0, reason, message };
    let now = wall_clock();
    let (time, key, value) = (now.as_event_time(), Vec::new(), None);
    let record = RawRecord { at, time, now, key, value, headers: RecordHeaders::new() };
    DeadLetter { reject, record }
}
