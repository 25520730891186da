//! `[ingest]`, `[dedupe]`, `[sentiment]`, `[priority]` and `[escalation]`: one struct per stage, each
//! converted to the configuration of its crate.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use stage::TimeDelta;

use super::{
    DurationSetting, IntervalOverride, NameList, OwnedAccounts, PathSetting, Secret, SizeSetting,
};

/// `[ingest]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IngestConfig {
    /// Listen address of `POST /v1/mentions`.
    pub listen: SocketAddr,
    /// Bearer token that clients must send; empty disables authentication.
    pub api_key: Secret,
    /// File that contains the bearer token.
    pub api_key_file: PathSetting,
    /// Maximum size of a request body.
    pub body_limit: SizeSetting,
    /// Maximum length of an input line.
    pub line_limit: SizeSetting,
    /// Tenant of a mention that names none; empty derives it from the rules.
    pub tenant: String,
    /// Owned accounts in addition to those of the rules.
    pub owned_accounts: OwnedAccounts,
}

impl IngestConfig {
    /// The configuration of the crate `platforms`, without the tenants, which the rules define.
    #[must_use]
    pub fn platform_config(&self) -> platforms::Config {
        platforms::Config {
            owned: self.owned_accounts.iter().cloned().collect(),
            // A limit beyond the address space is no limit.
            line_limit: usize::try_from(self.line_limit.0).unwrap_or(usize::MAX),
            ..platforms::Config::default()
        }
    }
}

/// `[dedupe]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DedupeConfig {
    /// How long an id is remembered after its last version.
    pub window: DurationSetting,
    /// How long a copy is folded into the first mention.
    pub copy_window: DurationSetting,
    /// How long a cluster is remembered after its last member.
    pub cluster_window: DurationSetting,
    /// Minimum letters and digits for duplicate detection by content.
    pub min_copy_chars: usize,
    /// Maximum Hamming distance of near-duplicate fingerprints.
    pub max_distance: u32,
    /// Minimum time between two commits.
    pub commit_interval: IntervalOverride,
}

impl DedupeConfig {
    /// The configuration of the stage.
    #[must_use]
    pub fn stage_config(&self) -> dedupe::Config {
        dedupe::Config {
            window: self.window.as_delta(),
            copy_window: self.copy_window.as_delta(),
            cluster_window: self.cluster_window.as_delta(),
            min_copy_chars: self.min_copy_chars,
            max_distance: self.max_distance,
        }
    }
}

/// `[sentiment]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentimentConfig {
    /// Active model; empty uses the built-in one.
    pub model: PathSetting,
    /// Candidate model; empty runs none.
    pub candidate: PathSetting,
    /// Minimum confidence of language detection.
    pub sure_of_language: f32,
    /// Maximum words of evidence per answer.
    pub because: usize,
    /// Cost of each mistake, from which the thresholds follow.
    pub costs: understanding::Costs,
    /// Minimum time between two commits.
    pub commit_interval: IntervalOverride,
}

impl SentimentConfig {
    /// The configuration of the stage.
    #[must_use]
    pub fn stage_config(&self) -> understanding::Config {
        let (sure_of_language, because) = (self.sure_of_language, self.because);
        understanding::Config { sure_of_language, because, costs: self.costs.clone() }
    }
}

/// `[priority]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorityConfig {
    /// Minimum time between two commits.
    pub commit_interval: IntervalOverride,
    /// Bounds of the state.
    pub memory: PriorityMemoryConfig,
}

/// `[priority.memory]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorityMemoryConfig {
    /// How long a mention stays open for re-scoring.
    pub open_for: DurationSetting,
    /// Maximum open mentions per partition.
    pub open_most: usize,
    /// Maximum size of an open mention.
    pub open_size: SizeSetting,
    /// How long an author is remembered after the last mention.
    pub author_for: DurationSetting,
    /// Maximum authors per partition.
    pub authors_most: usize,
}

impl PriorityMemoryConfig {
    /// The bounds of the stage's state.
    #[must_use]
    pub fn bounds(&self) -> priority::Bounds {
        priority::Bounds {
            open_for: self.open_for.as_delta(),
            open_most: self.open_most,
            open_bytes: usize::try_from(self.open_size.0).unwrap_or(usize::MAX),
            author_for: self.author_for.as_delta(),
            authors_most: self.authors_most,
        }
    }
}

/// `[escalation]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalationConfig {
    /// Rules: a folder or a file; empty uses the built-in ones.
    pub rules: PathSetting,
    /// Polling interval of the rule files; 0 disables polling.
    pub reload: DurationSetting,
    /// Lanes whose mentions are dropped instead of routed.
    pub filter: NameList,
    /// Maximum inactivity of an owner while the author waits; 0 disables the check.
    pub idle_after: DurationSetting,
    /// How long after closing a case a new message of its author reopens it.
    pub reopen_within: DurationSetting,
    /// Whether to escalate before a due time that the queue will miss.
    pub foresee: bool,
    /// Minimum time between two commits.
    pub commit_interval: IntervalOverride,
}

impl EscalationConfig {
    /// The configuration of the stage, with a filter already checked against the rules.
    #[must_use]
    pub fn stage_config(&self, filter: escalation::Filter) -> escalation::Config {
        escalation::Config {
            filter,
            // 0s means never; the stage has no timer then.
            idle_after: Some(self.idle_after.as_delta()).filter(|after| *after > TimeDelta::ZERO),
            reopen_within: self.reopen_within.as_delta(),
            foresight: match self.foresee {
                true => escalation::Foresight::On,
                false => escalation::Foresight::Off,
            },
            partitions: 1,
        }
    }
}
