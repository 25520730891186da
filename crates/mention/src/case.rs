//! Escalations, events of the contact centre and profiles of the CRM.

use serde::{Deserialize, Serialize};
use stage::EventTime;

/// A clock of the SLA.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Time until an agent accepts the case.
    #[default]
    Acknowledge,
    /// Time until the author is answered.
    Respond,
    /// Time until the case is resolved.
    Resolve,
}

/// An escalation, raised because a target was missed or will be: the record of
/// `escalation.raised.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Raised {
    /// The tenant the record belongs to.
    pub tenant: String,
    /// The platform, in lower case.
    pub platform: String,
    /// The author's id on the platform.
    pub author_id: String,
    /// The id of the case.
    pub case_id: String,
    /// The mention that opened the case.
    pub mention_id: String,
    /// The clock that expired.
    pub clock: Clock,
    /// The due time, in microseconds.
    pub due_at: EventTime,
    /// Sequence number of the escalation for this clock, from 1.
    pub step: i64,
    /// The owner team.
    pub owner: String,
    /// The contact to notify.
    pub contact: String,
    /// When the next step is due, in microseconds; null at the last step.
    pub next_at: Option<EventTime>,
    /// One sentence that explains the decision to a supervisor.
    pub explanation: String,
    /// Why the escalation was raised.
    pub cause: Cause,
    /// Whether the escalation was raised long after the due time, because Harken was not running.
    pub is_late: bool,
    /// The escalation path.
    pub path: String,
    /// The id of the person who was on duty for the contact at `due_at`; empty if nobody was.
    pub person: String,
    /// The kind of address by which the person prefers to be reached, such as `phone`.
    pub channel: String,
    /// The beginning, in UTC, of the day on which the person's entry in the rules was last confirmed, in
    /// microseconds; null if nobody was on duty.
    pub confirmed_at: Option<EventTime>,
    /// The address by which the person prefers to be reached; empty unless the setting
    /// `escalation.contacts` is `inline`.
    pub address: String,
    /// Whether nobody can be reached: nobody was on duty for the contact, and the path names nobody
    /// else.
    pub is_unreachable: bool,
    /// The contact to notify at `next_at`; empty at the last step.
    pub next_contact: String,
    /// The id of the person who is on duty for the next contact at `next_at`; empty if nobody is.
    pub next_person: String,
}

impl Raised {
    /// Whom to call: the person; the contact if nobody is on call.
    #[must_use]
    pub fn callee(&self) -> &str {
        if self.person.is_empty() { &self.contact } else { &self.person }
    }
}

/// Why the escalation was raised.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A due time passed.
    #[default]
    Breach,
    /// At the pace of the queue, the due time will be missed.
    Foreseen,
    /// The new owner did not accept a hand-off in time.
    NotAccepted,
    /// The owner was idle for too long.
    Idle,
}

/// The kind of event that a contact centre reports about a case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum CaseEventKind {
    /// An agent accepted the case.
    #[default]
    Accepted,
    /// The owner returned the case.
    Returned,
    /// The author was answered.
    Responded,
    /// The case was resolved.
    Resolved,
    /// The case was reopened.
    Reopened,
    /// An agent corrected a label.
    LabelCorrected,
    /// A supervisor assigned the case to another team.
    Reassigned,
    /// A team reported its free capacity.
    Capacity,
    /// Another user answered the author.
    PeerAnswered,
}

/// An event that the contact centre reports about a case: the record of `case.event.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct CaseEvent {
    /// The tenant the record belongs to.
    pub tenant: String,
    /// The platform, in lower case.
    pub platform: String,
    /// The author's id on the platform.
    pub author_id: String,
    /// The id of the case.
    pub case_id: String,
    /// The kind of event.
    pub kind: CaseEventKind,
    /// The agent, user or system that caused the event.
    pub by: String,
    /// Whether `by` is a bot; a bot's answer stops no clock.
    pub is_bot: bool,
    /// A free-text note.
    pub note: Option<String>,
    /// Time of the event, in microseconds.
    pub occurred_at: EventTime,
    /// Id of the event, used to detect redeliveries; empty if the contact centre sends none.
    pub event_id: String,
    /// The mention concerned, as `tenant/platform/id`; null if the event concerns the whole case.
    pub mention_id: Option<String>,
    /// The team that takes the case over, or whose capacity is reported.
    pub team: Option<String>,
    /// Why the owner returned the case.
    pub reason: Option<String>,
    /// Whether the answer is public.
    pub is_public: Option<bool>,
    /// The corrected label.
    pub label: Option<LabelCorrection>,
    /// The team's free capacity, in capacity weights.
    pub capacity: Option<i32>,
}

/// A label corrected by an agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct LabelCorrection {
    /// The name of the task.
    pub task: String,
    /// The label in the record.
    pub was: String,
    /// The correct label.
    pub is: String,
}

/// The CRM's profile of an author: the record of `customer.profile.v1`, compacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Profile {
    /// The tenant the customer belongs to.
    pub tenant: String,
    /// The platform, in lower case.
    pub platform: String,
    /// The author's id on the platform.
    pub author_id: String,
    /// The customer's data.
    pub customer: crate::Customer,
    /// Time of the CRM's update, in microseconds.
    pub updated_at: EventTime,
}
