//! Divides the file descriptors of the process: a flood of connections must not take those of Kafka,
//! metrics and health.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Config;

/// Descriptors for the log, the rules, the model and the runtime, and for accepting and refusing.
const RESERVED: usize = 128;

/// Descriptors of one worker: a consumer and a producer, each with a connection to every broker and
/// to every bootstrap address, and pipes that wake its threads. Enough for nine brokers.
const RESERVED_PER_WORKER: usize = 48;

/// Connections that ingest serves at least, whatever the limit is.
const FEWEST: usize = 16;

/// The connections that ingest may hold: as configured, or fewer if the process may not open enough
/// descriptors. Raises the soft limit of the process to its hard limit first.
pub(super) fn ingest_connections(config: &Config, stages: usize) -> usize {
    let reserved = RESERVED
        + RESERVED_PER_WORKER * config.worker.workers.get() * stages
        + config.telemetry.connections;
    let configured = config.ingest.connections;
    let Some(descriptors) = raised_limit() else { return configured };
    let granted = granted(configured, descriptors, reserved);
    if granted < configured {
        tracing::warn!(
            descriptors,
            reserved,
            granted,
            "the process may open too few file descriptors for ingest.connections = {configured}: \
             raise the limit (ulimit -n)"
        );
    }
    granted
}

fn granted(configured: usize, descriptors: usize, reserved: usize) -> usize {
    configured.min(descriptors.saturating_sub(reserved).max(FEWEST))
}

/// The limit of open descriptors; `None` if there is none.
fn raised_limit() -> Option<usize> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    // Refused by some sandboxes: then the soft limit stays.
    let current = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    current.map(|most| usize::try_from(most).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::granted;

    #[test]
    fn ingest_gets_what_the_reserve_leaves_and_never_nothing() {
        for (configured, descriptors, reserved, expected) in [
            (512, 20_000, 400, 512),
            (512, 1_024, 400, 512),
            (1_000, 1_024, 400, 624),
            (512, 256, 400, 16),
        ] {
            assert_eq!(granted(configured, descriptors, reserved), expected);
        }
    }
}
