//! What is left of a mention that a filter has dropped.

use serde::{Deserialize, Serialize};
use stage::Micros;

use crate::Level;

/// A mention that a filter has dropped: the record of `mention.filtered.v1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Filtered {
    /// `tenant/platform/id`: stable over versions.
    pub mention_id: String,
    /// Whose customer the author is.
    pub tenant: String,
    /// The platform.
    pub platform: String,
    /// The platform's id of the author.
    pub author_id: String,
    /// The version of the mention, as dedupe counts it.
    pub revision: i64,
    /// How urgent it is.
    pub level: Level,
    /// The sum of the terms of its priority.
    pub score: i32,
    /// The rule that the filter names.
    pub rule: String,
    /// The version of the rules.
    pub rules_version: String,
    /// One sentence a supervisor understands.
    pub explanation: String,
    /// When Harken heard of it, in microseconds: the event time of this record.
    pub received_at: Micros,
}
