//! The wire: bytes that never change, records of every kind, bytes that nobody vouches for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod arbitrary;
mod golden;
mod hostile;
mod memory;
