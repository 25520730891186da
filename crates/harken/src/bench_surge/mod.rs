//! `harken bench surge`: how soon outbreaks are noticed, at how many false alarms.
//!
//! The trial itself is `surge::trial`; here it is started, told and drawn.

mod json;
mod plot;
mod table;

use surge::Config;
use surge::trial::{Report, Size};

use crate::cli::{BenchArgs, BenchCommand, BenchSurgeArgs};
use crate::{Problem, output};

/// Runs a bench.
///
/// # Errors
/// [`Problem::Unavailable`] when the plot or standard output cannot be written.
pub fn command(args: &BenchArgs) -> Result<(), Problem> {
    let BenchCommand::Surge(args) = &args.command;
    surge(args)
}

fn surge(args: &BenchSurgeArgs) -> Result<(), Problem> {
    let size = if args.quick { Size::small() } else { Size::full() };
    let all = size.rates.len() * size.manners.len();
    let report = Report::new(args.seed, &size, &Config::default(), &mut |done| {
        eprintln!("tenant {done} of {all}");
    });
    if let Some(path) = &args.plot {
        let write = std::fs::write(path, plot::draw(&report));
        write.map_err(|e| Problem::Unavailable(format!("write {}: {e}", path.display())))?;
    }
    output::text(&if args.json { json::write(&report) } else { table::write(&report) })
}
