//! Configuration, subcommands and wiring: what the binary `harken` is made of.
//!
//! The only crate that reads the environment and the command line. It joins the stages to a log
//! (memory or Kafka) and shows what comes out; it holds no rule about a mention.

pub mod audit;
pub mod bench_surge;
pub mod chain;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dead_letters;
pub mod demo;
pub mod embedded;
pub mod explain;
pub mod feedback;
pub mod learn;
pub mod load;
pub mod models;
pub mod output;
pub mod problem;
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

pub use problem::Problem;

/// A quarter less CPU a mention than with that of glibc; librdkafka allocates from it as well. It
/// costs an idle process 2 MiB (`benches/RESULTS.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
