//! Reloads the rules of a running process, on a thread of its own.
//!
//! Polls the files every `escalation.reload` and reloads at once on SIGHUP. Must not know the content of
//! rules.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kafka::Stop;
use telemetry::{Metrics, RulesLoad};

use crate::clock::{self, Stopwatch};
use crate::config::Config;
use crate::rules::{LoadedRules, PollOutcome, RulesWatcher};
use crate::{CommandError, Failure};

/// How often the thread checks for a signal.
const SIGNAL_POLL: Duration = Duration::from_millis(100);
/// How often stale persons are counted. They become stale at midnight; an hour is soon enough.
const STALE_PERSONS_INTERVAL: Duration = Duration::from_secs(3600);

/// Starts the thread; it ends once `stop` is requested.
pub(super) fn start(
    rules: &LoadedRules,
    config: &Config,
    metrics: &Metrics,
    stop: &Stop,
) -> Result<(), CommandError> {
    // A signal handler may only set a flag; the thread polls it.
    let is_requested = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGHUP, Arc::clone(&is_requested))
        .map_err(|error| CommandError::Bug(Failure::new("register a signal handler", error)))?;
    let interval = Some(config.escalation.reload.0).filter(|after| !after.is_zero());
    let watch = RulesWatcher::new(config, rules);
    let mut reloader =
        RulesReloader { rules: rules.clone(), metrics: metrics.clone(), watcher: watch };
    let stop = stop.clone();
    reloader.publish_version();
    let poll_loop = move || {
        let (mut since_poll, mut since_count) = (Stopwatch::start(), Stopwatch::start());
        while !stop.is_requested() {
            // Also bounds how long the thread outlives `stop`.
            std::thread::sleep(SIGNAL_POLL);
            if is_requested.swap(false, Ordering::Relaxed) {
                reloader.poll(RulesWatcher::reload_now);
            }
            if interval.is_some_and(|after| since_poll.elapsed() >= after) {
                since_poll = Stopwatch::start();
                reloader.poll(RulesWatcher::poll);
            }
            if since_count.elapsed() >= STALE_PERSONS_INTERVAL {
                since_count = Stopwatch::start();
                reloader.publish_stale_persons();
            }
        }
    };
    std::thread::Builder::new()
        .name("rules".to_owned())
        .spawn(poll_loop)
        .map_err(|error| CommandError::Unavailable(Failure::new("start a thread", error)))?;
    Ok(())
}

/// Polls the rules, and logs and counts the outcome.
struct RulesReloader {
    rules: LoadedRules,
    metrics: Metrics,
    watcher: Option<RulesWatcher>,
}

impl RulesReloader {
    fn poll(&mut self, check: impl FnOnce(&mut RulesWatcher) -> PollOutcome) {
        match self.watcher.as_mut().map(check) {
            None | Some(PollOutcome::Unchanged | PollOutcome::Unsettled) => {}
            Some(PollOutcome::Reloaded { from, to }) => {
                tracing::info!(from, to, "rules reloaded");
                self.metrics.count_rules_load(RulesLoad::Accepted);
                self.publish_version();
            }
            Some(PollOutcome::Rejected(error)) => {
                let version = self.rules.rules().version.clone();
                tracing::error!(
                    version,
                    "new rules rejected, the current version stays active: {error}"
                );
                self.metrics.count_rules_load(RulesLoad::Rejected);
            }
        }
    }

    /// Exports the active version and the time since which it is active.
    fn publish_version(&self) {
        let since = clock::now().as_micros() as f64 / 1e6;
        self.metrics.set_rules_version(&self.rules.rules().version, since);
        self.publish_stale_persons();
    }

    /// Exports and logs the number of stale persons.
    fn publish_stale_persons(&self) {
        let stale = self.rules.rules().stale_persons(clock::now().as_event_time());
        self.metrics.set_stale_persons(stale);
        if stale > 0 {
            tracing::warn!(
                stale,
                "the rules contain stale persons: `harken rules check` lists them"
            );
        }
    }
}
