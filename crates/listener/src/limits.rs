//! Limits of a listener.

use std::time::Duration;

/// What the peers of a listener may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Open connections in all.
    pub connections: usize,
    /// Open connections of one address; of one /64 network for IPv6.
    pub per_address: usize,
    /// Time for the complete headers of a request, from the accept or from the reply before it. An
    /// idle connection is closed after the same time, and so is one that takes no byte of its reply.
    pub header_timeout: Duration,
    /// How long the shutdown waits for requests in flight.
    pub shutdown_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            per_address: 128,
            header_timeout: Duration::from_secs(15),
            shutdown_grace: Duration::from_secs(3),
        }
    }
}
