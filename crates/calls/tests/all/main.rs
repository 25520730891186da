//! The stage on the memory log.

#![allow(clippy::unwrap_used, reason = "a failed precondition ends a test")]

mod bounds;
mod faults;
mod limits;
mod naive;
mod storm;
mod wire;
