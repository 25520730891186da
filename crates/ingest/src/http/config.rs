//! Configuration of the HTTP endpoint.

use std::time::Duration;

use stage::Reloadable;

use super::Access;

/// Limits, timeouts and authorization of the HTTP endpoint.
#[derive(Debug, Clone)]
pub struct Config {
    /// Which requests are authorized.
    pub access: Access,
    /// Maximum size of a body, in bytes.
    pub body_limit: usize,
    /// Maximum of concurrent requests; further ones get 429.
    pub in_flight: usize,
    /// Timeout for reading a body.
    pub body_timeout: Duration,
    /// Timeout for [`crate::MentionSink::append`].
    pub sink_timeout: Duration,
    /// Value of `retry-after` in a 429 or 503.
    pub retry_after: Duration,
    /// How long the shutdown waits for requests in flight.
    pub shutdown_grace: Duration,
    /// Tenants, owned accounts and quotas. Read once per request, so that a reload takes effect
    /// between two requests.
    pub attribution: Reloadable<platforms::Config>,
}

impl Default for Config {
    /// Authorizes no request: a deployment must open the endpoint explicitly.
    fn default() -> Self {
        Self {
            access: Access::Keys(Vec::new()),
            body_limit: 1024 * 1024,
            in_flight: 64,
            body_timeout: Duration::from_secs(10),
            sink_timeout: Duration::from_secs(20),
            retry_after: Duration::from_secs(1),
            shutdown_grace: Duration::from_secs(3),
            attribution: platforms::Config::default().into(),
        }
    }
}
