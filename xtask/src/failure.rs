//! Why a command of the workspace ends badly, in texts that fit "failed to …".

use std::fmt;
use std::io;
use std::path::Path;

use testbroker::Problem;

/// The reason.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The call was not understood.
    Usage(String),
    /// A named step ended badly; its own output says why.
    Step { name: &'static str, detail: String },
    /// A program could not be run, or ended badly.
    Command(String),
    /// A file or directory could not be used.
    Io { attempt: String, source: io::Error },
    /// Kafka is not there.
    Broker(Problem),
    /// The list of mutants is wrong.
    List(String),
    /// Mutants that no test noticed, or that could not be tried.
    Survivors(Vec<String>),
}

impl Failure {
    /// Wraps an error of the operating system with what was attempted on `path`.
    pub(crate) fn io(verb: &str, path: &Path) -> impl FnOnce(io::Error) -> Failure {
        let attempt = format!("{verb} {}", path.display());
        move |source| Failure::Io { attempt, source }
    }

    /// Names the step in which it happened.
    pub(crate) fn in_step(self, name: &'static str) -> Failure {
        Failure::Step { name, detail: self.to_string() }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Broker(problem)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => write!(f, "understand the call: {text}"),
            Self::Step { name, detail } => write!(f, "pass step `{name}`: {detail}"),
            Self::Command(called) => write!(f, "run `{called}`"),
            Self::Io { attempt, source } => write!(f, "{attempt}: {source}"),
            Self::Broker(problem) => problem.fmt(f),
            Self::List(text) => write!(f, "read the list of mutants: {text}"),
            Self::Survivors(names) => write!(f, "kill every mutant: {}", names.join(", ")),
        }
    }
}
