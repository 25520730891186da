//! `harken replay`: routes the mentions of a file and prints one routed mention per line.
//!
//! The clock follows the file: a mention is received at its publication time, or at the latest earlier
//! one if that is later. The same file therefore gives the same output on any day.

mod driver;
mod lines;
mod progress_line;
mod summary;

pub use driver::ReplayDriver;
pub use lines::{InputLine, LineReader};
pub use summary::Summary;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use stage::Taps;
use stage::memory::MemoryBroker;

use crate::cli::ReplayArgs;
use crate::config::Config;
use crate::rules::LoadedRules;
use crate::{CommandError, chain, embedded, profiles};

/// `harken replay`. Writes counts and rejected lines to standard error.
///
/// # Errors
/// [`CommandError::Usage`] if the file cannot be opened or contains no valid line,
/// [`CommandError::Unavailable`] if reading or writing fails.
pub fn command(args: &ReplayArgs, config: &Config) -> Result<(), CommandError> {
    let rules = LoadedRules::load(config)?;
    let chain = chain::build_with_rules(&rules, config, Taps::Off)?;
    let lines =
        LineReader::new(open_input(&args.file)?, args.format.into(), rules.ingest().clone());
    let (out, log) = (BufWriter::new(io::stdout().lock()), io::stderr());
    // One partition keeps the order of the file in the output.
    let broker = MemoryBroker::new(1);
    let outbreaks = embedded::SurgeRunner::new(chain::surge_stage(config), rules.part(), &broker);
    let mut replay = ReplayDriver::new(lines, outbreaks, out, log);
    if let Some(file) = &args.profiles {
        let tenant = &rules.ingest().get().tenant;
        profiles::read(file, None, tenant, 0)?.preload(&broker);
    }
    // The summary is printed even if the run failed.
    let result = embedded::run_with_driver(&chain, &rules.reloadable_part(), &broker, &mut replay);
    let summary = replay.finish();
    result?;
    let written = write!(io::stderr(), "{summary}");
    written.or_else(|e| crate::output::ignore_broken_pipe(&e))?;
    if let Some(path) = &args.summary {
        save_summary(&summary, path)?;
    }
    match summary.has_no_valid_line() {
        true => Err(CommandError::Usage(format!("find a mention in {}", args.file.display()))),
        false => Ok(()),
    }
}

/// Opens an input file; `-` opens standard input.
pub(crate) fn open_input(path: &Path) -> Result<BufReader<Box<dyn Read>>, CommandError> {
    let read: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let unreadable = |e| CommandError::Usage(format!("read {}: {e}", path.display()));
        let file = File::open(path).map_err(unreadable)?;
        // Opening a folder succeeds on Linux; only reading it would fail, with a vague error.
        if file.metadata().map_err(unreadable)?.is_dir() {
            return Err(CommandError::Usage(format!("read {}: it is a folder", path.display())));
        }
        Box::new(file)
    };
    Ok(BufReader::with_capacity(1 << 18, read))
}

fn save_summary(summary: &Summary, path: &Path) -> Result<(), CommandError> {
    let json = serde_json::to_string_pretty(summary)
        .map_err(|e| CommandError::Bug(format!("print the summary: {e}")))?;
    std::fs::write(path, json + "\n")
        .map_err(|e| CommandError::Unavailable(format!("write {}: {e}", path.display())))
}
