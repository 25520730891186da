//! The commands of the binary `harken`.
//!
//! The only crate that reads the command line. Each command reads its input, runs stages through the
//! crate `pipeline`, and prints results. Must not contain a rule about a mention.
#![warn(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "`output` prints, and escapes what it prints"
)]

#[cfg(feature = "kafka")]
pub mod audit;
#[cfg(feature = "train")]
pub mod bench_surge;
pub mod cli;
#[cfg(feature = "kafka")]
pub mod dead_letters;
pub mod demo;
#[cfg(feature = "kafka")]
pub mod explain;
#[cfg(feature = "kafka")]
pub mod feedback;
#[cfg(feature = "kafka")]
pub mod load;
#[cfg(feature = "train")]
pub mod models;
pub mod output;
pub mod profiles;
#[cfg(feature = "kafka")]
pub mod read;
pub mod replay;
pub mod rules;
#[cfg(feature = "kafka")]
pub mod run;
pub mod schemas;
pub mod score;
pub mod settings;
pub mod staffing;
pub mod start;
#[cfg(feature = "kafka")]
pub mod topics;
#[cfg(feature = "train")]
pub mod training;

pub use pipeline::{CommandError, Failure};

/// The error of a command that this build leaves out.
#[cfg(not(all(feature = "kafka", feature = "train")))]
#[must_use]
pub fn missing_feature() -> CommandError {
    let build = "run this command: this build has no Kafka and no training; build all of it with \
                 `cargo build --release`";
    CommandError::Usage(build.into())
}

/// Uses a quarter less CPU per mention than the allocator of glibc; librdkafka uses it as well. Costs
/// an idle process 2 MiB (`benches/RESULTS.md`).
#[cfg(feature = "allocator")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
