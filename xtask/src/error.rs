//! Errors of the workspace commands. Each text completes "failed to …".

use std::fmt;
use std::io;
use std::path::Path;

use testbroker::BrokerError;

/// Why a workspace command failed.
#[derive(Debug)]
pub(crate) enum TaskError {
    /// The command line is invalid.
    Usage(String),
    /// A named step failed; `detail` is the text of its error.
    Step { name: &'static str, detail: String },
    /// A program exited with an error; the text is its command line.
    Command(String),
    /// An operation of the operating system failed.
    Io { attempt: String, source: io::Error },
    /// The test broker could not be started.
    Broker(BrokerError),
    /// `tests/mutants.toml` or a requested mutant name is invalid.
    List(String),
    /// Names of the mutants that no test caught or that could not be applied.
    Survivors(Vec<String>),
}

impl TaskError {
    /// Wraps an I/O error with the attempted operation: `verb` and `path`.
    pub(crate) fn io(verb: &str, path: &Path) -> impl FnOnce(io::Error) -> TaskError {
        let attempt = format!("{verb} {}", path.display());
        move |source| TaskError::Io { attempt, source }
    }

    /// Adds the name of the step that failed.
    pub(crate) fn in_step(self, name: &'static str) -> TaskError {
        TaskError::Step { name, detail: self.to_string() }
    }
}

impl From<BrokerError> for TaskError {
    fn from(problem: BrokerError) -> Self {
        Self::Broker(problem)
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => write!(f, "parse the command line: {text}"),
            Self::Step { name, detail } => write!(f, "pass step `{name}`: {detail}"),
            Self::Command(called) => write!(f, "run `{called}`"),
            Self::Io { attempt, source } => write!(f, "{attempt}: {source}"),
            Self::Broker(problem) => problem.fmt(f),
            Self::List(text) => write!(f, "read the list of mutants: {text}"),
            Self::Survivors(names) => write!(f, "kill every mutant: {}", names.join(", ")),
        }
    }
}
