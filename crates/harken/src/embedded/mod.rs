//! Stages on the memory log, fed while they run: what `replay` and `demo` have in common.
//!
//! An [`Edge`] is asked again and again for more to read, and takes what has come out meanwhile,
//! so that an endless input needs no endless memory. Must not know: what is fed, or who looks.

mod feed;
mod outbreaks;
mod take;

pub use feed::{CHUNK, drive};
pub use outbreaks::Outbreaks;
pub use take::{append, take};

use stage::Micros;
use stage::memory::Broker;

use crate::Problem;

/// What an edge brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It has appended records to the broker.
    More,
    /// Nothing to read, but this is the time now, in microseconds: timers due by then ring.
    Time(Micros),
    /// There will be nothing more.
    End,
}

/// Both ends of an embedded pipeline.
pub trait Edge {
    /// Called whenever everything fed has been processed and committed: takes what came out, and
    /// brings what comes next.
    ///
    /// # Errors
    /// Ends the run.
    fn turn(&mut self, broker: &Broker) -> Result<Turn, Problem>;
}
