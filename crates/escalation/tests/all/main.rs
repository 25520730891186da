//! Tests of the stage through its public interface.

mod fault_tolerance;
mod fixtures;
mod headers;
mod invariants;
mod overflow;
mod scenarios;
mod wire;
