//! What a deployment says about its HTTP source.

use std::time::Duration;

use stage::Reloadable;

use super::Access;

/// Limits and rights of the HTTP source.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who may post.
    pub access: Access,
    /// The largest body, in bytes.
    pub body_limit: usize,
    /// How many requests are worked on at once; more are asked to come again.
    pub in_flight: usize,
    /// How long a sender may take for its body.
    pub body_timeout: Duration,
    /// How long the sink may take.
    pub sink_timeout: Duration,
    /// When a sender is asked to come again.
    pub retry_after: Duration,
    /// How long requests in flight may take to end at shutdown.
    pub shutdown_grace: Duration,
    /// Whose mentions these are, and how much of each tenant is taken: taken once a request.
    pub ingest: Reloadable<platforms::Settings>,
}

impl Default for Settings {
    /// Closed to everybody: whoever sets nothing has not decided to be open.
    fn default() -> Self {
        Self {
            access: Access::Keys(Vec::new()),
            body_limit: 1024 * 1024,
            in_flight: 64,
            body_timeout: Duration::from_secs(10),
            sink_timeout: Duration::from_secs(20),
            retry_after: Duration::from_secs(1),
            shutdown_grace: Duration::from_secs(3),
            ingest: platforms::Settings::default().into(),
        }
    }
}
