//! Finds the record that makes a worker fail: the records that failed together are processed one by
//! one, each in a transaction of its own, and the one that fails alone becomes a dead letter. So it
//! cannot hold up the records behind it.
//!
//! | fault | records processed alone | dead letter |
//! |---|---|---|
//! | [`Fault::Panicked`] | those of the slice that panicked | after [`MAX_ATTEMPTS`] panics alone |
//! | [`Fault::Refused`] | those of the transaction | after one refusal alone |
//! | [`Fault::Unexplained`], from the third restart without a commit on | those of the transaction | after [`MAX_ATTEMPTS`] faults alone |
//! | any fault of the connection | none | never |
//!
//! Must not know: which log it is, or how a fault is logged.

mod transaction;

use std::collections::BTreeMap;

use transaction::OpenTransaction;

use crate::{Fault, Position, RawRecord, Topic};

/// Number of faults alone after which a record goes to the dead letters.
pub const MAX_ATTEMPTS: u8 = 3;

/// Number of restarts without a commit in between after which a worker is stuck.
pub const MAX_RESTARTS: u32 = 3;

/// The most records that are remembered as having failed alone. One is forgotten once it is committed;
/// those of a partition that another worker took over would stay.
pub(crate) const MAX_SUSPECTS: usize = 1_000;
/// The most findings that wait for the caller to take them.
pub(crate) const MAX_FINDINGS: usize = 1_000;

/// The faults so far. It survives restarts of the worker, but not of the process.
#[derive(Debug, Default)]
pub struct Quarantine {
    /// Records that have failed alone.
    suspects: BTreeMap<Position, Suspect>,
    /// The last record to be processed alone, by topic and partition.
    isolated: BTreeMap<(Topic, i32), i64>,
    open: OpenTransaction,
    /// Restarts since the last commit, without those that an idle worker owes to its connection.
    restarts: u32,
    findings: Vec<Finding>,
}

#[derive(Debug, Default)]
struct Suspect {
    faults: u8,
    /// The message of its dead letter.
    message: String,
}

/// What a fault has shown; the caller logs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// One of these records made the transaction fail: they are processed one by one.
    Isolated {
        /// Number of records in the transaction.
        records: usize,
        /// The error.
        cause: String,
    },
    /// The record becomes a dead letter.
    Quarantined {
        /// The record.
        at: Position,
        /// The message of its dead letter.
        message: String,
    },
    /// The failed output is that of a timer: there is no record to quarantine.
    NoRecord {
        /// The error.
        cause: String,
    },
    /// The dead letter itself fails.
    DeadLetterFailed {
        /// The record.
        at: Position,
        /// The error.
        cause: String,
    },
}

/// The records that the loop processes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NextSlice {
    pub(crate) len: usize,
    /// Whether the slice is one record that needs a transaction of its own.
    pub(crate) is_alone: bool,
}

impl Quarantine {
    /// Whether the worker has restarted [`MAX_RESTARTS`] times without a commit in between.
    #[must_use]
    pub fn is_stuck(&self) -> bool {
        self.restarts >= MAX_RESTARTS
    }

    /// Removes and returns what the faults since the last call have shown.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Returns the message of the record's dead letter; none unless it has used up its attempts.
    pub(crate) fn rejection(&self, at: Position) -> Option<&str> {
        let suspect = self.suspects.get(&at).filter(|suspect| suspect.faults >= MAX_ATTEMPTS);
        suspect.map(|suspect| suspect.message.as_str())
    }

    /// Chooses among the records of a batch that are left; at most `max`.
    pub(crate) fn next_slice(&self, rest: &[RawRecord], max: usize) -> NextSlice {
        let max = rest.len().min(max);
        if self.isolated.is_empty() {
            return NextSlice { len: max, is_alone: false };
        }
        let len = rest[..max].iter().take_while(|raw| !self.is_isolated(raw.at)).count();
        // A batch of skipped taps is empty: there is no record to process alone.
        let is_alone = len == 0 && max > 0;
        NextSlice { len: if is_alone { 1 } else { len }, is_alone }
    }

    fn is_isolated(&self, at: Position) -> bool {
        self.isolated.get(&(at.topic, at.partition)).is_some_and(|last| at.offset <= *last)
    }

    /// The loop is about to process these records in the open transaction.
    pub(crate) fn add_records(&mut self, slice: &[RawRecord]) {
        self.open.add_records(slice);
    }

    /// The loop is about to write what a timer made.
    pub(crate) fn add_timer(&mut self) {
        self.open.add_timer();
    }

    /// The log has committed the open transaction, if there was one.
    pub(crate) fn on_commit(&mut self) {
        let committed = std::mem::take(&mut self.open);
        if committed.is_empty() {
            return;
        }
        self.restarts = 0;
        for (topic_partition, offset) in committed.last_offsets() {
            if self.isolated.get(topic_partition).is_some_and(|last| last <= offset) {
                self.isolated.remove(topic_partition);
            }
        }
        if let Some(at) = committed.only_record() {
            self.suspects.remove(&at);
        }
    }

    /// Records that the stage panicked while it processed these records together.
    pub(crate) fn record_panic(&mut self, records: &[RawRecord]) {
        let mut slice = OpenTransaction::default();
        slice.add_records(records);
        self.isolate(&slice);
        // Only a record that was alone counts: its neighbours in a larger slice are innocent.
        if let Some(at) = slice.only_record() {
            let message = "the stage panicked on every attempt to process this record";
            self.accuse(at, 1, message.to_owned());
        }
    }

    /// Records the fault that ends a run, and with it the open transaction.
    pub(crate) fn record_fault(&mut self, fault: &Fault) {
        let aborted = std::mem::take(&mut self.open);
        // An idle worker that loses its connection has nothing to commit afterwards, which would
        // end the count.
        if !fault.is_of_connection() || !aborted.is_empty() {
            self.restarts = self.restarts.saturating_add(1);
        }
        match fault {
            Fault::Refused { source, .. } => {
                let message = format!("the broker refused what the stage made of it: {source}");
                self.blame(&aborted, MAX_ATTEMPTS, message, source.to_string());
            }
            Fault::Unexplained { source, .. } if self.is_stuck() => {
                let message =
                    format!("every attempt to write what the stage made of it failed: {source}");
                self.blame(&aborted, 1, message, source.to_string());
            }
            // The slice that panicked is known: see `record_panic`.
            _ => {}
        }
    }

    /// Blames the only record of an aborted transaction, or isolates its records.
    fn blame(&mut self, aborted: &OpenTransaction, faults: u8, message: String, cause: String) {
        self.isolate(aborted);
        match aborted.only_record() {
            Some(at) if self.rejection(at).is_some() => {
                self.find(Finding::DeadLetterFailed { at, cause });
            }
            Some(at) => self.accuse(at, faults, message),
            None if aborted.records() == 0 => self.find(Finding::NoRecord { cause }),
            None => {
                let records = aborted.records();
                self.find(Finding::Isolated { records, cause });
            }
        }
    }

    fn isolate(&mut self, failed: &OpenTransaction) {
        for (topic_partition, offset) in failed.last_offsets() {
            let last = self.isolated.entry(*topic_partition).or_insert(*offset);
            *last = (*last).max(*offset);
        }
    }

    /// Adds faults to a record that failed alone.
    fn accuse(&mut self, at: Position, faults: u8, message: String) {
        if self.rejection(at).is_some() {
            // What failed now was its dead letter: the message keeps the first cause.
            return;
        }
        if self.suspects.len() >= MAX_SUSPECTS && !self.suspects.contains_key(&at) {
            // The fewest faults first: such a record only starts again to use up its attempts.
            let least = self.suspects.iter().min_by_key(|(at, suspect)| (suspect.faults, **at));
            let least = least.map(|(at, _)| *at);
            least.and_then(|at| self.suspects.remove(&at));
        }
        let suspect = self.suspects.entry(at).or_default();
        suspect.faults = suspect.faults.saturating_add(faults);
        suspect.message.clone_from(&message);
        if suspect.faults >= MAX_ATTEMPTS {
            self.find(Finding::Quarantined { at, message });
        }
    }

    fn find(&mut self, finding: Finding) {
        if self.findings.len() >= MAX_FINDINGS {
            self.findings.remove(0);
        }
        self.findings.push(finding);
    }
}

#[cfg(test)]
mod tests;
