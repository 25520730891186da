//! What others make of a mention.

use serde::{Deserialize, Serialize};
use stage::Micros;

use crate::author_key;

/// How somebody reacts to another author's mention.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum ReactionKind {
    /// They repeat it by the platform's own means.
    Repost,
    /// They reply to it.
    #[default]
    Reply,
    /// They reply to it with an answer that may help.
    Answer,
}

/// A reaction to another author's mention: the record of `mention.reaction.v1`, keyed by that author.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Reaction {
    /// Whose customer the author is.
    pub tenant: String,
    /// The platform.
    pub platform: String,
    /// The platform's id of the author of the mention reacted to.
    pub author_id: String,
    /// The platform's id of that mention.
    pub original_id: String,
    /// How.
    pub kind: ReactionKind,
    /// The platform's id of the mention that reacts.
    pub id: String,
    /// The platform's id of who reacts.
    pub by: String,
    /// How many follow who reacts.
    pub followers: i64,
    /// When Harken heard of it, in microseconds.
    pub received_at: Micros,
}

impl Reaction {
    /// Appends the key of the author reacted to.
    pub fn key(&self, out: &mut Vec<u8>) {
        author_key(&self.tenant, &self.platform, &self.author_id, out);
    }
}
