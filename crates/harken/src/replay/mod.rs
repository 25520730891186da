//! `harken replay`: the mentions of a file, routed, one JSON object a line on standard output.
//!
//! Time is that of the file: a mention counts as heard when it was published, or with the latest
//! one before it if that is later. So the same file gives the same bytes, on any day.

mod edge;
mod lines;
mod progress;
mod summary;

pub use edge::Replay;
pub use lines::{Line, Lines};
pub use summary::Summary;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use stage::Taps;
use stage::memory::Broker;

use crate::cli::ReplayArgs;
use crate::config::Config;
use crate::rules::InForce;
use crate::{Problem, chain, embedded, profiles};

/// Replays a file to standard output; counts and refused lines go to standard error.
///
/// # Errors
/// [`Problem::Usage`] when the file cannot be opened or holds nothing but broken lines,
/// [`Problem::Unavailable`] when reading or writing breaks off.
pub fn command(args: &ReplayArgs, config: &Config) -> Result<(), Problem> {
    let rules = InForce::load(config)?;
    let chain = chain::by(&rules, config, Taps::Off)?;
    let lines = Lines::new(open(&args.file)?, args.format.into(), rules.ingest().clone());
    let (out, log) = (BufWriter::new(io::stdout().lock()), io::stderr());
    // One partition: the order of the file is the order of the output.
    let broker = Broker::new(1);
    let outbreaks = embedded::Outbreaks::new(chain::surge(&rules, config), &broker);
    let mut replay = Replay::new(lines, outbreaks, out, log);
    if let Some(file) = &args.profiles {
        let tenant = &rules.ingest().get().tenant;
        profiles::read(file, None, tenant, 0)?.known_from_the_start(&broker);
    }
    let ended = embedded::drive(&chain, &broker, &mut replay);
    let summary = replay.end();
    ended?;
    let told = write!(io::stderr(), "{summary}");
    told.or_else(|e| crate::output::lost(&e))?;
    if let Some(path) = &args.summary {
        save(&summary, path)?;
    }
    match summary.is_hopeless() {
        true => Err(Problem::Usage(format!("find a mention in {}", args.file.display()))),
        false => Ok(()),
    }
}

/// Opens an input; - is standard input.
pub(crate) fn open(path: &Path) -> Result<BufReader<Box<dyn Read>>, Problem> {
    let read: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let unreadable = |e| Problem::Usage(format!("read {}: {e}", path.display()));
        let file = File::open(path).map_err(unreadable)?;
        if file.metadata().map_err(unreadable)?.is_dir() {
            return Err(Problem::Usage(format!("read {}: it is a folder", path.display())));
        }
        Box::new(file)
    };
    Ok(BufReader::with_capacity(1 << 18, read))
}

fn save(summary: &Summary, path: &Path) -> Result<(), Problem> {
    let json = serde_json::to_string_pretty(summary)
        .map_err(|e| Problem::Bug(format!("print the summary: {e}")))?;
    std::fs::write(path, json + "\n")
        .map_err(|e| Problem::Unavailable(format!("write {}: {e}", path.display())))
}
