//! `harken bench surge`: measures detection delay against false alarms.
//!
//! Runs the trial of `surge::trial` and renders its result as table, JSON or plot.

mod json;
mod plot;
mod table;

use surge::Config;
use surge::trial::{TrialReport, TrialSize};

use crate::cli::{BenchArgs, BenchCommand, BenchSurgeArgs};
use crate::{CommandError, Failure, output};

/// `harken bench`
///
/// # Errors
/// [`CommandError::Unavailable`] if the plot or standard output cannot be written.
pub fn command(args: &BenchArgs) -> Result<(), CommandError> {
    let BenchCommand::Surge(args) = &args.command;
    surge(args)
}

fn surge(args: &BenchSurgeArgs) -> Result<(), CommandError> {
    let size = if args.quick { TrialSize::small() } else { TrialSize::full() };
    let all = size.rates.len() * size.variability.len();
    let report = TrialReport::new(args.seed, &size, &Config::default(), &mut |done| {
        // Progress goes to standard error, so that the JSON on standard output stays parseable.
        output::report(&format!("tenant {done} of {all}"));
    });
    if let Some(path) = &args.plot {
        let write = std::fs::write(path, plot::draw(&report));
        write.map_err(|e| {
            CommandError::Unavailable(Failure::new(format!("write {}", path.display()), e))
        })?;
    }
    match args.json {
        true => output::print_data(&json::write(&report)),
        false => output::print(&table::write(&report)),
    }
}
