//! What the stages between hearing and routing find out about a mention.

use serde::{Deserialize, Serialize};
use stage::Micros;

use crate::{Mention, Understanding};

/// What a mention is beside those heard before.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Novelty {
    /// Never heard before.
    #[default]
    New,
    /// A new version of one heard before.
    Edit,
    /// One that its platform has deleted.
    Withdrawal,
}

/// What dedupe found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Findings {
    /// What it is beside those heard before.
    pub novelty: Novelty,
    /// When the first version was heard, in microseconds.
    pub first_received_at: Micros,
    /// Counts the versions heard, from 1.
    pub revision: i64,
    /// The near-duplicate cluster, in hexadecimal: copies by other authors share it.
    pub cluster: Option<String>,
    /// How many mentions of the cluster came before this one.
    pub cluster_size: i64,
}

/// A mention that is no redelivery, repost or folded copy: the record of `mention.unique.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Unique {
    /// The mention.
    pub mention: Mention,
    /// What dedupe found.
    pub findings: Findings,
}

/// How a mention spreads.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum SpreadKind {
    /// Somebody repeated it by the platform's own means.
    #[default]
    Repost,
    /// Its author said the same again.
    Copy,
}

/// A mention that spread another: the record of `mention.spread.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Spread {
    /// Whose customer the author is.
    pub tenant: String,
    /// The platform.
    pub platform: String,
    /// Who spread it.
    pub author: crate::Author,
    /// The platform's id of the mention that spreads.
    pub id: String,
    /// The platform's id of the mention spread.
    pub original_id: String,
    /// How.
    pub kind: SpreadKind,
    /// When Harken heard of it, in microseconds.
    pub received_at: Micros,
}

/// A mention with what it says: the record of `mention.scored.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Scored {
    /// The mention.
    pub mention: Mention,
    /// What dedupe found.
    pub findings: Findings,
    /// What it says.
    pub understanding: Understanding,
}
