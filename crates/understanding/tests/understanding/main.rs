//! The stage on the memory log, with the built-in model.

#![allow(clippy::unwrap_used, reason = "a failed precondition ends a test")]

mod answers;
mod fault_tolerance;
mod hostile;
