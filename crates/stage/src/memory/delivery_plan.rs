//! The sizes into which a memory log cuts the work, and the faults that it injects.

use crate::{EventTime, Outgoing};

/// How a commit fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitFailure {
    /// The broker wrote nothing.
    Aborted,
    /// The broker wrote everything, but its answer was lost.
    AnswerLost,
}

/// The sizes of batches and transactions, and the faults of the broker.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryPlan {
    /// Maximum number of records in a batch.
    pub max_batch: usize,
    /// Number of batches in a transaction.
    pub batches_per_commit: usize,
    /// Fails the commit with this number, once; from 1.
    pub failing_commit: Option<(usize, CommitFailure)>,
    /// Revokes this partition before the batch with this number and assigns it again, once; from 0.
    pub rebalance: Option<(usize, i32)>,
    /// Refuses a transaction with an output of which this is true.
    pub refuses: Option<fn(&Outgoing) -> bool>,
    /// The time at the end of the input, in microseconds: the timers due by then fire.
    pub end_time: Option<EventTime>,
}

impl Default for DeliveryPlan {
    fn default() -> Self {
        Self {
            max_batch: 500,
            batches_per_commit: 1,
            failing_commit: None,
            rebalance: None,
            refuses: None,
            end_time: None,
        }
    }
}
