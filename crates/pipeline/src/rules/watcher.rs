//! Watches the rule files of a running process; reloads valid changes and rejects invalid ones.
//!
//! A folder that is being written may mix old and new files and still be valid. A change is therefore
//! applied only once two consecutive polls read the same content. [`RulesWatcher::reload_now`] skips
//! this check, for a caller that knows the files are complete.

use std::path::PathBuf;

use rules::{Rules, Source};

use super::LoadedRules;
use super::read::{invalid_rules, read_sources};
use crate::CommandError;
use crate::config::Config;

/// Polls the rule files at one path.
#[derive(Debug)]
pub struct RulesWatcher {
    path: PathBuf,
    config: Config,
    active: LoadedRules,
    /// The content applied or rejected last.
    last: Content,
    /// Changed content seen by the last poll, to be confirmed by the next.
    pending: Option<Content>,
}

/// What a poll read: the files, or the text of the error. The same error is reported once, and
/// errors have no other equality.
#[derive(Debug, Clone, PartialEq)]
enum Content {
    Files(Vec<Source>),
    Unreadable(String),
    /// Nothing that a poll reads: the next one sees a change.
    Unknown,
}

impl Content {
    fn of(read: &Result<Vec<Source>, CommandError>) -> Self {
        match read {
            Ok(sources) => Content::Files(sources.clone()),
            Err(error) => Content::Unreadable(error.to_string()),
        }
    }
}

/// The outcome of a poll.
#[derive(Debug)]
pub enum PollOutcome {
    /// The files have not changed.
    Unchanged,
    /// The files have changed; the next poll applies them if they stay the same.
    Unsettled,
    /// New rules are active.
    Reloaded {
        /// The previous version.
        from: String,
        /// The new version.
        to: String,
    },
    /// The files are invalid; the current rules stay active.
    Rejected(CommandError),
}

impl RulesWatcher {
    /// Watches the configured rules; `None` if the built-in ones are used.
    #[must_use]
    pub fn new(config: &Config, active: &LoadedRules) -> Option<Self> {
        let path = config.escalation.rules.path()?.to_owned();
        // The files may have changed since start-up read them: then the first polls must see a change.
        let sources = read_sources(Some(&path));
        let is_active = |sources: &Vec<Source>| {
            Rules::load(sources).is_ok_and(|rules| rules.version == active.rules().version)
        };
        let last = match &sources {
            Ok(files) if !is_active(files) => Content::Unknown,
            read => Content::of(read),
        };
        let (config, active) = (config.clone(), active.clone());
        Some(Self { path, config, active, last, pending: None })
    }

    /// Reads the files; applies changed content that two consecutive polls have read.
    pub fn poll(&mut self) -> PollOutcome {
        let read = self.read_sources();
        let content = Content::of(&read);
        if content == self.last {
            self.pending = None;
            return PollOutcome::Unchanged;
        }
        // A writer may be in the middle of several files.
        if self.pending.as_ref() != Some(&content) {
            self.pending = Some(content);
            return PollOutcome::Unsettled;
        }
        self.apply(read)
    }

    /// Reads and applies the files at once.
    pub fn reload_now(&mut self) -> PollOutcome {
        let read = self.read_sources();
        self.apply(read)
    }

    fn read_sources(&self) -> Result<Vec<Source>, CommandError> {
        read_sources(Some(&self.path))
    }

    fn apply(&mut self, read: Result<Vec<Source>, CommandError>) -> PollOutcome {
        self.pending = None;
        // Remembered even if rejected: the same invalid files are reported once.
        self.last = Content::of(&read);
        let reloaded = read.and_then(|sources| {
            let rules = Rules::load(&sources);
            let rules =
                rules.map_err(|problems| invalid_rules(Some(&self.path), &problems, "reload"))?;
            let (from, to) = (self.active.rules().version.clone(), rules.version.clone());
            self.active.replace(rules, &self.config)?;
            Ok((from, to))
        });
        match reloaded {
            Ok((from, to)) if from == to => PollOutcome::Unchanged,
            Ok((from, to)) => PollOutcome::Reloaded { from, to },
            Err(error) => PollOutcome::Rejected(error),
        }
    }
}
