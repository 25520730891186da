//! The only crate that knows Kafka: a [`stage::Log`] over transactions, restore, topics.
//!
//! Exactly once, by Kafka transactions (KIP-447): outputs, changelog, dead letters and input
//! offsets commit together or not at all. ARCHITECTURE.md tells each defence and its test.
//!
//! Must not know: what a record means. Everything here is bytes.

#![allow(clippy::disallowed_methods, reason = "the log owns the clock; stages get it as input")]

pub mod admin;
mod ask;
mod changelogs;
mod close;
mod consumer;
pub mod dead_letters;
mod faults;
mod feed;
mod log;
mod meter;
pub mod peek;
pub mod probe;
mod restore;
mod settings;
mod table;
mod transaction;
mod worker;

pub use feed::{Feed, Pending, Unavailable};
pub use meter::{Meter, Unmetered};
pub use settings::{OWNED, Settings, Unusable};
pub use worker::{Failed, Stop, work};
