//! `[metrics]`: how the books are kept.

use serde::{Deserialize, Serialize};

use super::{Ingest, Pause, Span};

/// `[metrics]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Books {
    /// How long after its end an hour is closed.
    pub grace: Span,
    /// The least time between two commits.
    pub commit_interval: Pause,
}

impl Books {
    /// The same as the stage takes it.
    #[must_use]
    pub fn settings(&self, ingest: &Ingest) -> metrics::Settings {
        metrics::Settings {
            tenants: vec![ingest.tenant.clone()],
            grace: self.grace.micros(),
            ..metrics::Settings::default()
        }
    }
}
