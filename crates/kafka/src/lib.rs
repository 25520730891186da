//! The only crate that knows Kafka: a [`stage::Log`] with transactions, restore and group
//! membership, and the administration of topics.
//!
//! Exactly once, by Kafka transactions (KIP-447): outputs, changelog, dead letters and input
//! offsets commit together or not at all. ARCHITECTURE.md lists each defence and its test.
//!
//! Must not know: what a record means. Everything here is bytes.

#![allow(clippy::disallowed_methods, reason = "the log owns the clock; stages get it as input")]

pub mod admin;
mod broadcast;
mod changelogs;
mod consumer;
pub mod dead_letters;
mod deadline;
mod delivery;
mod faults;
mod idempotent_producer;
mod log;
pub mod measure;
mod meter;
mod partition_reader;
mod record;
mod retry;
mod settings;
mod state_check;
pub mod topic_reader;
mod transaction;
mod unreadable;
mod watchdog;
mod worker;

pub use idempotent_producer::{BrokerUnavailable, IdempotentProducer, PendingDelivery};
pub use meter::{LogMeter, NoMeter};
pub use record::OutgoingRef;
pub use settings::{ForgedState, InvalidClientSetting, KafkaSettings, OWNED};
pub use worker::{Stop, WorkerFailed, run_worker};
