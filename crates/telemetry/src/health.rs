//! Liveness and readiness of the workers.

#![allow(clippy::disallowed_methods, reason = "an edge: heartbeats are times of the wall clock")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Health of all workers of the process. Clones share the same state.
#[derive(Debug, Clone)]
pub struct Health {
    workers: Arc<Mutex<BTreeMap<String, WorkerHealth>>>,
    limit: Duration,
}

#[derive(Debug, Clone)]
struct WorkerHealth {
    last_heartbeat: Instant,
    /// Why the worker is not ready; `None` when it is.
    not_ready: Option<String>,
}

/// A worker without a heartbeat within the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateWorker {
    /// Name of the worker.
    pub worker: String,
    /// Time since its last heartbeat.
    pub silence: Duration,
}

impl Health {
    /// Creates the health of a process. A worker is late after `limit` without a heartbeat.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self { workers: Arc::default(), limit }
    }

    /// Registers a worker as alive and not ready.
    #[must_use]
    pub fn register_worker(&self, name: impl Into<String>) -> WorkerHandle {
        let name = name.into();
        let not_ready = Some("starting".to_owned());
        self.lock()
            .insert(name.clone(), WorkerHealth { last_heartbeat: Instant::now(), not_ready });
        WorkerHandle { health: self.clone(), name }
    }

    /// Returns the workers that are late at `now`.
    #[must_use]
    pub fn late_workers(&self, now: Instant) -> Vec<LateWorker> {
        let silences = self.silences(now).into_iter().filter(|(_, silent)| *silent > self.limit);
        silences.map(|(worker, silent)| LateWorker { worker, silence: silent }).collect()
    }

    /// Returns the time since the last heartbeat of each worker.
    pub(crate) fn silences(&self, now: Instant) -> Vec<(String, Duration)> {
        let workers = self.lock();
        let silent = |worker: &WorkerHealth| now.saturating_duration_since(worker.last_heartbeat);
        workers.iter().map(|(name, worker)| (name.clone(), silent(worker))).collect()
    }

    /// Returns why the process is not ready: a reason for each worker that is not. Empty when the
    /// process is ready.
    #[must_use]
    pub fn not_ready_reasons(&self) -> Vec<String> {
        let workers = self.lock();
        // A process without workers processes nothing, so it must not receive traffic.
        if workers.is_empty() {
            return vec!["no worker runs".to_owned()];
        }
        let reason = |(name, worker): (&String, &WorkerHealth)| {
            worker.not_ready.as_ref().map(|reason| format!("{name}: {reason}"))
        };
        workers.iter().filter_map(reason).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, WorkerHealth>> {
        // A worker that panicked must not take the health of the others with it.
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reports the health of one worker. Dropping it removes the worker from the health of the process.
#[derive(Debug)]
pub struct WorkerHandle {
    health: Health,
    name: String,
}

impl WorkerHandle {
    /// Records a heartbeat.
    pub fn heartbeat(&self) {
        self.update(|worker| worker.last_heartbeat = Instant::now());
    }

    /// Marks the worker as ready.
    pub fn mark_ready(&self) {
        self.update(|worker| worker.not_ready = None);
    }

    /// Marks the worker as not ready, for example during a restore. `reason` is shown by `/readyz`.
    pub fn mark_not_ready(&self, reason: &str) {
        self.update(|worker| worker.not_ready = Some(reason.to_owned()));
    }

    fn update(&self, change: impl FnOnce(&mut WorkerHealth)) {
        if let Some(worker) = self.health.lock().get_mut(&self.name) {
            change(worker);
        }
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.health.lock().remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    #[test]
    fn a_worker_is_late_after_the_limit_without_a_heartbeat() {
        let health = Health::new(LIMIT);
        let first = health.register_worker("dedupe-0");
        let second = health.register_worker("dedupe-1");
        let now = Instant::now();
        assert_eq!(health.late_workers(now), []);
        let later = now + LIMIT * 2;
        let late: Vec<_> = health.late_workers(later).into_iter().map(|late| late.worker).collect();
        assert_eq!(late, ["dedupe-0", "dedupe-1"]);
        first.heartbeat();
        drop(second);
        assert_eq!(health.late_workers(Instant::now()), []);
    }

    #[test]
    fn a_process_is_ready_when_every_worker_is() {
        let health = Health::new(LIMIT);
        assert_eq!(health.not_ready_reasons(), ["no worker runs"]);
        let (first, second) =
            (health.register_worker("dedupe-0"), health.register_worker("dedupe-1"));
        first.mark_ready();
        assert_eq!(health.not_ready_reasons(), ["dedupe-1: starting"]);
        second.mark_ready();
        assert_eq!(health.not_ready_reasons(), [""; 0]);
        first.mark_not_ready("partition 3 is being restored");
        assert_eq!(health.not_ready_reasons(), ["dedupe-0: partition 3 is being restored"]);
    }
}
