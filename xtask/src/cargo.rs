//! Calls cargo as this command itself was called.

use std::process::Command;

use crate::failure::Failure;

/// The same cargo, in the root of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Result<Command, Failure> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(crate::tree::root()?);
    Ok(command)
}

/// Runs it to its end with its output before the reader's eyes.
pub(crate) fn succeed(mut command: Command) -> Result<(), Failure> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Failure::Command(called(&command))),
        Err(source) => Err(Failure::Io { attempt: format!("start {}", called(&command)), source }),
    }
}

/// The call as somebody would type it: the program's name without its directory.
fn called(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or_default();
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_call_is_named_as_it_is_typed() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "exit 3"]);
        let failure = succeed(command).unwrap_err();
        assert_eq!(failure.to_string(), "run `sh -c exit 3`");
    }
}
