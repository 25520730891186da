//! Boots a real Apache Kafka on loopback, for tests and benches.
//!
//! [`Jars::fetch`] brings Kafka from its Maven artifacts, [`Broker::start`] boots one node of it,
//! [`Proxy`] stands between a client and that node and delays what a rule names, and [`process`]
//! stops, continues and measures any process by its pid.
//!
//! This crate is for development only: it must not know a stage, nor a Kafka client, and nothing
//! that ships may depend on it. Everything it writes is under `target/testbroker`, and everything
//! it starts ends with the process that started it, however that one ends.

#![allow(
    clippy::disallowed_methods,
    reason = "an edge: it waits for processes, so it owns a clock, and reads where to work"
)]

mod broker;
mod certificates;
mod format;
mod jars;
mod java;
mod layout;
mod metadata;
mod options;
mod place;
mod ports;
mod problem;
pub mod process;
mod properties;
mod proxy;
mod toolchain;

pub use broker::{Broker, SHARED_VARIABLE, shared_bootstrap};
pub use jars::{Jars, KAFKA_VERSION};
pub use metadata::{advertised, wait_until_ready};
pub use options::{Options, TlsScram};
pub use place::DIRECTORY_VARIABLE;
pub use problem::Problem;
pub use process::{Signal, cpu_seconds, peak_memory_kib, signal};
pub use proxy::{Direction, Gate, Proxy, Rule, Times, api_key};
