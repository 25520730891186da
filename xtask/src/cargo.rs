//! Runs cargo: the same program that started this command, in the root of the workspace.

use std::process::Command;

use crate::error::TaskError;

/// Builds a cargo command with these arguments that runs in the root of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Result<Command, TaskError> {
    // Cargo sets CARGO to its own path, which keeps a `+toolchain` that the caller chose.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(crate::tree::root()?);
    Ok(command)
}

/// Runs a command with inherited output and fails unless it exits with success.
pub(crate) fn run_to_success(mut command: Command) -> Result<(), TaskError> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(TaskError::Command(command_line(&command))),
        Err(source) => {
            Err(TaskError::Io { attempt: format!("start {}", command_line(&command)), source })
        }
    }
}

/// Renders a command line as a user would type it, without the directory of the program.
fn command_line(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or_default();
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_of_a_failing_command_shows_its_command_line() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "exit 3"]);
        let error = run_to_success(command).unwrap_err();
        assert_eq!(error.to_string(), "run `sh -c exit 3`");
    }
}
