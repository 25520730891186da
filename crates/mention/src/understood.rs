//! Records of the stages between receiving and prioritizing a mention.

use serde::{Deserialize, Serialize};
use stage::EventTime;

use crate::{Mention, Understanding};

/// Relation of a mention to earlier ones.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Novelty {
    /// Not received before.
    #[default]
    New,
    /// A new version of an earlier mention.
    Edit,
    /// The deletion of an earlier mention.
    Withdrawal,
}

/// The result of dedupe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct DedupeResult {
    /// Relation to earlier mentions.
    pub novelty: Novelty,
    /// When Harken received the first version, in microseconds.
    pub first_received_at: EventTime,
    /// Number of versions received so far, from 1.
    pub revision: i64,
    /// The near-duplicate cluster, in hexadecimal: copies by other authors share it.
    pub cluster: Option<String>,
    /// Number of earlier mentions in the cluster.
    pub cluster_size: i64,
}

/// A mention that is not a redelivery, repost or folded copy: the record of `mention.unique.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Unique {
    /// The mention.
    pub mention: Mention,
    /// The result of dedupe.
    pub findings: DedupeResult,
}

/// How a mention was spread.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum SpreadKind {
    /// A repost.
    #[default]
    Repost,
    /// A copy: the same text by the same author.
    Copy,
}

/// A repost or copy of another mention: the record of `mention.spread.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Spread {
    /// The tenant the record belongs to.
    pub tenant: String,
    /// The platform, in lower case.
    pub platform: String,
    /// The author of the repost or copy.
    pub author: crate::Author,
    /// The platform's id of the repost or copy.
    pub id: String,
    /// The platform's id of the original mention.
    pub original_id: String,
    /// Whether it is a repost or a copy.
    pub kind: SpreadKind,
    /// When Harken received it, in microseconds.
    pub received_at: EventTime,
}

/// A mention with its understanding: the record of `mention.scored.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Scored {
    /// The mention.
    pub mention: Mention,
    /// The result of dedupe.
    pub findings: DedupeResult,
    /// The understanding of its text.
    pub understanding: Understanding,
}
