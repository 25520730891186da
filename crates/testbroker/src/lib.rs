//! Boots a real Apache Kafka on loopback, for tests and benches.
//!
//! [`Jars::fetch`] downloads Kafka from Maven, [`TestBroker::start`] boots one node, [`Proxy`] sits
//! between a client and that node and delays the requests that a rule names, and [`process`] pauses,
//! resumes and measures any process by its pid.
//!
//! This crate is for development only: it must not know a stage or a Kafka client, and nothing that
//! ships may depend on it. It writes only under `target/testbroker`, and everything it starts ends
//! with the process that started it, however that process ends.

#![allow(
    clippy::disallowed_methods,
    reason = "an edge: it waits for processes, so it needs a clock, and reads its directory from the environment"
)]

mod broker;
mod certificates;
mod error;
mod format;
mod jars;
mod java;
mod layout;
mod metadata;
mod options;
mod ports;
pub mod process;
mod properties;
mod proxy;
mod toolchain;
mod workspace;

pub use broker::{SHARED_VARIABLE, TestBroker, shared_bootstrap};
pub use error::BrokerError;
pub use jars::{Jars, KAFKA_VERSION};
pub use metadata::{advertised, wait_until_ready};
pub use options::{BrokerOptions, TlsScram};
pub use process::{ProcessSignal, cpu_seconds, peak_memory_kib, signal};
pub use proxy::{DelayRule, Direction, Gate, Proxy, RuleRepeat, api_key};
pub use workspace::DIRECTORY_VARIABLE;
