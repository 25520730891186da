//! The consumer of a worker: rebalances are noted in the callback and acted upon by the loop.
//!
//! librdkafka waits with a rebalance until the member assigns or unassigns, so the loop has time
//! to commit before its partitions go.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::statistics::Statistics;
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{TopicPartitionList, config::FromClientConfigAndContext as _};
use stage::Fault;

use crate::Settings;
use crate::faults::{Defence, is_on};

/// What the group has decided.
#[derive(Debug)]
pub(crate) enum Rebalance {
    Assign(Vec<(String, i32)>),
    Revoke { is_lost: bool },
}

/// The end of a partition as last heard, and how far behind it the worker is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct End {
    pub(crate) is_reached: bool,
    pub(crate) lag: i64,
}

/// What the callbacks leave for the loop.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    rebalances: Mutex<VecDeque<Rebalance>>,
    ends: Mutex<BTreeMap<(String, i32), End>>,
    is_closing: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Notes {
    pub(crate) fn next_rebalance(&self) -> Option<Rebalance> {
        lock(&self.rebalances).pop_front()
    }

    /// Takes the ends heard of since the last call.
    pub(crate) fn take_ends(&self) -> BTreeMap<(String, i32), End> {
        std::mem::take(&mut lock(&self.ends))
    }

    /// From here on the consumer gives its partitions back by itself.
    pub(crate) fn close(&self) {
        self.is_closing.store(true, Ordering::Release);
    }
}

impl ClientContext for Notes {
    fn stats(&self, statistics: Statistics) {
        let mut ends = lock(&self.ends);
        for (topic, stats) in statistics.topics {
            for (partition, p) in stats.partitions {
                if partition >= 0 && p.ls_offset >= 0 {
                    let is_reached = p.eof_offset >= p.ls_offset && p.fetchq_cnt == 0;
                    let lag = if is_reached { 0 } else { p.consumer_lag.max(0) };
                    ends.insert((topic.clone(), partition), End { is_reached, lag });
                }
            }
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        // The end of a partition is no error, and reaches the loop by `poll` as well.
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::PartitionEOF) {
            tracing::warn!(%error, reason, "the Kafka client reports");
        }
    }
}

impl ConsumerContext for Notes {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        error: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        if self.is_closing.load(Ordering::Acquire) {
            if let Err(error) = consumer.unassign() {
                tracing::warn!(%error, "could not give partitions back while closing");
            }
            return;
        }
        let rebalance = if error == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            let of = |e: &rdkafka::topic_partition_list::TopicPartitionListElem<'_>| {
                (e.topic().to_owned(), e.partition())
            };
            Rebalance::Assign(partitions.elements().iter().map(of).collect())
        } else {
            Rebalance::Revoke { is_lost: consumer.assignment_lost() }
        };
        lock(&self.rebalances).push_back(rebalance);
    }
}

/// The consumer of a worker.
pub(crate) type Consumer = BaseConsumer<Notes>;

/// Joins the group of a stage.
pub(crate) fn join(
    settings: &Settings,
    stage: &str,
    member: &str,
    topics: &[String],
) -> Result<Consumer, Fault> {
    let mut config = settings.consumer(stage, member);
    if !is_on(Defence::ReadCommitted) || !is_on(Defence::Fence) {
        config.set("isolation.level", "read_uncommitted");
    }
    let consumer = Consumer::from_config_and_context(&config, Notes::default())
        .map_err(|error| Fault::new(format!("create the consumer of {stage}: {error}")))?;
    let topics: Vec<_> = topics.iter().map(String::as_str).collect();
    consumer
        .subscribe(&topics)
        .map_err(|error| Fault::new(format!("subscribe to {}: {error}", topics.join(", "))))?;
    Ok(consumer)
}

/// Whether an error on the way to a record ends the worker, and how.
pub(crate) fn fault_of(error: &KafkaError) -> Option<Fault> {
    use rdkafka::types::RDKafkaErrorCode as Code;
    match error {
        KafkaError::PartitionEOF(_) => None,
        KafkaError::MessageConsumption(
            Code::UnknownTopicOrPartition | Code::UnknownTopic | Code::TopicAuthorizationFailed,
        ) => Some(Fault::new(format!("read: {error}"))),
        KafkaError::MessageConsumption(Code::PollExceeded) => {
            Some(Fault::new("keep its partitions: it polled too late"))
        }
        KafkaError::MessageConsumptionFatal(_) => Some(Fault::new(format!("read: {error}"))),
        // Connections come and go; librdkafka mends them.
        _ => None,
    }
}
