//! What a contact centre receives, and what it answers.

use serde::{Deserialize, Serialize};
use stage::Micros;

use crate::{Findings, Mention, Priority, Understanding};

/// What a routed record asks of its consumer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// New work, or a new message of an open case.
    #[default]
    Routed,
    /// The content of earlier work has changed.
    Updated,
    /// Earlier work is void: the author has taken it back.
    Withdrawn,
}

/// A deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Due {
    /// Somebody has accepted the case by then, in microseconds.
    pub acknowledge_at: Option<Micros>,
    /// The author has an answer by then.
    pub respond_at: Option<Micros>,
    /// The case is closed by then.
    pub resolve_at: Option<Micros>,
}

/// Who acts, by when, and who is next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Route {
    /// The queue.
    pub queue: String,
    /// The one team that owns it.
    pub owner: String,
    /// Who is told as well.
    pub watchers: Vec<String>,
    /// Skills asked of the agent.
    pub skills: Vec<String>,
    /// The rule that decided.
    pub rule: String,
    /// The version of the rules.
    pub rules_version: String,
    /// The SLA policy.
    pub policy: String,
    /// Its deadlines.
    pub due: Due,
    /// The escalation path.
    pub path: String,
    /// Who is called when the next deadline is missed.
    pub next_contact: String,
    /// The playbook entry: what to do.
    pub playbook: String,
    /// One sentence a supervisor understands.
    pub explanation: String,
}

/// A mention in front of the team that can act on it: the record of `mention.routed.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Routed {
    /// `tenant/platform/id`: stable over versions.
    pub mention_id: String,
    /// Identifies this decision.
    pub decision_id: String,
    /// Counts the decisions about this mention, from 1.
    pub decision_seq: i64,
    /// The decision that this one replaces.
    pub supersedes: Option<String>,
    /// What it asks of the consumer.
    pub disposition: Disposition,
    /// The case, one for each author while it is open.
    pub case_id: String,
    /// The mention.
    pub mention: Mention,
    /// Whether others can read it.
    pub is_public: bool,
    /// What dedupe found.
    pub findings: Findings,
    /// What it says.
    pub understanding: Understanding,
    /// How urgent it is.
    pub priority: Priority,
    /// Who acts.
    pub route: Route,
    /// When it was routed, in microseconds.
    pub routed_at: Micros,
}

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

/// An incident in force: the record of `incident.state.v1`, compacted and broadcast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default, rename = "State")]
pub struct Incident {
    /// Whose incident it is.
    pub tenant: String,
    /// Its id.
    pub incident_id: String,
    /// Counts its revisions, from 1.
    pub revision: i64,
    /// What it is.
    pub title: String,
    /// A mention with one of these words, in lower case, belongs to it.
    pub words: Vec<String>,
    /// Points it adds to the priority of such a mention.
    pub points: i32,
    /// When it was revised, in microseconds.
    pub revised_at: Micros,
}
