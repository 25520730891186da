//! What can end a command early, and the exit code each becomes.

use std::fmt;
use std::process::ExitCode;

/// Why a command ends without having done its work. Texts are fragments that fit "failed to …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The command line asks for something that cannot be: 64.
    Usage(String),
    /// The configuration is wrong: 78.
    Config(String),
    /// Something needed is not there: 69.
    Unavailable(String),
    /// The program is wrong: 70.
    Bug(String),
}

impl Problem {
    /// The exit code, as `sysexits.h` numbers them.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Problem::Usage(_) => 64,
            Problem::Unavailable(_) => 69,
            Problem::Bug(_) => 70,
            Problem::Config(_) => 78,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Problem::Usage(what)
        | Problem::Config(what)
        | Problem::Unavailable(what)
        | Problem::Bug(what)) = self;
        write!(out, "failed to {what}")
    }
}

impl std::error::Error for Problem {}

impl From<Problem> for ExitCode {
    fn from(problem: Problem) -> ExitCode {
        ExitCode::from(problem.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_the_exit_code_of_the_design() {
        let cases = [
            (Problem::Usage("read x".to_owned()), 64),
            (Problem::Unavailable("reach x".to_owned()), 69),
            (Problem::Bug("go on".to_owned()), 70),
            (Problem::Config("read the configuration".to_owned()), 78),
        ];
        for (problem, code) in cases {
            assert_eq!(problem.code(), code, "{problem}");
            assert!(problem.to_string().starts_with("failed to "), "{problem}");
        }
    }
}
