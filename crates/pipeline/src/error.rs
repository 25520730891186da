//! The errors of a command and their exit codes.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use stage::{BoxedError, Fault};

/// Why a command failed. The variant decides the exit code.
#[derive(Debug)]
pub enum CommandError {
    /// An invalid command line or unusable input: exit code 64.
    Usage(Failure),
    /// An invalid configuration, invalid rules or missing topics: exit code 78.
    Config(Failure),
    /// A broker, file or stream is unavailable: exit code 69.
    Unavailable(Failure),
    /// A defect of this program: exit code 70.
    Bug(Failure),
}

/// What a command could not do, as a fragment that continues "failed to …", and the error that
/// stopped it.
#[derive(Debug)]
pub enum Failure {
    /// The command found the problem itself.
    Found(String),
    /// An error stopped the action.
    Caused {
        /// The action.
        action: String,
        /// The error.
        source: BoxedError,
    },
    /// A worker or a log stopped; the fault names the action.
    Faulted(Fault),
}

impl Failure {
    /// The error that stopped an action.
    #[must_use]
    pub fn new(action: impl Into<String>, source: impl Into<BoxedError>) -> Self {
        Failure::Caused { action: action.into(), source: source.into() }
    }
}

impl From<String> for Failure {
    fn from(problem: String) -> Self {
        Failure::Found(problem)
    }
}

impl From<&str> for Failure {
    fn from(problem: &str) -> Self {
        Failure::Found(problem.to_owned())
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Failure::Faulted(fault)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Found(problem) => out.write_str(problem),
            Failure::Caused { action, source } => write!(out, "{action}: {source}"),
            Failure::Faulted(fault) => fault.fmt(out),
        }
    }
}

/// Every exit code but 0, with its meaning.
pub const EXIT_CODES: [(u8, &str); 4] = [
    (
        64,
        "the command line or the input asks for something impossible, or names an input file that cannot be opened",
    ),
    (
        69,
        "something needed is unavailable: the brokers, an address to listen on, an output file, or an input that breaks off",
    ),
    (70, "a bug; please report it"),
    (
        78,
        "the configuration, the rules or the topics are invalid; the message names the key and what would be right",
    ),
];

impl CommandError {
    /// The exit code, numbered as in `sysexits.h`.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            CommandError::Usage(_) => 64,
            CommandError::Unavailable(_) => 69,
            CommandError::Bug(_) => 70,
            CommandError::Config(_) => 78,
        }
    }

    fn failure(&self) -> &Failure {
        let (CommandError::Usage(failure)
        | CommandError::Config(failure)
        | CommandError::Unavailable(failure)
        | CommandError::Bug(failure)) = self;
        failure
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "failed to {}", self.failure())
    }
}

impl Error for CommandError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.failure() {
            Failure::Found(_) => None,
            Failure::Caused { source, .. } => Some(&**source),
            Failure::Faulted(fault) => Some(fault),
        }
    }
}

impl From<CommandError> for ExitCode {
    fn from(error: CommandError) -> ExitCode {
        ExitCode::from(error.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_has_its_own_exit_code() {
        let cases = [
            (CommandError::Usage("read x".into()), 64),
            (CommandError::Unavailable("reach x".into()), 69),
            (CommandError::Bug("go on".into()), 70),
            (CommandError::Config("read the configuration".into()), 78),
        ];
        for (error, code) in cases {
            assert_eq!(error.code(), code, "{error}");
            assert!(error.to_string().starts_with("failed to "), "{error}");
            assert!(error.source().is_none(), "{error}");
        }
    }

    #[test]
    fn the_error_that_stopped_a_command_is_its_source() {
        let refused = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let error = CommandError::Unavailable(Failure::new("write x", refused));
        assert_eq!(error.to_string(), "failed to write x: permission denied");
        let source = error.source().unwrap().downcast_ref::<std::io::Error>().unwrap();
        assert_eq!(source.kind(), std::io::ErrorKind::PermissionDenied);
        let error = CommandError::Bug(Fault::Panicked { partition: 3 }.into());
        let source = error.source().unwrap().downcast_ref::<Fault>().unwrap();
        assert!(matches!(source, Fault::Panicked { partition: 3 }), "{source:?}");
    }
}
