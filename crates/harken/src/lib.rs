//! Configuration, commands and wiring of the binary `harken`.
//!
//! The only crate that reads the environment and the command line. It connects the stages to a log
//! (memory or Kafka) and prints results. Must not contain a rule about a mention.

pub mod audit;
pub mod bench_surge;
pub mod chain;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dead_letters;
pub mod demo;
pub mod embedded;
pub mod error;
pub mod explain;
pub mod feedback;
pub mod load;
pub mod models;
pub mod output;
pub mod profiles;
pub mod read;
pub mod replay;
pub mod rules;
pub mod run;
pub mod schemas;
pub mod score;
pub mod staffing;
pub mod start;
pub mod topics;
pub mod training;

pub use error::CommandError;

/// Uses a quarter less CPU per mention than the allocator of glibc; librdkafka uses it as well. Costs
/// an idle process 2 MiB (`benches/RESULTS.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
