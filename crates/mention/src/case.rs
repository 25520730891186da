//! What goes wrong with a case, what a contact centre tells about it, and what a CRM knows.

use serde::{Deserialize, Serialize};
use stage::Micros;

/// A clock of a case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Until somebody accepts it.
    #[default]
    Acknowledge,
    /// Until the author has an answer.
    Respond,
    /// Until it is closed.
    Resolve,
}

/// A deadline was missed: the record of `escalation.raised.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Raised {
    /// Whose customer the author is.
    pub tenant: String,
    /// The platform.
    pub platform: String,
    /// The platform's id of the author.
    pub author_id: String,
    /// The case.
    pub case_id: String,
    /// The mention that opened it.
    pub mention_id: String,
    /// Which clock ran out.
    pub clock: Clock,
    /// When it was due, in microseconds: the event time of this record.
    pub due_at: Micros,
    /// Counts the escalations of this clock, from 1.
    pub step: i64,
    /// The owner who missed it.
    pub owner: String,
    /// Who is called now.
    pub contact: String,
    /// When the next step falls due, in microseconds; none on the last.
    pub next_at: Option<Micros>,
    /// One sentence a supervisor understands.
    pub explanation: String,
    /// Why somebody is called.
    pub cause: Cause,
    /// Whether it was raised long after it was due, because Harken was away.
    pub is_late: bool,
    /// The escalation path.
    pub path: String,
}

/// Why somebody is called.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A deadline was missed.
    #[default]
    Breach,
    /// It will be, at the pace of the queue.
    Foreseen,
    /// A hand-off was not accepted in time.
    NotAccepted,
    /// The owner has done nothing for too long.
    Idle,
}

/// What a contact centre tells about a case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum CaseEventKind {
    /// Somebody has taken it.
    #[default]
    Accepted,
    /// Its owner has given it back.
    Returned,
    /// The author has an answer.
    Responded,
    /// It is closed.
    Resolved,
    /// It is open again.
    Reopened,
    /// An agent has corrected a label.
    LabelCorrected,
    /// A supervisor has given it to another team.
    Reassigned,
    /// How much a team can take now.
    Capacity,
    /// Another user has answered the author.
    PeerAnswered,
}

/// A fact from the contact centre: the record of `case.event.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default, rename = "Event")]
pub struct CaseEvent {
    /// Whose customer the author is.
    pub tenant: String,
    /// The platform.
    pub platform: String,
    /// The platform's id of the author.
    pub author_id: String,
    /// The case.
    pub case_id: String,
    /// What happened.
    pub kind: CaseEventKind,
    /// Who did it.
    pub by: String,
    /// Whether that is a bot, whose answer stops no clock.
    pub is_bot: bool,
    /// What there is to say about it.
    pub note: Option<String>,
    /// When it happened, in microseconds.
    pub occurred_at: Micros,
    /// Tells a redelivery from a second event; empty where the centre has none.
    pub event_id: String,
    /// The mention it is about, `tenant/platform/id`; none where it is about the whole case.
    pub mention_id: Option<String>,
    /// The team that takes it over, or whose capacity this is.
    pub team: Option<String>,
    /// Why it was given back.
    pub reason: Option<String>,
    /// Whether the answer can be read by others.
    pub is_public: Option<bool>,
    /// The label corrected.
    pub label: Option<Label>,
    /// How much the team can take now, in units of a case's weight.
    pub capacity: Option<i32>,
}

/// A label that an agent has corrected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Label {
    /// The task.
    pub task: String,
    /// What the record said.
    pub was: String,
    /// What it should have said.
    pub is: String,
}

/// What a CRM knows of an author: the record of `customer.profile.v1`, compacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Profile {
    /// Whose customer it is.
    pub tenant: String,
    /// The platform.
    pub platform: String,
    /// The platform's id of the author.
    pub author_id: String,
    /// The customer.
    pub customer: crate::Customer,
    /// When the CRM said so, in microseconds.
    pub updated_at: Micros,
}
