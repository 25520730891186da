//! Rules that change while a process runs: looked at from time to time, taken up when they are
//! right, refused when they are not.
//!
//! A folder that somebody is just writing is half old and half new, and may be right all the same.
//! So what is found changed is taken up only when it is found the same again; who knows that it
//! is whole says so ([`Watch::look_now`]).

use std::path::PathBuf;

use rules::{Rules, Source};

use super::InForce;
use super::read::{sources, told};
use crate::Problem;
use crate::config::Config;

/// Looks after the rules of a place.
#[derive(Debug)]
pub struct Watch {
    place: PathBuf,
    config: Config,
    in_force: InForce,
    /// What was judged last, or why it could not be read.
    judged: Result<Vec<Source>, Problem>,
    /// What was found changed, and has to be found so again.
    found: Option<Result<Vec<Source>, Problem>>,
}

/// What looking has led to.
#[derive(Debug)]
pub enum Looked {
    /// Nothing has changed since they were judged.
    Unchanged,
    /// They have changed; whether that was all shows when they are looked at again.
    Unsettled,
    /// They are in force.
    Taken {
        /// The version before.
        from: String,
        /// The version now.
        to: String,
    },
    /// They are not right, and those before stay in force.
    Refused(Problem),
}

impl Watch {
    /// Looks after the rules that are set; none where those built in are in force.
    #[must_use]
    pub fn new(config: &Config, in_force: &InForce) -> Option<Self> {
        let place = config.escalation.rules.path()?.to_owned();
        // What was read at the start may have changed since: then it is found changed, and taken up.
        let judged = sources(Some(&place));
        let is_in_force = |sources: &Vec<Source>| {
            Rules::load(sources).is_ok_and(|rules| rules.version == in_force.rules().get().version)
        };
        let judged = judged.and_then(|sources| match is_in_force(&sources) {
            true => Ok(sources),
            false => Err(Problem::Config("read them before they changed".to_owned())),
        });
        let (config, in_force) = (config.clone(), in_force.clone());
        Some(Self { place, config, in_force, judged, found: None })
    }

    /// Looks whether they have changed; what has is taken up when it is found the same twice.
    pub fn look(&mut self) -> Looked {
        let now = self.read();
        if now == self.judged {
            self.found = None;
            return Looked::Unchanged;
        }
        if self.found.as_ref() != Some(&now) {
            self.found = Some(now);
            return Looked::Unsettled;
        }
        self.judge(now)
    }

    /// Judges them as they are now, for somebody who knows that they are whole.
    pub fn look_now(&mut self) -> Looked {
        let now = self.read();
        self.judge(now)
    }

    fn read(&self) -> Result<Vec<Source>, Problem> {
        sources(Some(&self.place))
    }

    fn judge(&mut self, now: Result<Vec<Source>, Problem>) -> Looked {
        self.found = None;
        self.judged.clone_from(&now);
        let taken = now.and_then(|sources| {
            let rules = Rules::load(&sources);
            let rules = rules.map_err(|wrong| told(Some(&self.place), &wrong, "take up"))?;
            let (from, to) = (self.in_force.rules().get().version.clone(), rules.version.clone());
            self.in_force.put(rules, &self.config)?;
            Ok((from, to))
        });
        match taken {
            Ok((from, to)) if from == to => Looked::Unchanged,
            Ok((from, to)) => Looked::Taken { from, to },
            Err(problem) => Looked::Refused(problem),
        }
    }
}
