//! Records why the brokers did not take a record: for what it is, or for a reason of the cluster.
//!
//! A permanent error of one record makes librdkafka raise an abortable transaction error, after
//! which every call of the transaction fails with a text about the transaction
//! (`rd_kafka_handle_Produce_error`). Only the delivery report has the error of the record.

use std::sync::OnceLock;

use rdkafka::client::ClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::ProducerContext;
use stage::Fault;

/// What an error says about the record that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryError {
    /// No broker will take this record.
    Refusal,
    /// The record may be the cause.
    Unexplained,
    /// The cluster or the connection is the cause, or the record was dropped with others.
    OfCluster,
}

/// Classifies an error. Every error that is not named here is of the cluster: a good record that
/// becomes a dead letter because of an absent permission is worse than a worker that retries.
pub(crate) fn classify(code: RDKafkaErrorCode) -> DeliveryError {
    use RDKafkaErrorCode as Code;
    match code {
        // CORRUPT_MESSAGE of the protocol.
        Code::InvalidMessage
        | Code::InvalidMessageSize
        | Code::MessageSizeTooLarge
        | Code::MessageBatchTooLarge
        | Code::InvalidTimestamp
        | Code::InvalidRecord
        // Of the valid neighbours of an invalid record.
        | Code::InvalidDifferentRecord => DeliveryError::Refusal,
        Code::Unknown
        | Code::InvalidRequest
        | Code::UnsupportedForMessageFormat
        | Code::PolicyViolation => DeliveryError::Unexplained,
        _ => DeliveryError::OfCluster,
    }
}

/// The context of a transactional producer: keeps the first error that a record may have caused.
#[derive(Debug, Default)]
pub(crate) struct FirstRefusal(OnceLock<(DeliveryError, KafkaError)>);

impl FirstRefusal {
    /// Keeps the error if a record may have caused it and none is kept yet.
    pub(crate) fn keep(&self, error: &KafkaError) {
        let kind = error.rdkafka_error_code().map_or(DeliveryError::OfCluster, classify);
        if kind != DeliveryError::OfCluster {
            // Fails if one is kept: the later ones may only follow from it.
            let _ = self.0.set((kind, error.clone()));
        }
    }

    /// The fault of the error that is kept, as met during an action.
    pub(crate) fn fault(&self, action: &str) -> Option<Fault> {
        let (kind, error) = self.0.get()?;
        let (action, source) = (action.to_owned(), error.clone().into());
        Some(match kind {
            DeliveryError::Refusal => Fault::Refused { action, source },
            _ => Fault::Unexplained { action, source },
        })
    }
}

impl ClientContext for FirstRefusal {}

impl ProducerContext for FirstRefusal {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Err((error, _)) = result {
            self.keep(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_one_record_are_refusals_and_those_of_the_cluster_are_not() {
        use DeliveryError::{OfCluster, Refusal, Unexplained};
        use RDKafkaErrorCode as Code;
        let table = [
            (Code::MessageSizeTooLarge, Refusal),
            (Code::MessageBatchTooLarge, Refusal),
            (Code::InvalidTimestamp, Refusal),
            (Code::InvalidRecord, Refusal),
            (Code::InvalidMessage, Refusal),
            (Code::PolicyViolation, Unexplained),
            (Code::Unknown, Unexplained),
            (Code::MessageTimedOut, OfCluster),
            (Code::BrokerTransportFailure, OfCluster),
            (Code::AllBrokersDown, OfCluster),
            (Code::PurgeQueue, OfCluster),
            (Code::PurgeInflight, OfCluster),
            (Code::Fenced, OfCluster),
            (Code::ProducerFenced, OfCluster),
            (Code::InvalidProducerEpoch, OfCluster),
            (Code::TopicAuthorizationFailed, OfCluster),
            (Code::UnknownTopicOrPartition, OfCluster),
            (Code::NotEnoughReplicas, OfCluster),
            (Code::State, OfCluster),
        ];
        for (code, expected) in table {
            assert_eq!(classify(code), expected, "{code:?}");
        }
    }

    #[test]
    fn the_first_error_that_a_record_may_have_caused_is_kept() {
        use RDKafkaErrorCode as Code;
        let refusal = FirstRefusal::default();
        for code in [Code::PurgeQueue, Code::InvalidTimestamp, Code::PolicyViolation] {
            refusal.keep(&KafkaError::MessageProduction(code));
        }
        let fault = refusal.fault("flush").unwrap();
        assert!(matches!(fault, Fault::Refused { .. }), "{fault}");
        assert!(fault.to_string().contains("InvalidTimestamp"), "{fault}");
        let unexplained = FirstRefusal::default();
        unexplained.keep(&KafkaError::MessageProduction(Code::Unknown));
        assert!(matches!(unexplained.fault("flush"), Some(Fault::Unexplained { .. })));
    }
}
