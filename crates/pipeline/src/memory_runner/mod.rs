//! Stages on the memory log, fed while they run. Used by `replay`, `demo` and `rules`.
//!
//! A [`Driver`] appends input in chunks and drains the output after each chunk, so memory stays bounded
//! for any length of input. Must not know what the input is or who reads the output.

mod driven_log;
mod facts;
mod surge_runner;

pub use driven_log::{CHUNK, run_with_driver};
pub use facts::{append_fact, take_facts};
pub use surge_runner::SurgeRunner;

use stage::EventTime;
use stage::memory::MemoryBroker;

use crate::CommandError;

/// What a call of [`Driver::advance`] has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The driver appended records to the broker.
    More,
    /// The driver appended nothing; event time is now this, and timers due
    /// by then fire.
    AdvanceTime(EventTime),
    /// The input has ended.
    End,
}

/// Feeds records to stages on the memory log and collects their outputs.
pub trait Driver {
    /// Drains the outputs and appends the next input. Called whenever all input so far is processed
    /// and committed.
    ///
    /// # Errors
    /// Any error ends the run and is returned by [`run_with_driver`].
    fn advance(&mut self, broker: &MemoryBroker) -> Result<Progress, CommandError>;
}
