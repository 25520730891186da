//! The record of a mention that a filter dropped.

use serde::{Deserialize, Serialize};
use stage::EventTime;

use crate::Level;

/// A mention that a filter dropped: the record of `mention.filtered.v1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Filtered {
    /// `tenant/platform/id`: the same for all versions of the mention.
    pub mention_id: String,
    /// The tenant the record belongs to.
    pub tenant: String,
    /// The platform, in lower case.
    pub platform: String,
    /// The author's id on the platform.
    pub author_id: String,
    /// Version of the mention, as dedupe counts it.
    pub revision: i64,
    /// The level.
    pub level: Level,
    /// The score: the sum of the terms.
    pub score: i32,
    /// The rule that dropped the mention.
    pub rule: String,
    /// The version of the rules that decided.
    pub rules_version: String,
    /// One sentence that explains the decision to a supervisor.
    pub explanation: String,
    /// When Harken received the mention, in microseconds: the event time of this record.
    pub received_at: EventTime,
}
