//! `harken replay`: routes the mentions of a file and prints one routed mention per line.
//!
//! The clock follows the file: a mention is received at its publication time, or at the latest earlier
//! one if that is later. A publication time that the times after it contradict is capped and counted. The
//! same file therefore gives the same output on any day.

mod driver;
mod progress_line;
mod summary;

pub use driver::ReplayDriver;
pub use summary::Summary;

use std::io::{self, BufWriter};
use std::path::Path;

use stage::memory::MemoryBroker;
use stage::{EventTime, Taps};

use crate::cli::ReplayArgs;
use crate::{CommandError, Failure, output, profiles};
use pipeline::config::Config;
use pipeline::input::{Arrival, LineReader, open_input};
use pipeline::rules::LoadedRules;
use pipeline::stages::{BuildContext, PipelineStage as _};
use pipeline::{memory_runner, routing_chain};
use surge::Surge;

/// `harken replay`. Writes counts and rejected lines to standard error.
///
/// # Errors
/// [`CommandError::Usage`] if the file cannot be opened or contains no valid line,
/// [`CommandError::Unavailable`] if reading or writing fails.
pub fn command(args: &ReplayArgs, config: &Config) -> Result<(), CommandError> {
    let rules = LoadedRules::load(config)?;
    let chain = routing_chain::build_with_rules(&rules, config, Taps::Off)?;
    let lines =
        LineReader::new(open_input(&args.file)?, args.format.into(), rules.ingest().clone());
    let lines = lines.arriving(Arrival::of(&args.file));
    let (out, log) = (BufWriter::new(io::stdout().lock()), io::stderr());
    // One partition keeps the order of the file in the output.
    let broker = MemoryBroker::new(1);
    let surge = Surge::build(BuildContext::embedded(config, Some(&rules)))?;
    let outbreaks = memory_runner::SurgeRunner::new(surge, rules.part(), &broker);
    let mut replay = ReplayDriver::new(lines, outbreaks, out, log);
    if let Some(file) = &args.profiles {
        let tenant = &rules.ingest().get().tenant;
        profiles::read(file, None, tenant, EventTime::default())?.preload(file, &broker)?;
    }
    // The summary is printed even if the run failed.
    let result =
        memory_runner::run_with_driver(&chain, &rules.reloadable_part(), &broker, &mut replay);
    let summary = replay.finish();
    result?;
    output::report(&summary.to_string());
    if summary.lines == 0 {
        output::report("the input is empty: nothing was routed");
    }
    if let Some(path) = &args.summary {
        save_summary(&summary, path)?;
    }
    match summary.has_no_valid_line() {
        true => {
            Err(CommandError::Usage(format!("find a mention in {}", args.file.display()).into()))
        }
        false => Ok(()),
    }
}

fn save_summary(summary: &Summary, path: &Path) -> Result<(), CommandError> {
    let json = serde_json::to_string_pretty(summary)
        .map_err(|e| CommandError::Bug(Failure::new("print the summary", e)))?;
    std::fs::write(path, json + "\n").map_err(|e| {
        CommandError::Unavailable(Failure::new(format!("write {}", path.display()), e))
    })
}
