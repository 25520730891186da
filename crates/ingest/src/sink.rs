//! The port through which mentions reach the log.

use std::fmt;

use mention::Mention;

/// Stores mentions durably.
pub trait MentionSink: Send + Sync + 'static {
    /// Appends mentions of one source in order. Completes once all of them are stored. `source` is the
    /// name of the sender's key; empty without one.
    ///
    /// # Errors
    /// When the sink cannot confirm all of them. Some may be stored nevertheless: the sender
    /// retries, and dedupe drops the redelivered ones.
    fn append(
        &self,
        mentions: Vec<Mention>,
        source: &str,
    ) -> impl Future<Output = Result<(), SinkUnavailable>> + Send;
}

/// The sink cannot store mentions now. The text completes "failed to append mentions: …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinkUnavailable(pub String);

impl fmt::Display for SinkUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SinkUnavailable {}
