//! Tests of the stage through its public interface.

#![allow(clippy::unwrap_used, reason = "a broken fixture fails the test")]

mod bounds;
mod faults;
mod monotone;
mod peers;
mod queue;
mod reload;
mod rescore;
mod scene;
mod scores;
mod signals;
mod sweep;
mod wire;
