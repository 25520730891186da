//! The contract between a stage and the log that drives it.
//!
//! A stage is a deterministic function from (state, batch) to effects. It does no I/O, reads no
//! clock and knows neither Kafka nor Avro: [`run()`] decodes its input, calls it, and hands every
//! effect to a [`Log`], which commits all of them together with the input offsets or none.
//!
//! Must not know: rdkafka, tokio, Avro, the environment. Only the standard library,
//! and serde's two traits for the times of records, behind a feature.

pub mod bytes;
mod error;
mod eviction;
pub mod fault_injection;
mod fuse;
mod log;
pub mod memory;
pub mod partition;
mod quarantine;
mod record;
mod reloadable;
mod run;
mod state;
mod time;
mod tx;
mod wire;

pub use error::{BoxedError, Fault, Malformed};
pub use eviction::{Eviction, StoreBound};
pub use fuse::{Downstream, Fused, FusedIn, FusedOut, LinkOutput, TAP_HEADER, Taps};
pub use log::{ChangeVisitor, Effects, Event, Log};
pub use quarantine::{Finding, MAX_ATTEMPTS, MAX_RESTARTS, Quarantine};
pub use record::{DeadLetter, Outgoing, Position, RawRecord, RecordHeaders, StateChange};
pub use reloadable::Reloadable;
pub use run::{CommitObserver, LoadedState, NoObserver, run, run_with_state};
pub use state::{BroadcastTable, KeyedState, Pair, State, Stateless};
pub use time::{EventTime, MAX_CLOCK_SKEW, TimeDelta, WallTime};
pub use tx::{RecordRejection, Tx};
pub use wire::{Input, Output, Wire};

/// The name of a topic without the deployment's prefix, such as `mention.received.v1`.
pub type Topic = &'static str;

/// One decoded input record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<T> {
    /// Its position in the log.
    pub at: Position,
    /// Its index in the slice it is processed with; [`Tx::reject`] takes it.
    pub index: usize,
    /// Event time, from the record itself. Every rule about time uses this.
    pub time: EventTime,
    /// Wall clock at which the log polled the record. Stages write it into fields named `…_at`; no
    /// decision may depend on it.
    pub now: WallTime,
    /// The decoded value.
    pub value: T,
}

/// One stage of the pipeline.
pub trait Stage: Sized + 'static {
    /// Names the consumer group, the metrics label and the configuration section.
    const NAME: &'static str;
    /// Its input records: one variant for each input topic.
    type In: Input;
    /// Its output records: one variant for each output topic.
    type Out: Output;
    /// Its state for one partition; [`Stateless`] if it has none.
    type State: State;
    /// The broadcast table that every worker reads whole; `()` if it has none.
    type Table: BroadcastTable;
    /// The rules by which it decides; `()` if it has none. They never change within a batch.
    type Rules: Send + Sync + 'static;

    /// The names of the stages it consists of: its own, or those of a fused chain.
    #[must_use]
    fn stage_names() -> Vec<&'static str> {
        vec![Self::NAME]
    }

    /// The stage that reads an input topic, to whose dead letters its undecodable records go: itself,
    /// or one of a chain.
    #[must_use]
    fn reader(_topic: Topic) -> &'static str {
        Self::NAME
    }

    /// Processes records of one partition, in order.
    ///
    /// # Errors
    /// A [`Fault`] aborts the transaction and restarts the worker from the committed log. Do not
    /// return one for a record that can never be processed: pass that record to [`Tx::reject`].
    fn process(&self, batch: Vec<Record<Self::In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault>;

    /// Fires the timers of one partition that are due by `now`, in microseconds.
    ///
    /// On Kafka, `now` is the wall clock, and the loop calls this only while the partition has no
    /// backlog on any input: a timer cannot fire while a record that cancels it is still unread. In
    /// memory, the loop calls it after the last record of the partition, with the time of that
    /// record. In a backlog, a stage with timers fires them in [`Stage::process`], with the time of
    /// each record before it processes the record.
    ///
    /// # Errors
    /// As [`Stage::process`].
    fn on_time(&self, _now: WallTime, _tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        Ok(())
    }

    /// Fires the timers that [`Stage::process`] fires before a record of this time, so that `process`
    /// finds none due. The loop calls it before a record that it processes alone, in a transaction of
    /// its own: a timer that fails is not that record's fault.
    ///
    /// # Errors
    /// As [`Stage::process`].
    fn fire_due(
        &self,
        _time: EventTime,
        _now: WallTime,
        _tx: &mut Tx<'_, Self>,
    ) -> Result<(), Fault> {
        Ok(())
    }
}

/// Why a record can never be processed and becomes a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectReason {
    /// Its bytes do not follow the schema of the topic.
    Undecodable,
    /// It was written with a schema that this program does not have.
    UnknownSchema,
    /// It decodes, but its content is impossible.
    Invalid,
    /// It made the stage panic [`MAX_ATTEMPTS`] times, or the log refused what the stage made of it.
    Quarantined,
    /// The log could not read it: its dead letter has the position, but no bytes.
    Unreadable,
}

impl RejectReason {
    /// Every reason, for tables and metrics.
    pub const ALL: [RejectReason; 5] = [
        RejectReason::Undecodable,
        RejectReason::UnknownSchema,
        RejectReason::Invalid,
        RejectReason::Quarantined,
        RejectReason::Unreadable,
    ];

    /// The name in headers and metric labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            RejectReason::Undecodable => "undecodable",
            RejectReason::UnknownSchema => "unknown_schema",
            RejectReason::Invalid => "invalid",
            RejectReason::Quarantined => "quarantined",
            RejectReason::Unreadable => "unreadable",
        }
    }
}
