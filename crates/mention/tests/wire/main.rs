//! The wire format: golden bytes, generated records of every type, malicious bytes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod arbitrary;
mod golden;
mod hostile;
mod memory;
