//! Reads a topic's partition from its beginning to its end, committed records only.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{Offset, TopicPartitionList};
use stage::Fault;

use crate::faults::{Defence, Point, is_on, point};
use crate::peek::{headers_of, is_tap};
use crate::{Settings, ask};

/// A consumer without a group, for changelogs and tables.
pub(crate) struct Reader {
    consumer: BaseConsumer,
    patience: Duration,
}

impl Reader {
    pub(crate) fn new(settings: &Settings, name: &str) -> Result<Self, Fault> {
        let mut config = settings.reader(&format!("{}.reader", settings.group(name)));
        // The end of a partition is told after one long poll: keep it short.
        config.set("fetch.wait.max.ms", "10").set("queued.max.messages.kbytes", "16384");
        if !is_on(Defence::ReadCommitted) {
            config.set("isolation.level", "read_uncommitted");
        }
        let consumer = config
            .create()
            .map_err(|error| Fault::new(format!("create a reader for {name}: {error}")))?;
        Ok(Self { consumer, patience: settings.patience })
    }

    /// Reads a partition to its end as of now; `meanwhile` is called at least every 100 ms.
    pub(crate) fn read(
        &self,
        topic: &str,
        partition: i32,
        each: &mut dyn FnMut(&BorrowedMessage<'_>) -> Result<(), Fault>,
        meanwhile: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<i64, Fault> {
        let fault = |error: KafkaError| {
            Fault::new(format!("read {topic}, partition {partition}, to its end: {error}"))
        };
        let (low, high) =
            ask::watermarks(&self.consumer, topic, partition, self.patience).map_err(fault)?;
        if low == high {
            return Ok(high);
        }
        let mut start = TopicPartitionList::new();
        start.add_partition_offset(topic, partition, Offset::Offset(low)).map_err(fault)?;
        self.consumer.assign(&start).map_err(fault)?;
        let (mut next, mut heard, mut told) = (low, Instant::now(), Instant::now());
        loop {
            match self.consumer.poll(Duration::from_millis(100)) {
                Some(Ok(message)) => {
                    next = message.offset() + 1;
                    heard = Instant::now();
                    each(&message)?;
                    point(Point::DuringRestore);
                }
                Some(Err(KafkaError::PartitionEOF(_))) => break,
                Some(Err(error)) => tracing::debug!(%error, topic, "while reading to the end"),
                None => {}
            }
            if heard.elapsed() > self.patience {
                return Err(fault(KafkaError::PartitionEOF(partition)));
            }
            if told.elapsed() > Duration::from_millis(100) {
                meanwhile()?;
                told = Instant::now();
            }
        }
        self.consumer.unassign().map_err(fault)?;
        Ok(next)
    }

    /// Where the committed records of a partition end, as of now.
    pub(crate) fn end(&self, topic: &str, partition: i32) -> Result<i64, Fault> {
        let watermarks = ask::watermarks(&self.consumer, topic, partition, self.patience);
        let fault = |error| Fault::new(format!("find the end of {topic}, {partition}: {error}"));
        Ok(watermarks.map_err(fault)?.1)
    }

    /// Whether the first record from this offset on is a tap; none when there is no record.
    pub(crate) fn first_is_tap(
        &self,
        topic: &str,
        partition: i32,
        from: i64,
    ) -> Result<Option<bool>, Fault> {
        let fault = |error: KafkaError| {
            Fault::new(format!("read {topic}, partition {partition}, from {from}: {error}"))
        };
        let mut start = TopicPartitionList::new();
        start.add_partition_offset(topic, partition, Offset::Offset(from)).map_err(fault)?;
        self.consumer.assign(&start).map_err(fault)?;
        let asked = Instant::now();
        while asked.elapsed() < self.patience {
            match self.consumer.poll(Duration::from_millis(100)) {
                Some(Ok(message)) => return Ok(Some(is_tap(&headers_of(&message)))),
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(None),
                Some(Err(error)) => tracing::debug!(%error, topic, "while reading one record"),
                None => {}
            }
        }
        Err(fault(KafkaError::PartitionEOF(partition)))
    }

    /// Follows partitions from these offsets on.
    pub(crate) fn follow(&self, from: &TopicPartitionList) -> Result<(), Fault> {
        self.consumer
            .assign(from)
            .map_err(|error| Fault::new(format!("follow a broadcast table: {error}")))
    }

    /// The next record followed, if one has come.
    pub(crate) fn poll(&self) -> Option<BorrowedMessage<'_>> {
        self.consumer.poll(Duration::ZERO)?.ok()
    }

    /// How many partitions a topic has.
    pub(crate) fn partitions(&self, topic: &str) -> Result<i32, Fault> {
        ask::partitions(&self.consumer, topic, self.patience)
            .map_err(|error| Fault::new(format!("ask for the topic {topic}: {error}")))
    }
}
