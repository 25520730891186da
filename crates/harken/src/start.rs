//! Start-up and exit: arguments, configuration, panics and exit codes, the same for every command.

use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::cli::{Cli, Command};
use crate::{CommandError, output};
use pipeline::config::{Config, Layers};

/// Parses the arguments, loads the configuration, runs the command and returns its exit code.
pub fn run(run: impl FnOnce(Command, Config) -> Result<(), CommandError>) -> ExitCode {
    // First of all: the default hook would print the panic message.
    std::panic::set_hook(Box::new(report_panic));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage_exit(&error),
    };
    let work = || {
        let config = Config::load(&Layers::from_process(cli.config))?;
        run(cli.command, config)
    };
    // Panics of the main thread must exit with code 70 as well.
    let result = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(CommandError::Bug("continue after a panic: this is a bug in harken".into()))
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::report(&format!("harken: {error}"));
            error.into()
        }
    }
}

/// Prints the location of a panic. The message is withheld: it may quote a mention. The loop catches
/// panics of a stage; any other panic ends the process with exit code 70.
fn report_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line()));
    output::report(&format!("harken: panicked{}", location.unwrap_or_default()));
}

fn usage_exit(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Standard output may be closed: help has no other effect.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        _ => {
            // It quotes the arguments, which a script may have from elsewhere.
            output::report(&error.render().to_string());
            CommandError::Usage(String::new().into()).into()
        }
    }
}
