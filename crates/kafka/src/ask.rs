//! Asks the cluster until it answers: while a broker starts or a leader moves it has errors to
//! give that pass by themselves, and none of them is worth a start over.
//!
//! Must not know: why somebody asks.

use std::time::{Duration, Instant};

use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode as Code};

/// The pauses between two questions double from the first to the last.
const PAUSES: [Duration; 2] = [Duration::from_millis(20), Duration::from_millis(500)];

/// Asks until there is an answer, an error that stays, or no patience left; the question is told
/// how long it may take.
pub(crate) fn ask<T>(
    patience: Duration,
    mut question: impl FnMut(Duration) -> KafkaResult<T>,
) -> KafkaResult<T> {
    let (asked, mut pause) = (Instant::now(), PAUSES[0]);
    loop {
        match question(patience.saturating_sub(asked.elapsed())) {
            Err(error) if passes(&error) && asked.elapsed() + pause < patience => {
                tracing::debug!(%error, "asking again");
                std::thread::sleep(pause);
                pause = PAUSES[1].min(pause * 2);
            }
            answer => return answer,
        }
    }
}

/// Whether an error may be gone when the same is asked again.
fn passes(error: &KafkaError) -> bool {
    let code = match error {
        KafkaError::AdminOp(code) => Some(*code),
        other => other.rdkafka_error_code(),
    };
    matches!(
        code,
        Some(
            // The connection, or the broker behind it.
            Code::BrokerTransportFailure
                | Code::AllBrokersDown
                | Code::OperationTimedOut
                | Code::TimedOutQueue
                | Code::RequestTimedOut
                | Code::NetworkException
                | Code::BrokerNotAvailable
                | Code::KafkaStorageError
                // Who leads: a partition, a group, the cluster.
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
                // A topic just made, of which this broker has not heard yet.
                | Code::UnknownTopicOrPartition
                | Code::UnknownTopic
                | Code::UnknownPartition
                // A transaction of another member is about to end.
                | Code::UnstableOffsetCommit
        )
    )
}

/// How many partitions a topic has; never none.
pub(crate) fn partitions<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topic: &str,
    patience: Duration,
) -> KafkaResult<i32> {
    ask(patience, |left| {
        let metadata = consumer.fetch_metadata(Some(topic), left)?;
        let told = metadata.topics().first();
        match told.and_then(|topic| topic.error()) {
            Some(error) => Err(KafkaError::MetadataFetch(error.into())),
            None => match told.map_or(0, |topic| topic.partitions().len()) {
                0 => Err(KafkaError::MetadataFetch(Code::UnknownTopicOrPartition)),
                count => Ok(i32::try_from(count).unwrap_or(i32::MAX)),
            },
        }
    })
}

/// The first offset of a partition, and the one behind its last record that can be read.
pub(crate) fn watermarks<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topic: &str,
    partition: i32,
    patience: Duration,
) -> KafkaResult<(i64, i64)> {
    ask(patience, |left| consumer.fetch_watermarks(topic, partition, left))
}

/// The committed offsets of a group, stable ones only: no partition's error is taken for an offset.
pub(crate) fn committed<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    partitions: &TopicPartitionList,
    patience: Duration,
) -> KafkaResult<TopicPartitionList> {
    ask(patience, |left| {
        let committed = consumer.committed_offsets(partitions.clone(), left)?;
        committed.elements().iter().try_for_each(|element| element.error())?;
        Ok(committed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks a cluster that gives these answers, the last one for ever; how often it was asked.
    fn asked(patience: Duration, answers: &[KafkaResult<i32>]) -> (KafkaResult<i32>, usize) {
        let mut times = 0;
        let answer = ask(patience, |_| {
            times += 1;
            answers[(times - 1).min(answers.len() - 1)].clone()
        });
        (answer, times)
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn an_error_that_passes_is_asked_through() {
        let passing = [
            KafkaError::MetadataFetch(Code::NotLeaderForPartition),
            KafkaError::OffsetFetch(Code::CoordinatorLoadInProgress),
            KafkaError::AdminOp(Code::NotController),
            KafkaError::ConsumerCommit(Code::BrokerTransportFailure),
        ];
        for error in passing {
            assert_eq!(asked(LONG, &[Err(error.clone()), Err(error), Ok(7)]), (Ok(7), 3));
        }
    }

    #[test]
    fn an_error_that_stays_is_told_at_once() {
        let staying = [
            KafkaError::MetadataFetch(Code::TopicAuthorizationFailed),
            KafkaError::AdminOp(Code::TopicAlreadyExists),
            KafkaError::OffsetFetch(Code::Fatal),
            KafkaError::Canceled,
        ];
        for error in staying {
            assert_eq!(asked(LONG, &[Err(error.clone()), Ok(7)]), (Err(error), 1));
        }
    }

    #[test]
    fn an_error_that_should_pass_and_does_not_is_told_when_patience_ends() {
        let error = KafkaError::MetadataFetch(Code::LeaderNotAvailable);
        let (answer, times) = asked(Duration::from_millis(100), &[Err(error.clone())]);
        assert_eq!(answer, Err(error));
        assert!(times > 1, "asked {times} times");
    }
}
