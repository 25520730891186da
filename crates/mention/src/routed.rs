//! Routed mentions and control records: the input of a contact centre.

use serde::{Deserialize, Serialize};
use stage::{EventTime, TimeDelta, WallTime};

use crate::{Clock, DedupeResult, Mention, Priority, Understanding};

/// What a routed record requires of its consumer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// New work, or a new mention in an open case.
    #[default]
    Routed,
    /// Earlier work changed.
    Updated,
    /// Earlier work is void: the mention was withdrawn.
    Withdrawn,
    /// The case was handed off to another owner, who must accept it.
    HandedOff,
    /// The owner accepted the case.
    Accepted,
    /// The owner returned the case.
    Returned,
    /// A target of the SLA was missed.
    Breached,
    /// The case was reopened.
    Reopened,
    /// The case was resolved.
    Resolved,
    /// The author was answered.
    Responded,
    /// A peer answer lowered the urgency.
    Eased,
}

impl Disposition {
    /// Whether the record is a control record: it changes a case and carries only the identity of
    /// a mention.
    #[must_use]
    pub fn is_case_control(self) -> bool {
        !matches!(self, Self::Routed | Self::Updated | Self::Withdrawn)
    }
}

/// A stopped clock and the time it counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct StoppedClock {
    /// The clock.
    pub clock: Clock,
    /// Time counted within the calendar, in microseconds.
    pub counted: TimeDelta,
    /// Whether the clock stopped before its due time.
    pub is_in_time: bool,
    /// The `occurred_at` of the event, in microseconds, if it is impossible or too old to decide: the
    /// clock stopped at the time of the event's record instead.
    pub disputed_at: Option<EventTime>,
    /// Whether a missed target of this clock was published before the event arrived, and is void.
    pub is_breach_withdrawn: bool,
}

/// The due times of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct DueTimes {
    /// When the case must be accepted, in microseconds; null without such a target.
    pub acknowledge_at: Option<EventTime>,
    /// When the author must be answered.
    pub respond_at: Option<EventTime>,
    /// When the case must be resolved.
    pub resolve_at: Option<EventTime>,
}

/// Whether to answer in public or in private.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// No answer.
    #[default]
    None,
    /// In public.
    Public,
    /// In private, after a short public reply.
    Private,
}

impl Visibility {
    /// The symbol of the schema.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

/// Owner, due times and escalation path of a mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Route {
    /// The queue.
    pub queue: String,
    /// The owner team.
    pub owner: String,
    /// The watcher teams.
    pub watchers: Vec<String>,
    /// Skills required of the agent.
    pub skills: Vec<String>,
    /// The rule that selected the route.
    pub rule: String,
    /// The version of the rules that decided.
    pub rules_version: String,
    /// The SLA policy.
    pub policy: String,
    /// The due times.
    pub due: DueTimes,
    /// The escalation path.
    pub path: String,
    /// The contact to notify at `next_at`, when the next due time is missed.
    pub next_contact: String,
    /// The instructions of the playbook entry.
    pub playbook: String,
    /// One sentence that explains the decision to a supervisor.
    pub explanation: String,
    /// The name of the playbook entry.
    pub playbook_entry: String,
    /// The version of the playbook entry.
    pub playbook_version: String,
    /// Whether to answer in public or in private.
    pub visibility: Visibility,
    /// Addresses of knowledge articles.
    pub knowledge: Vec<String>,
    /// The capacity weight of the case; 0 if the rules state none.
    pub weight: i32,
    /// The language required of the agent, as ISO 639-1.
    pub language: Option<String>,
    /// The calendar of the clocks.
    pub calendar: String,
    /// The current step of the escalation path, from 0.
    pub step: i64,
    /// When the next step is due, in microseconds.
    pub next_at: Option<EventTime>,
    /// All rules that matched, in order.
    pub rules: Vec<String>,
    /// The agent who last answered the author, to be preferred.
    pub last_agent: Option<String>,
    /// The public notice of the incident.
    pub incident_notice: Option<String>,
    /// The proficiency required for each of `skills`, from 1 to 5, in the same order.
    pub proficiency: Vec<i32>,
    /// Relaxed requirements if the case still waits at a later time, in order of time.
    pub relaxes: Vec<Relaxation>,
    /// The reply that the playbook entry suggests; empty if it has none.
    pub reply: String,
    /// The id of the person who is on duty for `next_contact` at `next_at`; empty if nobody is.
    pub next_person: String,
    /// The kind of address by which that person prefers to be reached, such as `phone`.
    pub next_channel: String,
    /// The beginning, in UTC, of the day on which the entry of that person was last confirmed, in
    /// microseconds; null if nobody is on duty.
    pub next_confirmed_at: Option<EventTime>,
}

/// A relaxation: the requirements from some time on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Relaxation {
    /// When the relaxation takes effect, in microseconds.
    pub from_at: EventTime,
    /// Skills still required.
    pub skills: Vec<String>,
    /// The proficiency required for each of `skills`, from 1 to 5, in the same order.
    pub proficiency: Vec<i32>,
}

/// A mention with its route, or a control record of a case: the record of `mention.routed.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Routed {
    /// `tenant/platform/id`: the same for all versions of the mention.
    pub mention_id: String,
    /// Id of this decision.
    pub decision_id: String,
    /// Number of the decision about this mention, from 1.
    pub decision_seq: i64,
    /// Id of the decision that this one replaces.
    pub supersedes: Option<String>,
    /// What the record requires of the consumer.
    pub disposition: Disposition,
    /// The id of the case: one per author while it is open.
    pub case_id: String,
    /// The mention.
    pub mention: Mention,
    /// Whether the mention is public.
    pub is_public: bool,
    /// The result of dedupe.
    pub findings: DedupeResult,
    /// The understanding of its text.
    pub understanding: Understanding,
    /// Level and score.
    pub priority: Priority,
    /// The route.
    pub route: Route,
    /// Wall-clock time of the routing, in microseconds.
    pub routed_at: WallTime,
    /// Sequence number of the decision in its partition, from 1.
    pub sequence: i64,
    /// Hash of this decision and the digest before it, in hexadecimal; `harken audit verify` checks
    /// it.
    pub digest: String,
    /// Event time of the decision, in microseconds.
    pub decided_at: EventTime,
    /// The clock that this record stops.
    pub stopped: Option<StoppedClock>,
    /// One line for the list of a desk, at most 150 characters: level, what it is and where, and how the
    /// text begins; of a control record, what happened to the case.
    pub subject: String,
}
