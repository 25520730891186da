//! How many answers will be needed in the hours ahead, and how many agents that takes.
//!
//! [`ahead`] expects each hour by its hour of the week and the level of the last days, with an
//! interval by how far past hours missed their own expectation. [`live`] finds agents by Erlang C,
//! for work that waits on the line; [`deferred`] by simulating a backlog, for work that may wait
//! an hour. They answer different questions: who reads a number has to know which one it is.
//!
//! Not yet: intervals other than an hour, calendars of teams, shrinkage.
//! Must not know: files, the clock of the machine, what an answer is about.

mod ahead;
mod deferred;
mod erlang;

pub use ahead::{Expected, Planned, ahead};
pub use deferred::{Backlog, deferred};
pub use erlang::{Live, delayed, live};
