//! Errors of this crate, with texts that fit "failed to …".

use std::fmt;
use std::io;
use std::path::Path;
use std::time::Duration;

/// Why a broker, its jars or its proxy cannot be started.
#[derive(Debug)]
pub enum BrokerError {
    /// A program is missing and could not be installed.
    Missing {
        /// The program, for example `mvn`.
        program: &'static str,
        /// The packages to install, and how.
        remedy: String,
    },
    /// A program ended with an error.
    Command {
        /// The command line.
        called: String,
        /// The end of its output.
        output: String,
    },
    /// An operation of the operating system failed.
    Io {
        /// The operation.
        attempt: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The certificates could not be generated.
    Certificates(rcgen::Error),
    /// The broker did not become ready in time, or ended.
    NotReady {
        /// Time waited.
        waited: Duration,
        /// Why the wait ended.
        reason: &'static str,
        /// The end of the broker's log.
        log: String,
    },
    /// Every port of the range is in use.
    NoPort,
    /// A test needs the shared broker, and [`crate::SHARED_VARIABLE`] is not set.
    NoSharedBroker,
    /// `/proc` has no entry or no such value for this pid, mostly because the process has ended.
    NoSuchProcess(u32),
}

impl BrokerError {
    /// Wraps an error of the operating system with the operation attempted on `path`.
    pub(crate) fn io(verb: &str, path: &Path) -> impl FnOnce(io::Error) -> BrokerError {
        let attempt = format!("{verb} {}", path.display());
        move |source| BrokerError::Io { attempt, source }
    }
}

impl fmt::Display for BrokerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { program, remedy } => write!(f, "find `{program}`: {remedy}"),
            Self::Command { called, output } => write!(f, "run `{called}`; output:\n{output}"),
            Self::Io { attempt, source } => write!(f, "{attempt}: {source}"),
            Self::Certificates(source) => write!(f, "generate certificates: {source}"),
            Self::NotReady { waited, reason, log } => {
                write!(
                    f,
                    "boot Kafka within {:.1} s: {reason}; end of its log:",
                    waited.as_secs_f64()
                )?;
                write!(f, "\n{log}")
            }
            Self::NoPort => write!(f, "find a free port on loopback"),
            Self::NoSharedBroker => write!(
                f,
                "find the shared broker: {} is not set; run the tests with `cargo xtask test`, \
                 or set it to the host:port of a broker you keep running",
                crate::SHARED_VARIABLE
            ),
            Self::NoSuchProcess(pid) => write!(f, "read /proc/{pid}: no such process"),
        }
    }
}

impl std::error::Error for BrokerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Certificates(source) => Some(source),
            _ => None,
        }
    }
}
