//! Tests of the stage on the memory log.

#![allow(clippy::unwrap_used, reason = "a failed precondition ends a test")]

mod bounds;
mod faults;
mod memory;
mod model;
mod outputs;
mod rules;
mod scene;
