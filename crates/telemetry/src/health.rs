//! Whether the workers are alive, and whether they are ready.

#![allow(clippy::disallowed_methods, reason = "an edge: being alive is a matter of the clock")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The health of a process; cheap to clone.
#[derive(Debug, Clone)]
pub struct Health {
    workers: Arc<Mutex<BTreeMap<String, Seen>>>,
    limit: Duration,
}

#[derive(Debug, Clone)]
struct Seen {
    beat: Instant,
    /// Why it is not ready.
    waits_for: Option<String>,
}

/// A worker that has not beaten within the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// Its name.
    pub worker: String,
    /// How long it has been silent.
    pub silent: Duration,
}

impl Health {
    /// Health with a limit on the silence of a worker.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self { workers: Arc::default(), limit }
    }

    /// Registers a worker: alive, and not ready before it says so.
    #[must_use]
    pub fn worker(&self, name: impl Into<String>) -> Worker {
        let name = name.into();
        let waits_for = Some("starting".to_owned());
        self.lock().insert(name.clone(), Seen { beat: Instant::now(), waits_for });
        Worker { health: self.clone(), name }
    }

    /// The workers that are late at this instant.
    #[must_use]
    pub fn late(&self, now: Instant) -> Vec<Late> {
        let silent = self.silent(now).into_iter().filter(|(_, silent)| *silent > self.limit);
        silent.map(|(worker, silent)| Late { worker, silent }).collect()
    }

    /// For how long each worker has been silent.
    pub(crate) fn silent(&self, now: Instant) -> Vec<(String, Duration)> {
        let workers = self.lock();
        let silent = |seen: &Seen| now.saturating_duration_since(seen.beat);
        workers.iter().map(|(name, seen)| (name.clone(), silent(seen))).collect()
    }

    /// What the process waits for before it is ready: a reason for each worker that is not.
    #[must_use]
    pub fn waits_for(&self) -> Vec<String> {
        let workers = self.lock();
        if workers.is_empty() {
            return vec!["no worker runs".to_owned()];
        }
        let reason = |(name, seen): (&String, &Seen)| {
            seen.waits_for.as_ref().map(|reason| format!("{name}: {reason}"))
        };
        workers.iter().filter_map(reason).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Seen>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One worker; when it is dropped, nobody waits for it any more.
#[derive(Debug)]
pub struct Worker {
    health: Health,
    name: String,
}

impl Worker {
    /// Shows that it is alive.
    pub fn beat(&self) {
        self.change(|seen| seen.beat = Instant::now());
    }

    /// All its partitions are restored.
    pub fn ready(&self) {
        self.change(|seen| seen.waits_for = None);
    }

    /// It cannot work before something has happened, such as a restore.
    pub fn waits_for(&self, reason: &str) {
        self.change(|seen| seen.waits_for = Some(reason.to_owned()));
    }

    fn change(&self, change: impl FnOnce(&mut Seen)) {
        if let Some(seen) = self.health.lock().get_mut(&self.name) {
            change(seen);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.health.lock().remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    #[test]
    fn a_worker_is_late_when_it_was_silent_for_longer_than_the_limit() {
        let health = Health::new(LIMIT);
        let first = health.worker("dedupe-0");
        let second = health.worker("dedupe-1");
        let now = Instant::now();
        assert_eq!(health.late(now), []);
        let later = now + LIMIT * 2;
        let late: Vec<_> = health.late(later).into_iter().map(|late| late.worker).collect();
        assert_eq!(late, ["dedupe-0", "dedupe-1"]);
        first.beat();
        drop(second);
        assert_eq!(health.late(Instant::now()), []);
    }

    #[test]
    fn a_process_is_ready_when_every_worker_is() {
        let health = Health::new(LIMIT);
        assert_eq!(health.waits_for(), ["no worker runs"]);
        let (first, second) = (health.worker("dedupe-0"), health.worker("dedupe-1"));
        first.ready();
        assert_eq!(health.waits_for(), ["dedupe-1: starting"]);
        second.ready();
        assert_eq!(health.waits_for(), [""; 0]);
        first.waits_for("partition 3 is being restored");
        assert_eq!(health.waits_for(), ["dedupe-0: partition 3 is being restored"]);
    }
}
