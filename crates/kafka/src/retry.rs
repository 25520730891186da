//! Retries calls to the cluster: while a broker starts or a leader moves, it answers with errors
//! that pass by themselves, and none of them justifies a restart of the worker.
//!
//! Must not know: what a call is for.

use std::time::{Duration, Instant};

use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode as Code};

/// The first pause between two calls, and the cap up to which it doubles.
const PAUSE_RANGE: [Duration; 2] = [Duration::from_millis(20), Duration::from_millis(500)];

/// Repeats `call` until it succeeds, fails with a permanent error, or `timeout` has passed. The
/// call receives the time that is left to it.
pub(crate) fn retry<T>(
    timeout: Duration,
    mut call: impl FnMut(Duration) -> KafkaResult<T>,
) -> KafkaResult<T> {
    let (started_at, mut pause) = (Instant::now(), PAUSE_RANGE[0]);
    loop {
        match call(timeout.saturating_sub(started_at.elapsed())) {
            Err(error) if is_transient(&error) && started_at.elapsed() + pause < timeout => {
                tracing::debug!(%error, "retrying a call to the cluster");
                std::thread::sleep(pause);
                pause = PAUSE_RANGE[1].min(pause * 2);
            }
            result => return result,
        }
    }
}

/// Whether the same call may succeed later.
fn is_transient(error: &KafkaError) -> bool {
    let code = match error {
        KafkaError::AdminOp(code) => Some(*code),
        other => other.rdkafka_error_code(),
    };
    matches!(
        code,
        Some(
            // The connection, or the broker at its end, may come back.
            Code::BrokerTransportFailure
                | Code::AllBrokersDown
                | Code::OperationTimedOut
                | Code::TimedOutQueue
                | Code::RequestTimedOut
                | Code::NetworkException
                | Code::BrokerNotAvailable
                | Code::KafkaStorageError
                // A new leader of a partition, a group or the cluster is being elected.
                | Code::LeaderNotAvailable
                | Code::NotLeaderForPartition
                | Code::ReplicaNotAvailable
                | Code::FencedLeaderEpoch
                | Code::UnknownLeaderEpoch
                | Code::OffsetNotAvailable
                | Code::WaitingForCoordinator
                | Code::CoordinatorLoadInProgress
                | Code::CoordinatorNotAvailable
                | Code::NotCoordinator
                | Code::NotController
                // The metadata of a new topic has not reached this broker.
                | Code::UnknownTopicOrPartition
                | Code::UnknownTopic
                | Code::UnknownPartition
                // A transaction of another member has offsets pending; it ends or times out.
                | Code::UnstableOffsetCommit
        )
    )
}

/// Returns the number of partitions of a topic, at least 1.
pub(crate) fn partition_count<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topic: &str,
    timeout: Duration,
) -> KafkaResult<i32> {
    retry(timeout, |left| {
        let metadata = consumer.fetch_metadata(Some(topic), left)?;
        let topic_metadata = metadata.topics().first();
        match topic_metadata.and_then(|topic| topic.error()) {
            Some(error) => Err(KafkaError::MetadataFetch(error.into())),
            None => match topic_metadata.map_or(0, |topic| topic.partitions().len()) {
                0 => Err(KafkaError::MetadataFetch(Code::UnknownTopicOrPartition)),
                count => Ok(i32::try_from(count).unwrap_or(i32::MAX)),
            },
        }
    })
}

/// Returns the first offset of a partition, and the offset after the last record that the
/// consumer's isolation level lets it read.
pub(crate) fn watermarks<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topic: &str,
    partition: i32,
    timeout: Duration,
) -> KafkaResult<(i64, i64)> {
    retry(timeout, |left| consumer.fetch_watermarks(topic, partition, left))
}

/// Returns the committed offsets of the consumer's group, stable ones only.
pub(crate) fn committed_offsets<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    partitions: &TopicPartitionList,
    timeout: Duration,
) -> KafkaResult<TopicPartitionList> {
    retry(timeout, |left| {
        let committed = consumer.committed_offsets(partitions.clone(), left)?;
        // An error of one partition comes inside a successful answer; its offset means nothing.
        committed.elements().iter().try_for_each(|element| element.error())?;
        Ok(committed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls a cluster that gives these answers, the last one repeatedly; returns the result and
    /// the number of calls.
    fn call_with(timeout: Duration, answers: &[KafkaResult<i32>]) -> (KafkaResult<i32>, usize) {
        let mut calls = 0;
        let answer = retry(timeout, |_| {
            calls += 1;
            answers[(calls - 1).min(answers.len() - 1)].clone()
        });
        (answer, calls)
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_transient_error_is_retried() {
        let transient = [
            KafkaError::MetadataFetch(Code::NotLeaderForPartition),
            KafkaError::OffsetFetch(Code::CoordinatorLoadInProgress),
            KafkaError::AdminOp(Code::NotController),
            KafkaError::ConsumerCommit(Code::BrokerTransportFailure),
        ];
        for error in transient {
            assert_eq!(call_with(LONG, &[Err(error.clone()), Err(error), Ok(7)]), (Ok(7), 3));
        }
    }

    #[test]
    fn a_permanent_error_is_returned_at_once() {
        let permanent = [
            KafkaError::MetadataFetch(Code::TopicAuthorizationFailed),
            KafkaError::AdminOp(Code::TopicAlreadyExists),
            KafkaError::OffsetFetch(Code::Fatal),
            KafkaError::Canceled,
        ];
        for error in permanent {
            assert_eq!(call_with(LONG, &[Err(error.clone()), Ok(7)]), (Err(error), 1));
        }
    }

    #[test]
    fn a_transient_error_that_lasts_is_returned_after_the_timeout() {
        let error = KafkaError::MetadataFetch(Code::LeaderNotAvailable);
        let (answer, calls) = call_with(Duration::from_millis(100), &[Err(error.clone())]);
        assert_eq!(answer, Err(error));
        assert!(calls > 1, "{calls} calls");
    }
}
