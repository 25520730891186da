//! The consumer of a worker. Its callbacks only record what the group decides; the loop acts on it.
//!
//! librdkafka holds a rebalance open until the member assigns or unassigns, so the loop has time to
//! commit before its partitions go.

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

use crate::KafkaSettings;
use crate::faults::{Defence, is_enabled};

/// A decision of the group.
#[derive(Debug)]
pub(crate) enum Rebalance {
    /// These partitions, by topic name on the cluster, belong to the member.
    Assign(Vec<(String, i32)>),
    /// All partitions go; `is_lost` if the group has already assigned them to other members.
    Revoke { is_lost: bool },
}

/// How far the consumer is in a partition, from the last statistics.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PartitionProgress {
    pub(crate) is_at_end: bool,
    /// Records between the consumer and the end.
    pub(crate) lag: i64,
}

/// What the callbacks record for the loop.
#[derive(Debug, Default)]
pub(crate) struct ConsumerEvents {
    rebalances: Mutex<VecDeque<Rebalance>>,
    progress: Mutex<BTreeMap<(String, i32), PartitionProgress>>,
    is_closing: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl ConsumerEvents {
    pub(crate) fn next_rebalance(&self) -> Option<Rebalance> {
        lock(&self.rebalances).pop_front()
    }

    /// Removes and returns the progress recorded since the last call, by topic name and partition.
    pub(crate) fn take_progress(&self) -> BTreeMap<(String, i32), PartitionProgress> {
        std::mem::take(&mut lock(&self.progress))
    }

    /// Makes the callback unassign by itself from now on, because the loop no longer runs.
    pub(crate) fn start_closing(&self) {
        self.is_closing.store(true, Ordering::Release);
    }
}

impl ClientContext for ConsumerEvents {
    fn stats(&self, statistics: Statistics) {
        let mut progress = lock(&self.progress);
        for (topic, stats) in statistics.topics {
            for (partition, p) in stats.partitions {
                // Partition -1 is librdkafka's queue of unassigned records, and an offset below 0
                // means that nothing was fetched yet.
                if partition >= 0 && p.ls_offset >= 0 {
                    // `consumer_lag` counts transaction markers and aborted records, so it may stay
                    // above 0 at the end of a partition; the EOF offset is reliable.
                    let is_at_end = p.eof_offset >= p.ls_offset && p.fetchq_cnt == 0;
                    let lag = if is_at_end { 0 } else { p.consumer_lag.max(0) };
                    progress
                        .insert((topic.clone(), partition), PartitionProgress { is_at_end, lag });
                }
            }
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        // The end of a partition is not an error; `poll` returns it as well.
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::PartitionEOF) {
            tracing::warn!(%error, reason, "the Kafka client reports an error");
        }
    }
}

impl ConsumerContext for ConsumerEvents {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        error: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        if self.is_closing.load(Ordering::Acquire) {
            // Closing waits for this answer, and no loop is left to give it.
            if let Err(error) = consumer.unassign() {
                tracing::warn!(%error, "could not unassign partitions while closing");
            }
            return;
        }
        let rebalance = if error == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            let name_and_number = |e: &rdkafka::topic_partition_list::TopicPartitionListElem<
                '_,
            >| { (e.topic().to_owned(), e.partition()) };
            Rebalance::Assign(partitions.elements().iter().map(name_and_number).collect())
        } else {
            // Read here: librdkafka answers this only inside the callback.
            Rebalance::Revoke { is_lost: consumer.assignment_lost() }
        };
        lock(&self.rebalances).push_back(rebalance);
    }
}

/// The consumer of a worker.
pub(crate) type Consumer = BaseConsumer<ConsumerEvents>;

/// Creates a consumer and joins the group of a stage. `topics` are names on the cluster.
pub(crate) fn join_group(
    settings: &KafkaSettings,
    stage: &str,
    member: &str,
    topics: &[String],
) -> Result<Consumer, Fault> {
    let mut config = settings.consumer(stage, member);
    // Without fencing as well: only `read_uncommitted` skips the wait for stable offsets.
    if !is_enabled(Defence::ReadCommitted) || !is_enabled(Defence::Fence) {
        config.set("isolation.level", "read_uncommitted");
    }
    let consumer = Consumer::from_config_and_context(&config, ConsumerEvents::default())
        .map_err(|error| Fault::log(format!("create the consumer of {stage}"), error))?;
    let topics: Vec<_> = topics.iter().map(String::as_str).collect();
    consumer
        .subscribe(&topics)
        .map_err(|error| Fault::log(format!("subscribe to {}", topics.join(", ")), error))?;
    Ok(consumer)
}

/// Whether a fault means that the broker has fenced the producer: another has its id, or its transaction
/// has timed out.
pub(crate) fn is_fencing(fault: &Fault) -> bool {
    use rdkafka::types::RDKafkaErrorCode as Code;
    let source = match fault {
        Fault::Log { source, .. } => source.as_deref(),
        _ => None,
    };
    let code = source
        .and_then(|source| source.downcast_ref::<KafkaError>())
        .and_then(KafkaError::rdkafka_error_code);
    let fenced = [Code::Fenced, Code::ProducerFenced, Code::InvalidProducerEpoch, Code::Fatal];
    code.is_some_and(|code| fenced.contains(&code))
}

/// Returns the fault that an error of `poll` means; none if the worker can continue.
pub(crate) fn consume_fault(error: &KafkaError) -> Option<Fault> {
    use rdkafka::types::RDKafkaErrorCode as Code;
    match error {
        KafkaError::PartitionEOF(_) => None,
        KafkaError::MessageConsumption(
            Code::UnknownTopicOrPartition | Code::UnknownTopic | Code::TopicAuthorizationFailed,
        ) => Some(Fault::log("read", error.clone())),
        // The only sign that max.poll.interval.ms was exceeded: the member is out of the group.
        KafkaError::MessageConsumption(Code::PollExceeded) => {
            Some(Fault::PartitionsLost { reason: "it polled too late" })
        }
        KafkaError::MessageConsumptionFatal(_) => Some(Fault::log("read", error.clone())),
        // Connection errors: librdkafka reconnects by itself.
        _ => None,
    }
}
