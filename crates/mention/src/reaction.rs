//! Reactions to a mention by other accounts.

use serde::{Deserialize, Serialize};
use stage::EventTime;

use crate::author_key;

/// A kind of reaction to another author's mention.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum ReactionKind {
    /// A repost.
    Repost,
    /// A reply.
    #[default]
    Reply,
    /// A peer answer: a reply that may help the author.
    Answer,
}

/// A reaction to another author's mention: the record of `mention.reaction.v1`, keyed by the author
/// of that mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Reaction {
    /// The tenant the record belongs to.
    pub tenant: String,
    /// The platform, in lower case.
    pub platform: String,
    /// The platform's id of the author of the original mention.
    pub author_id: String,
    /// The platform's id of the original mention.
    pub original_id: String,
    /// The kind of reaction.
    pub kind: ReactionKind,
    /// The platform's id of the reacting mention.
    pub id: String,
    /// The platform's id of the reacting account.
    pub by: String,
    /// Number of followers of the reacting account.
    pub followers: i64,
    /// When Harken received it, in microseconds.
    pub received_at: EventTime,
}

impl Reaction {
    /// Appends the key of the author of the original mention.
    pub fn key(&self, out: &mut Vec<u8>) {
        author_key(&self.tenant, &self.platform, &self.author_id, out);
    }
}
