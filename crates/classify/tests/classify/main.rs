//! Tests of `classify` through its public interface.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed precondition ends a test")]

mod files;
mod fixture;
mod properties;
mod shared_data;
mod training;
