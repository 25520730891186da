//! `[dedupe]`, `[sentiment]`, `[priority]` and `[escalation]`: one struct per stage, each
//! converted to the configuration of its crate.

use serde::{Deserialize, Serialize};
use stage::TimeDelta;

use super::{DurationSetting, IntervalOverride, NameList, PathSetting, SizeSetting};

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
    /// Bounds of the state.
    pub memory: DedupeMemoryConfig,
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
            memory: self.memory.bounds(),
        }
    }
}

/// `[dedupe.memory]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DedupeMemoryConfig {
    /// Maximum ids per partition.
    pub ids_most: usize,
    /// Maximum originals of copies per partition.
    pub originals_most: usize,
    /// Maximum size of the originals of a partition.
    pub originals_size: SizeSetting,
    /// Maximum clusters per partition.
    pub clusters_most: usize,
}

impl DedupeMemoryConfig {
    /// The bounds of the stage's state.
    #[must_use]
    pub fn bounds(&self) -> dedupe::Bounds {
        dedupe::Bounds {
            ids_most: self.ids_most,
            originals_most: self.originals_most,
            originals_bytes: self.originals_size.bytes(),
            clusters_most: self.clusters_most,
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
    /// Maximum customers per partition.
    pub customers_most: usize,
    /// Maximum size of the customers of a partition.
    pub customers_size: SizeSetting,
}

impl PriorityMemoryConfig {
    /// The bounds of the stage's state.
    #[must_use]
    pub fn bounds(&self) -> priority::Bounds {
        priority::Bounds {
            open_for: self.open_for.as_delta(),
            open_most: self.open_most,
            open_bytes: self.open_size.bytes(),
            author_for: self.author_for.as_delta(),
            authors_most: self.authors_most,
            customers_most: self.customers_most,
            customers_bytes: self.customers_size.bytes(),
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
    /// The longest time before its record at which an event of the contact centre decides by its own
    /// `occurred_at` whether a target was met.
    pub occurred_within: DurationSetting,
    /// Whether to escalate before a due time that the queue will miss.
    pub foresee: bool,
    /// Whether an escalation carries the address of the person on duty.
    pub contacts: ContactsSetting,
    /// Minimum time between two commits.
    pub commit_interval: IntervalOverride,
    /// Bounds of the state.
    pub memory: EscalationMemoryConfig,
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
            occurred_within: self.occurred_within.as_delta(),
            foresight: match self.foresee {
                true => escalation::Foresight::On,
                false => escalation::Foresight::Off,
            },
            contacts: match self.contacts {
                ContactsSetting::Reference => escalation::Contacts::Reference,
                ContactsSetting::Inline => escalation::Contacts::Inline,
            },
            partitions: 1,
            memory: self.memory.bounds(),
        }
    }
}

/// How escalations name people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactsSetting {
    /// By id and kind of address.
    Reference,
    /// With the address too.
    Inline,
}

super::string_enum::string_enum!(ContactsSetting { Reference = "reference", Inline = "inline" });

/// `[escalation.memory]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalationMemoryConfig {
    /// Maximum cases per partition.
    pub cases_most: usize,
    /// Maximum size of the cases of a partition.
    pub cases_size: SizeSetting,
    /// Maximum teams per partition whose pace is known.
    pub teams_most: usize,
}

impl EscalationMemoryConfig {
    /// The bounds of the stage's state.
    #[must_use]
    pub fn bounds(&self) -> escalation::Bounds {
        escalation::Bounds {
            cases_most: self.cases_most,
            cases_bytes: self.cases_size.bytes(),
            teams_most: self.teams_most,
        }
    }
}
