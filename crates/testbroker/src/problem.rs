//! What can go wrong while a broker is brought up, in texts that fit "failed to …".

use std::fmt;
use std::io;
use std::path::Path;
use std::time::Duration;

/// Why a broker, its jars or its proxy are not there.
#[derive(Debug)]
pub enum Problem {
    /// A program is absent and could not be installed; `remedy` says what to do.
    Missing {
        /// The program, for example `mvn`.
        program: &'static str,
        /// What to install, in words a newcomer can act on.
        remedy: String,
    },
    /// A program ran and ended badly.
    Command {
        /// The program as it was called.
        called: String,
        /// The end of what it wrote.
        output: String,
    },
    /// The operating system refused.
    Io {
        /// What was attempted.
        attempt: String,
        /// Its answer.
        source: io::Error,
    },
    /// Certificates could not be made.
    Certificates(rcgen::Error),
    /// The broker did not become ready in time, or ended.
    NotReady {
        /// How long it was waited for.
        waited: Duration,
        /// Why the wait ended.
        reason: &'static str,
        /// The end of the broker's log.
        log: String,
    },
    /// No port of the range is free.
    NoPort,
    /// A test that shares a broker was started without one.
    NoSharedBroker,
    /// `/proc` of a process does not say what was looked for, mostly because it has ended.
    NoSuchProcess(u32),
}

impl Problem {
    /// Wraps an error of the operating system with what was attempted on `path`.
    pub(crate) fn io(verb: &str, path: &Path) -> impl FnOnce(io::Error) -> Problem {
        let attempt = format!("{verb} {}", path.display());
        move |source| Problem::Io { attempt, source }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { program, remedy } => write!(f, "find `{program}`: {remedy}"),
            Self::Command { called, output } => write!(f, "run `{called}`; it wrote:\n{output}"),
            Self::Io { attempt, source } => write!(f, "{attempt}: {source}"),
            Self::Certificates(source) => write!(f, "make certificates: {source}"),
            Self::NotReady { waited, reason, log } => {
                write!(f, "boot Kafka in {:.1} s: {reason}; its log ends:", waited.as_secs_f64())?;
                write!(f, "\n{log}")
            }
            Self::NoPort => write!(f, "find a free port on loopback"),
            Self::NoSharedBroker => write!(
                f,
                "find the shared broker: {} is not set; run the tests with `cargo xtask test`, \
                 or set it to the host:port of a broker you keep running",
                crate::SHARED_VARIABLE
            ),
            Self::NoSuchProcess(pid) => write!(f, "read about process {pid}: it is not there"),
        }
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Certificates(source) => Some(source),
            _ => None,
        }
    }
}
