//! Where mentions go: the port behind which the log stands.

use std::fmt;

use mention::Mention;

/// Takes mentions and keeps them.
pub trait Sink: Send + Sync + 'static {
    /// Appends mentions in order; ready once every one of them is safe.
    ///
    /// # Errors
    /// When it cannot say that of all of them. Some may be safe all the same: the sender sends
    /// again, and dedupe folds what came twice.
    fn append(
        &self,
        mentions: Vec<Mention>,
    ) -> impl Future<Output = Result<(), Unavailable>> + Send;
}

/// The sink cannot take mentions now; its text fits "failed to append mentions: …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable(pub String);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unavailable {}
