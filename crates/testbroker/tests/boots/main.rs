//! Boots a real Kafka and tests what other crates' tests rely on, without a Kafka client.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod listeners;
mod restart;
