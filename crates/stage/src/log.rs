//! The seam to the broker, in bytes: rdkafka in production, memory in tests and embedded use.

use crate::{Fault, Headers, Micros, Position, Reject, Topic};

/// One record as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    /// Where it stands.
    pub at: Position,
    /// Event time, in microseconds.
    pub time: Micros,
    /// When it was handed out, in microseconds.
    pub now: Micros,
    /// Its key; empty when it has none.
    pub key: Vec<u8>,
    /// Its payload; none for a tombstone.
    pub value: Option<Vec<u8>>,
    /// Its headers.
    pub headers: Vec<(String, Vec<u8>)>,
}

/// One record to be written to the partition that its key chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The topic.
    pub topic: Topic,
    /// Event time, in microseconds.
    pub time: Micros,
    /// The key.
    pub key: Vec<u8>,
    /// The payload; none for a tombstone.
    pub value: Option<Vec<u8>>,
    /// Headers.
    pub headers: Headers,
    /// Whether the same transaction has already carried this record through the next stage: a
    /// separate process of that stage must pass it over, unless it only looks on
    /// ([`crate::Input::reads_taps`]).
    pub is_tap: bool,
}

/// One change of a state, for the changelog partition with the number of the input's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The stage whose changelog it belongs to.
    pub stage: &'static str,
    /// The entry.
    pub key: Vec<u8>,
    /// Its value; none removes it.
    pub value: Option<Vec<u8>>,
}

/// A record that could not be processed, unchanged, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Who refused it, and why.
    pub reject: Reject,
    /// Where the record stands; partition and offset are -1 for one from inside a fused chain,
    /// which never stood in the topic named.
    pub at: Position,
    /// The original key.
    pub key: Vec<u8>,
    /// The original payload.
    pub value: Option<Vec<u8>>,
    /// The original headers.
    pub headers: Vec<(String, Vec<u8>)>,
}

/// Everything a batch leaves behind.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Effects {
    /// Records for the output topics.
    pub outputs: Vec<Outgoing>,
    /// Changes of the state.
    pub changes: Vec<Change>,
    /// Records for the dead letters.
    pub dead: Vec<DeadLetter>,
}

impl Effects {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.outputs.is_empty() && self.changes.is_empty() && self.dead.is_empty()
    }
}

/// What the log asks of the loop. The log owns the clock, so the loop is deterministic.
#[derive(Debug)]
pub enum Event {
    /// Rows of the broadcast tables; all that exist come before the first `Assigned`.
    Rows(Vec<Raw>),
    /// A partition is ours: its state must be restored before its first batch.
    Assigned(i32),
    /// A partition is taken away in good order: commit, then forget its state.
    Revoked(i32),
    /// Records of one partition number, of all inputs, in the order they are to be processed.
    Batch(i32, Vec<Raw>),
    /// The time of one partition, in microseconds.
    Time(i32, Micros),
    /// The open transaction is to be committed.
    CommitDue,
    /// The process is asked to end.
    Shutdown,
}

/// Takes one change of a changelog: the stage, the key and the value, none for a removal.
pub type EachChange<'a> = dyn FnMut(&str, &[u8], Option<&[u8]>) -> Result<(), Fault> + 'a;

/// The seam to the broker. An implementation tracks the offsets of what it hands out, and counts
/// a batch as processed once its effects are written.
pub trait Log {
    /// Waits for the next thing to do.
    ///
    /// # Errors
    /// When the log is lost: the caller drops everything and starts again.
    fn next(&mut self) -> Result<Event, Fault>;

    /// Reads the committed changes of a partition, oldest first, to their end.
    ///
    /// # Errors
    /// When they cannot be read whole, or `each` refuses one.
    fn changelog(&mut self, partition: i32, each: &mut EachChange<'_>) -> Result<(), Fault>;

    /// Adds effects of a partition, and its offsets, to the open transaction.
    ///
    /// # Errors
    /// When the transaction is lost.
    fn write(&mut self, partition: i32, effects: Effects) -> Result<(), Fault>;

    /// Commits outputs, changes, dead letters and offsets, or none of them.
    ///
    /// # Errors
    /// When the outcome is an abort or unknown: the caller drops everything and starts again.
    fn commit(&mut self) -> Result<(), Fault>;
}
