//! Counts the connections of the HTTP listeners.

use std::sync::Arc;

use listener::{ConnectionMeter, Refusal};

use crate::families::Families;

/// An HTTP listener of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listener {
    /// Receives mentions.
    Ingest,
    /// Serves metrics and health.
    Telemetry,
}

impl Listener {
    /// Value of the label `listener`.
    fn as_str(self) -> &'static str {
        match self {
            Listener::Ingest => "ingest",
            Listener::Telemetry => "telemetry",
        }
    }
}

/// Counts the connections of one listener.
#[derive(Debug, Clone)]
pub struct ConnectionCounts {
    families: Arc<Families>,
    listener: Listener,
}

impl ConnectionCounts {
    pub(crate) fn new(families: Arc<Families>, listener: Listener) -> Self {
        let counts = Self { families, listener };
        // Export 0 from the start: a rate needs a first value.
        counts.add_open(0);
        for limit in [Refusal::Total, Refusal::Address] {
            counts.add_refused(limit, 0);
        }
        counts
    }

    fn add_open(&self, connections: i64) {
        self.families
            .open_connections
            .with_label_values(&[self.listener.as_str()])
            .add(connections);
    }

    fn add_refused(&self, limit: Refusal, connections: u64) {
        let limit = match limit {
            Refusal::Total => "total",
            Refusal::Address => "address",
        };
        let labels = [self.listener.as_str(), limit];
        self.families.refused_connections.with_label_values(&labels).inc_by(connections);
    }
}

impl ConnectionMeter for ConnectionCounts {
    fn opened(&self) {
        self.add_open(1);
    }

    fn closed(&self) {
        self.add_open(-1);
    }

    fn refused(&self, reason: Refusal) {
        self.add_refused(reason, 1);
    }
}
