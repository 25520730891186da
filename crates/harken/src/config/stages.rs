//! `[ingest]`, `[dedupe]`, `[sentiment]`, `[priority]`, `[escalation]`: what each stage is told.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::{Accounts, Names, Pause, Place, Secret, Size, Span};

/// `[ingest]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ingest {
    /// Where `POST /v1/mentions` is served.
    pub listen: SocketAddr,
    /// What a sender must show.
    pub api_key: Secret,
    /// The same from a file.
    pub api_key_file: Place,
    /// The longest body.
    pub body_limit: Size,
    /// The longest line.
    pub line_limit: Size,
    /// The tenant of a mention that names none; empty to go by the rules.
    pub tenant: String,
    /// The brand's own accounts.
    pub owned_accounts: Accounts,
}

impl Ingest {
    /// The same as the crate `ingest` takes it, without what the rules have a say in: the tenants.
    #[must_use]
    pub fn settings(&self) -> platforms::Settings {
        platforms::Settings {
            owned: self.owned_accounts.iter().cloned().collect(),
            line_limit: usize::try_from(self.line_limit.0).unwrap_or(usize::MAX),
            ..platforms::Settings::default()
        }
    }
}

/// `[dedupe]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dedupe {
    /// How long an id is remembered.
    pub window: Span,
    /// How long the same text by the same author is folded.
    pub copy_window: Span,
    /// How long a cluster is remembered.
    pub cluster_window: Span,
    /// Letters and digits from which a text is compared.
    pub min_copy_chars: usize,
    /// Bits in which near-duplicates may differ.
    pub max_distance: u32,
    /// The least time between two commits.
    pub commit_interval: Pause,
}

impl Dedupe {
    /// The same as the stage takes it.
    #[must_use]
    pub fn settings(&self) -> dedupe::Config {
        dedupe::Config {
            window: self.window.micros(),
            copy_window: self.copy_window.micros(),
            cluster_window: self.cluster_window.micros(),
            min_copy_chars: self.min_copy_chars,
            max_distance: self.max_distance,
        }
    }
}

/// `[sentiment]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentiment {
    /// The model.
    pub model: Place,
    /// The model beside it.
    pub candidate: Place,
    /// How sure of the language the text must make.
    pub sure_of_language: f32,
    /// How many words are named for each answer.
    pub because: usize,
    /// What mistakes cost.
    pub costs: understanding::Costs,
    /// The least time between two commits.
    pub commit_interval: Pause,
}

impl Sentiment {
    /// The same as the stage takes it.
    #[must_use]
    pub fn settings(&self) -> understanding::Config {
        let (sure_of_language, because) = (self.sure_of_language, self.because);
        understanding::Config { sure_of_language, because, costs: self.costs.clone() }
    }
}

/// `[priority]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priority {
    /// The least time between two commits.
    pub commit_interval: Pause,
    /// How much is remembered, and for how long.
    pub memory: Memory,
    /// Where weights stood before they stood in the rules.
    #[serde(default, skip_serializing)]
    pub weights: Moved,
}

/// A section that stands elsewhere now: whoever sets it is told where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moved;

impl<'de> Deserialize<'de> for Moved {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom(
            "weights stand in the rules now: see [[weights]] in deploy/rules/northline/priority.toml, \
             and escalation.rules",
        ))
    }
}

/// `[priority.memory]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// How long a mention may be decided again.
    pub open_for: Span,
    /// How many of these a partition keeps.
    pub open_most: usize,
    /// How long such a mention may be.
    pub open_size: Size,
    /// How long an author is remembered.
    pub author_for: Span,
    /// How many authors a partition keeps.
    pub authors_most: usize,
}

impl Memory {
    /// The same as the stage takes it.
    #[must_use]
    pub fn bounds(&self) -> priority::Bounds {
        priority::Bounds {
            open_for: self.open_for.micros(),
            open_most: self.open_most,
            open_bytes: usize::try_from(self.open_size.0).unwrap_or(usize::MAX),
            author_for: self.author_for.micros(),
            authors_most: self.authors_most,
        }
    }
}

/// `[escalation]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// What to do, who does it, by when.
    pub rules: Place,
    /// How often it is looked whether they have changed.
    pub reload: Span,
    /// Lanes whose mentions are dropped.
    pub filter: Names,
    /// How long an owner who has accepted a case may do nothing.
    pub idle_after: Span,
    /// How soon after a case was closed a message reopens it.
    pub reopen_within: Span,
    /// Whether somebody is called before a deadline that will be missed.
    pub foresee: bool,
    /// The least time between two commits.
    pub commit_interval: Pause,
}

impl Escalation {
    /// The same as the stage takes it, with the filter that the rules have checked.
    #[must_use]
    pub fn settings(&self, filter: escalation::Filter) -> escalation::Settings {
        escalation::Settings {
            filter,
            idle_after: Some(self.idle_after.micros()).filter(|after| *after > 0),
            reopen_within: self.reopen_within.micros(),
            foresight: match self.foresee {
                true => escalation::Foresight::On,
                false => escalation::Foresight::Off,
            },
            shares: 1,
        }
    }
}
