//! Tests of the stage through its public interface.

#![allow(clippy::unwrap_used, reason = "a failed precondition ends a test")]

mod bounds;
mod fault_tolerance;
mod fixtures;
mod headers;
mod invariants;
mod on_duty;
mod overflow;
mod place;
mod reopening;
mod scenarios;
mod wire;
