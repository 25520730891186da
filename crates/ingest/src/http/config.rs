//! Configuration of the HTTP endpoint.

use std::time::Duration;

use listener::Limits;
use stage::Reloadable;

use super::Access;

/// Time that a body gets before its rate counts: a packet that is lost takes up to a second.
pub const BODY_GRACE: Duration = Duration::from_secs(2);

/// Limits, timeouts and authorization of the HTTP endpoint.
#[derive(Debug, Clone)]
pub struct Config {
    /// Which requests are authorized.
    pub access: Access,
    /// Maximum size of a body, in bytes.
    pub body_limit: usize,
    /// Maximum of concurrent requests; further ones get 429.
    pub in_flight: usize,
    /// Maximum of concurrent requests of one key. Without keys only `in_flight` applies.
    pub in_flight_per_key: usize,
    /// Timeout for reading a body.
    pub body_timeout: Duration,
    /// Minimum rate of a body, in bytes per second, after the first [`BODY_GRACE`].
    pub body_rate: u32,
    /// Limits of connections.
    pub connections: Limits,
    /// Timeout for [`crate::MentionSink::append`].
    pub sink_timeout: Duration,
    /// Value of `retry-after` in a 429 or 503.
    pub retry_after: Duration,
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
            in_flight_per_key: 32,
            body_timeout: Duration::from_secs(10),
            body_rate: 8 * 1024,
            connections: Limits::default(),
            sink_timeout: Duration::from_secs(20),
            retry_after: Duration::from_secs(1),
            attribution: platforms::Config::default().into(),
        }
    }
}
