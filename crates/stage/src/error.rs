//! The two errors of the contract: a record that does not decode, and a worker that cannot go on.

use std::error::Error;
use std::fmt;

use crate::{RejectReason, Topic};

/// An error of any type that can pass between threads.
pub type BoxedError = Box<dyn Error + Send + Sync>;

/// Bytes that do not decode as a value of the requested type. The text is the message of a dead
/// letter; it names the problem and contains nothing of the record.
#[derive(Debug)]
pub enum Malformed {
    /// The bytes end within a field.
    TooShort {
        /// Bytes that the field needs.
        needed: usize,
        /// Bytes that are left.
        left: usize,
    },
    /// Bytes follow the end of the value.
    TooLong {
        /// Number of bytes after the end.
        extra: usize,
    },
    /// A varint has more than 64 bits.
    VarintTooLong,
    /// A list claims more items than the bytes can hold.
    TooManyItems,
    /// A text is not UTF-8.
    NotUtf8,
    /// A field has a value that it cannot have, such as the code of an unknown kind.
    InvalidField(&'static str),
    /// The value is of another kind than its key.
    WrongValue,
    /// The record has no payload, and its topic has no tombstones.
    NoPayload,
    /// The stage does not read this topic.
    WrongTopic(Topic),
    /// The payload does not have the frame of an Avro record: its size or its first bytes.
    Frame(String),
    /// The payload does not follow the schema that it names.
    Schema(BoxedError),
    /// The payload was written with the schema of another topic.
    WrongSchema {
        /// The record that the payload holds.
        found: &'static str,
        /// The record that the topic holds.
        expected: String,
    },
    /// The payload was written with a schema that this program does not have.
    UnknownSchema {
        /// The Rabin fingerprint of the schema.
        fingerprint: u64,
    },
    /// The record decodes, but its content is impossible.
    Invalid(String),
}

impl Malformed {
    /// The reason of the dead letter that a record with these bytes becomes.
    #[must_use]
    pub fn reason(&self) -> RejectReason {
        match self {
            Malformed::UnknownSchema { .. } => RejectReason::UnknownSchema,
            Malformed::Invalid(_) => RejectReason::Invalid,
            _ => RejectReason::Undecodable,
        }
    }
}

impl PartialEq for Malformed {
    /// Compares variant and text: a boxed error has no other equality.
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
            && self.to_string() == other.to_string()
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Malformed::TooShort { needed, left } => {
                write!(f, "a field of {needed} bytes where {left} are left")
            }
            Malformed::TooLong { extra } => write!(f, "{extra} bytes after the end of the value"),
            Malformed::VarintTooLong => f.write_str("a varint of more than 64 bits"),
            Malformed::TooManyItems => f.write_str("more items than the bytes can hold"),
            Malformed::NotUtf8 => f.write_str("a text that is not UTF-8"),
            Malformed::InvalidField(field) => write!(f, "invalid {field}"),
            Malformed::WrongValue => f.write_str("a value of another kind than its key"),
            Malformed::NoPayload => f.write_str("no payload"),
            Malformed::WrongTopic(topic) => write!(f, "the stage does not read {topic}"),
            Malformed::Frame(problem) | Malformed::Invalid(problem) => f.write_str(problem),
            Malformed::Schema(problem) => problem.fmt(f),
            Malformed::WrongSchema { found, expected } => {
                write!(f, "is a {found}, expected a {expected}")
            }
            Malformed::UnknownSchema { fingerprint } => {
                write!(f, "written with the unknown schema {fingerprint:016x}")
            }
        }
    }
}

impl Error for Malformed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Malformed::Schema(problem) => Some(&**problem),
            _ => None,
        }
    }
}

/// Why a worker cannot continue. The loop aborts the transaction and the worker restarts from the
/// committed log; crashes, aborted transactions and lost partitions recover the same way. Each text
/// is a fragment that continues "failed to …".
#[derive(Debug)]
pub enum Fault {
    /// The log could not be read or written: the connection, the cluster or this client.
    Log {
        /// What the worker did.
        action: String,
        /// The error that stopped it; none if the log noticed the problem itself.
        source: Option<BoxedError>,
    },
    /// The log refused an output because of what it is: too large, a time that the log does not
    /// take, bytes that it calls corrupt. A restart meets the same output again.
    Refused {
        /// What the worker did.
        action: String,
        /// The refusal.
        source: BoxedError,
    },
    /// The log failed to write an output, and the error names neither the connection nor a property
    /// of the output.
    Unexplained {
        /// What the worker did.
        action: String,
        /// The error that stopped it.
        source: BoxedError,
    },
    /// The worker is no longer a member of its group, which gives its partitions to others.
    PartitionsLost {
        /// How it noticed.
        reason: &'static str,
    },
    /// The process shuts down while the worker restores a state.
    ShutDown,
    /// The stage panicked on a slice of this partition.
    Panicked {
        /// The partition.
        partition: i32,
    },
    /// An entry of a changelog does not decode. Fatal: a restart reads the same bytes.
    Restore {
        /// The stage.
        stage: String,
        /// The partition.
        partition: i32,
        /// What is wrong with the entry.
        source: Malformed,
    },
    /// A stage changed its state in a way that a restore could not read. Fatal: a bug of the stage.
    InvalidChange {
        /// The stage.
        stage: &'static str,
        /// What is wrong with the change.
        source: Malformed,
    },
    /// Something outside this program must change first, such as an entry of a changelog that no stage
    /// has written. Fatal: a restart meets the same.
    Blocked(String),
    /// The log or the stage broke the contract. Fatal: a bug of this program.
    Contract(String),
    /// The source of the input failed; it keeps the error. Fatal.
    Input,
}

impl Fault {
    /// An error of the log during an action.
    #[must_use]
    pub fn log(action: impl Into<String>, source: impl Into<BoxedError>) -> Self {
        Fault::Log { action: action.into(), source: Some(source.into()) }
    }

    /// A problem that the log itself detected during an action.
    #[must_use]
    pub fn detected(action: impl Into<String>) -> Self {
        Fault::Log { action: action.into(), source: None }
    }

    /// Whether a restart cannot help, as with a bug in a stage; the process ends.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        match self {
            Fault::Log { .. }
            | Fault::Refused { .. }
            | Fault::Unexplained { .. }
            | Fault::PartitionsLost { .. }
            | Fault::ShutDown
            | Fault::Panicked { .. } => false,
            Fault::Restore { .. }
            | Fault::InvalidChange { .. }
            | Fault::Blocked(_)
            | Fault::Contract(_)
            | Fault::Input => true,
        }
    }

    /// Whether no record can have caused it: the connection, the group or a shutdown.
    #[must_use]
    pub fn is_of_connection(&self) -> bool {
        matches!(self, Fault::Log { .. } | Fault::PartitionsLost { .. } | Fault::ShutDown)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Log { action, source: None } => f.write_str(action),
            Fault::Log { action, source: Some(source) } => write!(f, "{action}: {source}"),
            Fault::Refused { action, source } => write!(f, "{action}: refused: {source}"),
            Fault::Unexplained { action, source } => write!(f, "{action}: {source}"),
            Fault::PartitionsLost { reason } => write!(f, "keep its partitions: {reason}"),
            Fault::ShutDown => f.write_str("restore: the process shuts down"),
            Fault::Panicked { partition } => {
                write!(f, "process partition {partition}: the stage panicked")
            }
            Fault::Restore { stage, partition, source } => {
                write!(f, "restore {stage}, partition {partition}: {source}")
            }
            Fault::InvalidChange { stage, source } => {
                write!(f, "change the state of {stage}: {source}")
            }
            Fault::Blocked(problem) | Fault::Contract(problem) => f.write_str(problem),
            Fault::Input => f.write_str("read the input"),
        }
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Fault::Log { source: Some(source), .. }
            | Fault::Refused { source, .. }
            | Fault::Unexplained { source, .. } => Some(&**source),
            Fault::Restore { source, .. } | Fault::InvalidChange { source, .. } => Some(source),
            _ => None,
        }
    }
}
