//! Rules that change while the process runs: a thread of its own looks after them.
//!
//! SIGHUP takes them up at once, `escalation.reload` says how often they are looked at. Must not
//! know what rules say.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kafka::Stop;
use telemetry::{Loaded, Metrics};

use crate::Problem;
use crate::clock::{self, Stopwatch};
use crate::config::Config;
use crate::rules::{InForce, Looked, Watch};

/// How long a signal may wait.
const NAP: Duration = Duration::from_millis(100);
/// A person becomes stale at midnight: within the hour it shows.
const HOURLY: Duration = Duration::from_secs(3600);

/// Looks after the rules until the process is asked to stop.
pub(super) fn start(
    rules: &InForce,
    config: &Config,
    metrics: &Metrics,
    stop: &Stop,
) -> Result<(), Problem> {
    let is_told = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGHUP, Arc::clone(&is_told))
        .map_err(|error| Problem::Bug(format!("wait for signals: {error}")))?;
    let after = Some(config.escalation.reload.0).filter(|after| !after.is_zero());
    let watch = Watch::new(config, rules);
    let mut keeper = Keeper { rules: rules.clone(), metrics: metrics.clone(), watch };
    let stop = stop.clone();
    keeper.show();
    let keep = move || {
        let (mut looked, mut counted) = (Stopwatch::start(), Stopwatch::start());
        while !stop.is_asked() {
            std::thread::sleep(NAP);
            if is_told.swap(false, Ordering::Relaxed) {
                keeper.look(Watch::look_now);
            }
            if after.is_some_and(|after| looked.elapsed() >= after) {
                looked = Stopwatch::start();
                keeper.look(Watch::look);
            }
            if counted.elapsed() >= HOURLY {
                counted = Stopwatch::start();
                keeper.count();
            }
        }
    };
    std::thread::Builder::new()
        .name("rules".to_owned())
        .spawn(keep)
        .map_err(|error| Problem::Unavailable(format!("start a thread: {error}")))?;
    Ok(())
}

/// Looks, and tells what it has led to.
struct Keeper {
    rules: InForce,
    metrics: Metrics,
    watch: Option<Watch>,
}

impl Keeper {
    fn look(&mut self, look: impl FnOnce(&mut Watch) -> Looked) {
        match self.watch.as_mut().map(look) {
            None | Some(Looked::Unchanged | Looked::Unsettled) => {}
            Some(Looked::Taken { from, to }) => {
                tracing::info!(from, to, "other rules are in force");
                self.metrics.rules_read(Loaded::Taken);
                self.show();
            }
            Some(Looked::Refused(problem)) => {
                let version = self.rules.rules().get().version.clone();
                tracing::error!(version, "these rules stay in force: {problem}");
                self.metrics.rules_read(Loaded::Refused);
            }
        }
    }

    /// Shows which rules are in force.
    fn show(&self) {
        let since = clock::now() as f64 / 1e6;
        self.metrics.rules_in_force(&self.rules.rules().get().version, since);
        self.count();
    }

    /// Shows how many people are stale, and says so.
    fn count(&self) {
        let stale = self.rules.rules().get().stale_persons(clock::now());
        self.metrics.stale_persons(stale);
        if stale > 0 {
            tracing::warn!(stale, "people in the rules are stale: `harken rules check` names them");
        }
    }
}
