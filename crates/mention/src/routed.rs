//! What a contact centre receives.

use serde::{Deserialize, Serialize};
use stage::Micros;

use crate::{Clock, Findings, Mention, Priority, Understanding};

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
    /// The case has gone to another owner, who has yet to accept it.
    HandedOff,
    /// Its owner has taken it.
    Accepted,
    /// Its owner has given it back.
    Returned,
    /// A deadline was missed.
    Breached,
    /// It is open again.
    Reopened,
    /// It is closed.
    Resolved,
    /// The author has an answer.
    Responded,
    /// Another user has answered the author: it is less urgent.
    Eased,
}

impl Disposition {
    /// Whether it tells what has become of a case, and so carries no more of a mention than whose
    /// it is.
    #[must_use]
    pub fn is_about_case(self) -> bool {
        !matches!(self, Self::Routed | Self::Updated | Self::Withdrawn)
    }
}

/// A clock that has been stopped, and how long it ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Stopped {
    /// Which one.
    pub clock: Clock,
    /// How much open time of its calendar it has counted, in microseconds.
    pub counted: Micros,
    /// Whether it was stopped by its deadline.
    pub is_in_time: bool,
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

/// Where an answer belongs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// No answer.
    #[default]
    None,
    /// In public, for all to read.
    Public,
    /// In private, after a public word that somebody is there.
    Private,
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
    /// The name of the playbook entry.
    pub playbook_entry: String,
    /// Its version.
    pub playbook_version: String,
    /// Where the answer belongs.
    pub visibility: Visibility,
    /// Where an agent reads up on it.
    pub knowledge: Vec<String>,
    /// How much of an agent's capacity it takes; 0 where nobody has said.
    pub weight: i32,
    /// The language the agent has to speak, as ISO 639-1.
    pub language: Option<String>,
    /// The calendar its clocks run on.
    pub calendar: String,
    /// The step of the escalation path it stands on, from 0.
    pub step: i64,
    /// When the next step falls due, in microseconds.
    pub next_at: Option<Micros>,
    /// Every rule that fired, in their order.
    pub rules: Vec<String>,
    /// Who answered the author last: the agent to ask first.
    pub last_agent: Option<String>,
    /// What to tell authors while the incident lasts.
    pub incident_notice: Option<String>,
    /// How well each of `skills` is asked for, from 1 to 5, in their order.
    pub proficiency: Vec<i32>,
    /// What is asked of the agent when the case still waits later, in the order of time.
    pub relaxes: Vec<Relaxed>,
}

/// What is asked of an agent from some time on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Relaxed {
    /// From when on, in microseconds.
    pub from_at: Micros,
    /// The skills.
    pub skills: Vec<String>,
    /// How well each is asked for, from 1 to 5, in their order.
    pub proficiency: Vec<i32>,
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
    /// Counts the decisions of its partition, from 1; 0 in records from before they were chained.
    pub sequence: i64,
    /// A hash over this decision and the digest before it, in hexadecimal: see `harken audit
    /// verify`.
    pub digest: String,
    /// When it was decided or happened, in event time, in microseconds; 0 in records from before
    /// this was told.
    pub decided_at: Micros,
    /// The clock that this stops.
    pub stopped: Option<Stopped>,
}
