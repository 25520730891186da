//! The port between the loop and a broker, in bytes: Kafka in production, memory in tests and in
//! the embedded commands.

use std::sync::Arc;

use crate::{DeadLetter, Eviction, Fault, Outgoing, RawRecord, StateChange, WallTime};

/// Everything that a stage produces for one slice of a batch.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Effects {
    /// Records for the output topics.
    pub outputs: Vec<Outgoing>,
    /// Changes of the state, for the changelog.
    pub changes: Vec<StateChange>,
    /// Records for the dead-letter topic.
    pub dead_letters: Vec<DeadLetter>,
    /// What full stores have removed, for metrics; the removals are among the changes. A log ignores
    /// it.
    pub evictions: Vec<Eviction>,
}

impl Effects {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.outputs.is_empty() && self.changes.is_empty() && self.dead_letters.is_empty()
    }
}

/// What the loop must do next. The log owns the clock, so the loop is deterministic.
#[derive(Debug)]
pub enum Event<R> {
    /// Use this version of the rules from now on. The first version comes before the first
    /// `Assigned`. A batch has one version, for all stages of a chain.
    Rules(Arc<R>),
    /// Apply these rows to the broadcast table. All existing rows come before the first `Assigned`.
    TableRows(Vec<RawRecord>),
    /// Restore the state of this partition, which now belongs to the worker.
    Assigned(i32),
    /// Commit, then drop the state of this partition: the group revokes it in good order.
    Revoked(i32),
    /// Process these records of one partition number, of all inputs, in this order.
    Batch(i32, Vec<RawRecord>),
    /// Fire the timers of this partition that are due by this time, in microseconds.
    Time(i32, WallTime),
    /// Commit the open transaction.
    CommitDue,
    /// Commit and return: the process shuts down.
    Shutdown,
}

/// Applies one change of a changelog: the stage, the key and the value, none for a removal.
pub type ChangeVisitor<'a> = dyn FnMut(&str, &[u8], Option<&[u8]>) -> Result<(), Fault> + 'a;

/// The port to the broker. An implementation tracks the offsets of the records it returns, and
/// counts a batch as processed once its effects are written.
pub trait Log {
    /// The rules of the stage; the log hands out each new version between two batches.
    type Rules;

    /// Waits for the next event.
    ///
    /// # Errors
    /// When the log is lost: the caller drops all state and restarts.
    fn next_event(&mut self) -> Result<Event<Self::Rules>, Fault>;

    /// Reads the committed changes of a partition, oldest first, to the end.
    ///
    /// # Errors
    /// When the log cannot read all of them, or `each` rejects one.
    fn read_changelog(&mut self, partition: i32, each: &mut ChangeVisitor<'_>)
    -> Result<(), Fault>;

    /// Returns the partition that the key of an input record chooses; none if this log cannot say.
    ///
    /// # Errors
    /// When the log cannot count the partitions of the topic.
    fn home_of(&mut self, _: &RawRecord) -> Result<Option<i32>, Fault> {
        Ok(None)
    }

    /// Adds effects of a partition, and its offsets, to the open transaction.
    ///
    /// # Errors
    /// When the transaction is lost.
    fn write(&mut self, partition: i32, effects: Effects) -> Result<(), Fault>;

    /// Writes the dead letter of a malformed table row with a later transaction. Every worker reads
    /// every row, also after a restart, but the dead letter is written once: by the worker that
    /// owns the input partition that the row's partition number selects, which commits the row's offset
    /// with it.
    ///
    /// # Errors
    /// When the transaction is lost.
    fn reject_row(&mut self, letter: DeadLetter) -> Result<(), Fault>;

    /// Commits outputs, changes, dead letters and offsets, or none of them.
    ///
    /// # Errors
    /// When the transaction was aborted or its outcome is unknown: the caller drops all state and
    /// restarts.
    fn commit(&mut self) -> Result<(), Fault>;

    /// Commits as [`Log::commit`], but leaves the last polled records of a partition, `unprocessed`,
    /// to the next transaction. The loop calls it to give a record a transaction of
    /// its own.
    ///
    /// # Errors
    /// As [`Log::commit`]; a fatal fault if the log cannot commit a part of a batch.
    fn commit_except(&mut self, partition: i32, _unprocessed: &[RawRecord]) -> Result<(), Fault> {
        Err(Fault::Contract(format!("commit a part of a batch of partition {partition}")))
    }
}
