//! Start-up and end: arguments, configuration, panics and exit codes, the same for every command.

use std::io::Write;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::Problem;
use crate::cli::{Cli, Command};
use crate::config::{Config, Layers};

/// Reads arguments and configuration, runs a command and turns its end into an exit code.
pub fn up(run: impl FnOnce(Command, Config) -> Result<(), Problem>) -> ExitCode {
    std::panic::set_hook(Box::new(note_panic));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refused) => return refuse(&refused),
    };
    let work = || {
        let config = Config::load(&Layers::of_process(cli.config))?;
        run(cli.command, config)
    };
    let done = catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Problem::Bug("go on: this is a bug in harken".to_owned())));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            complain(&format!("harken: {problem}"));
            problem.into()
        }
    }
}

/// Says where a panic happened and nothing else: its text may quote a mention. The loop that
/// drives a stage catches the panics of the stage; any other ends in exit code 70.
fn note_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line()));
    complain(&format!("harken: panicked{}", place.unwrap_or_default()));
}

fn refuse(refused: &clap::Error) -> ExitCode {
    // Standard output or error may be closed: there is nobody left to tell.
    let _ = refused.print();
    match refused.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
        _ => Problem::Usage(String::new()).into(),
    }
}

fn complain(line: &str) {
    // Standard error may be closed: there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}
