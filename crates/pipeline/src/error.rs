//! The errors of a command and their exit codes.

use std::fmt;
use std::process::ExitCode;

/// Why a command failed. Each text is a fragment that continues "failed to …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandError {
    /// An invalid command line or unusable input: exit code 64.
    Usage(String),
    /// An invalid configuration, invalid rules or missing topics: exit code 78.
    Config(String),
    /// A broker, file or stream is unavailable: exit code 69.
    Unavailable(String),
    /// A defect of this program: exit code 70.
    Bug(String),
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
}

impl fmt::Display for CommandError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (CommandError::Usage(text)
        | CommandError::Config(text)
        | CommandError::Unavailable(text)
        | CommandError::Bug(text)) = self;
        write!(out, "failed to {text}")
    }
}

impl std::error::Error for CommandError {}

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
            (CommandError::Usage("read x".to_owned()), 64),
            (CommandError::Unavailable("reach x".to_owned()), 69),
            (CommandError::Bug("go on".to_owned()), 70),
            (CommandError::Config("read the configuration".to_owned()), 78),
        ];
        for (error, code) in cases {
            assert_eq!(error.code(), code, "{error}");
            assert!(error.to_string().starts_with("failed to "), "{error}");
        }
    }
}
