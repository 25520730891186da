//! What turns the stages into a running pipeline: the configuration, the rules as loaded, the table of
//! stages, and the two runners, on Kafka and in memory.
//!
//! Reads the environment and files. Must not contain a rule about a mention, nor know the command line.

pub mod bounded_file;
pub mod clock;
pub mod config;
mod error;
pub mod input;
#[cfg(feature = "kafka")]
pub mod kafka_runner;
pub mod measurement;
pub mod memory_runner;
pub mod routing_chain;
pub mod rules;
pub mod stages;
pub mod state_bounds;
pub mod topics_file;

pub use error::{CommandError, EXIT_CODES, Failure};
