//! The contract between a stage and the log that drives it.
//!
//! A stage is a deterministic function from (state, batch) to effects. It does no I/O, reads no
//! clock and knows neither Kafka nor Avro: [`run`] decodes its input, calls it, and hands every
//! effect to a [`Log`], which commits them together with the input's offsets or not at all.
//!
//! Must not know: rdkafka, tokio, Avro, the environment. Only the standard library.

mod fuse;
mod in_force;
mod log;
pub mod memory;
pub mod partition;
pub mod prove;
mod quarantine;
mod run;
mod state;
mod tx;
mod wire;

pub use fuse::{Follows, Fused, FusedIn, FusedOut, Taps, Yields};
pub use in_force::Reloadable;
pub use log::{Change, DeadLetter, EachChange, Effects, Event, Log, Outgoing, Raw};
pub use quarantine::{ATTEMPTS, Quarantine};
pub use run::{Held, Observe, Silent, run, run_on};
pub use state::{Keyed, Pair, State, Stateless, Table};
pub use tx::{Reject, Tx};
pub use wire::{Headers, Input, Malformed, Output, Wire};

/// Microseconds since the Unix epoch.
pub type Micros = i64;

/// The name of a topic without the deployment's prefix, such as `mention.received.v1`.
pub type Topic = &'static str;

/// A place in the input log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The topic read.
    pub topic: Topic,
    /// Its partition.
    pub partition: i32,
    /// The offset in the partition.
    pub offset: i64,
}

/// One decoded input record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<T> {
    /// Where it stands in the log.
    pub at: Position,
    /// Its place in the batch it is processed with.
    pub index: usize,
    /// Event time, from the record itself, in microseconds: what every rule about time uses.
    pub time: Micros,
    /// When the log handed it out, in microseconds: to be written down, never to decide by.
    pub now: Micros,
    /// The value.
    pub value: T,
}

/// One step of the pipeline.
pub trait Stage: Sized + 'static {
    /// Names the consumer group, the metrics label and the configuration section.
    const NAME: &'static str;
    /// The records it reads: one variant for each input topic.
    type In: Input;
    /// The records it writes: one variant for each output topic.
    type Out: Output;
    /// What it remembers about one partition; [`Stateless`] when nothing.
    type State: State;
    /// A broadcast table, read whole by every worker; `()` when none.
    type Table: Table;

    /// The stages it is made of: itself, or those of a fused chain.
    #[must_use]
    fn names() -> Vec<&'static str> {
        vec![Self::NAME]
    }

    /// Processes records of one partition, in order.
    ///
    /// # Errors
    /// A [`Fault`] aborts the transaction and restarts from the committed log. A record that can
    /// never be processed is no fault: give it to [`Tx::reject`].
    fn process(&self, batch: Vec<Record<Self::In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault>;

    /// Does what has fallen due in one partition by `now`.
    ///
    /// `now` is the wall clock once the partition is caught up with all its inputs, and the time
    /// of the last record while it is not, so a backlog cannot ring a timer that it also stops.
    ///
    /// # Errors
    /// As [`Stage::process`].
    fn on_time(&self, _now: Micros, _tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        Ok(())
    }
}

/// Why a record cannot be processed, now or ever: it goes to the dead letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Its bytes are not a record of the topic's schema.
    Undecodable,
    /// It was written with a schema this program does not know.
    UnknownSchema,
    /// It decodes, but says something impossible.
    Invalid,
    /// It made the stage panic [`ATTEMPTS`] times.
    Quarantined,
}

impl Reason {
    /// Every reason, for tables and metrics.
    pub const ALL: [Reason; 4] =
        [Reason::Undecodable, Reason::UnknownSchema, Reason::Invalid, Reason::Quarantined];

    /// Its name in headers and metric labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Undecodable => "undecodable",
            Reason::UnknownSchema => "unknown_schema",
            Reason::Invalid => "invalid",
            Reason::Quarantined => "quarantined",
        }
    }
}

/// The stage cannot continue: the transaction is aborted and the worker starts again from the
/// committed log. The one road back from a crash, an aborted transaction and a lost partition.
#[derive(Debug)]
pub struct Fault {
    /// What failed, as a fragment that fits "failed to …".
    pub message: String,
    /// Whether starting again can help; a bug in a stage or a fenced-off configuration cannot.
    pub is_final: bool,
}

impl Fault {
    /// A fault from which a restart is expected to recover.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_final: false }
    }

    /// A fault that would come back after every restart.
    #[must_use]
    pub fn last(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_final: true }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
