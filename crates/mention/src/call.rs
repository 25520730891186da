//! Calls of contacts: escalations within the limits on how often a contact is called.

use serde::{Deserialize, Serialize};
use stage::EventTime;

use crate::{Cause, Clock};

/// One call of one contact, about one case or several: the record of `escalation.call.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Call {
    /// The tenant the record belongs to.
    pub tenant: String,
    /// The contact to call; of several, that of the case that has waited longest.
    pub contact: String,
    /// The escalation paths of the listed cases, each once.
    pub paths: Vec<String>,
    /// The time of the call, in microseconds.
    pub called_at: EventTime,
    /// The number of cases; those beyond the list count once for each of their escalations.
    pub count: i64,
    /// Whether the call is about several cases.
    pub is_summary: bool,
    /// What to tell the contact, in one sentence.
    pub explanation: String,
    /// The cases that have waited longest, at most 50, each with its last escalation. Some may have been
    /// answered since.
    pub cases: Vec<CalledCase>,
    /// When the first of the cases began to wait for the call, in microseconds; null if the call was made
    /// at once.
    pub held_at: Option<EventTime>,
    /// How many further calls the hourly limit left after this one; 0 if it was reached.
    pub calls_left: i64,
    /// Whether the record was written long after `called_at`, because Harken was not running.
    pub is_late: bool,
    /// Whom to call: the id of the person on call; the contact if nobody is on call.
    pub callee: String,
}

/// A case of a call, with its last escalation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct CalledCase {
    /// The id of the case.
    pub case_id: String,
    /// The platform, in lower case.
    pub platform: String,
    /// The author's id on the platform.
    pub author_id: String,
    /// The mention that opened the case.
    pub mention_id: String,
    /// The clock that expired.
    pub clock: Clock,
    /// The due time, in microseconds.
    pub due_at: EventTime,
    /// Sequence number of the escalation for this clock, from 1.
    pub step: i64,
    /// Why the escalation was raised.
    pub cause: Cause,
    /// The owner team.
    pub owner: String,
    /// The escalation path.
    pub path: String,
    /// One sentence that explains the escalation to a supervisor, cut at 1,000 bytes.
    pub explanation: String,
    /// The contact: a person may have several duties.
    pub contact: String,
}
