//! The stage on the memory log, with the model that is built in.

#![allow(clippy::unwrap_used, reason = "a test ends by a panic")]

mod answers;
mod hostile;
mod proof;
