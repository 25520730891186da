//! Outbreaks: the counts they are detected from, and the incidents.

use serde::{Deserialize, Serialize};
use stage::EventTime;

/// A detected outbreak and its state: the record of `incident.state.v1`, compacted and broadcast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Incident {
    /// The tenant the incident belongs to.
    pub tenant: String,
    /// The incident id.
    pub incident_id: String,
    /// Revision of the incident, from 1.
    pub revision: i64,
    /// A short title.
    pub title: String,
    /// Words in lower case; a mention that contains one of them belongs to the incident.
    pub words: Vec<String>,
    /// Points that the incident adds to the score of its mentions.
    pub points: i32,
    /// Time of this revision, in microseconds.
    pub revised_at: EventTime,
    /// Whether the incident is open.
    pub status: IncidentStatus,
    /// What the mentions have in common.
    pub facet: Facet,
    /// The reason, product or cluster; empty for `all`.
    pub facet_value: String,
    /// The severity, from 1 to 10; 0 if not assessed.
    pub severity: i32,
    /// Start of the outbreak, in microseconds.
    pub began_at: Option<EventTime>,
    /// End of the outbreak, in microseconds.
    pub closed_at: Option<EventTime>,
    /// Number of mentions since the start.
    pub mentions: i64,
    /// Number of mentions expected in the same time.
    pub expected: f64,
    /// Number of distinct authors, estimated.
    pub authors: i64,
    /// Total followers of the authors.
    pub reach: i64,
    /// The share of negative mentions, from 0 to 1.
    pub negative: f32,
    /// The first mentions, as `tenant/platform/id`.
    pub first_posts: Vec<String>,
    /// Score for coordinated posting, from 0 to 1.
    pub coordination: f32,
    /// The campaign that explains or raises it.
    pub planned: Option<String>,
    /// The playbook entry.
    pub playbook: String,
    /// The stakeholders to notify.
    pub stakeholders: Vec<String>,
    /// A draft of a public notice; empty if there is none.
    pub notice: String,
    /// Number of reposts received of its mentions.
    pub reposts: i64,
    /// The version of the rules that gave the playbook entry and the stakeholders.
    pub rules_version: String,
}

/// Whether an incident is open.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum IncidentStatus {
    /// The outbreak continues.
    #[default]
    Open,
    /// The outbreak is over; its mentions no longer belong to it.
    Closed,
}

/// What the mentions of a series or incident have in common.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    /// Only the tenant.
    #[default]
    All,
    /// The reason of the complaint.
    Reason,
    /// The product.
    Product,
    /// The near-duplicate cluster.
    Cluster,
}

impl Facet {
    /// The symbol of the schema.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Reason => "reason",
            Self::Product => "product",
            Self::Cluster => "cluster",
        }
    }
}

/// Counts of one series for one second and one partition of `priority`: the record of
/// `mention.signal.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Signal {
    /// The tenant the mentions belong to.
    pub tenant: String,
    /// What the mentions have in common.
    pub facet: Facet,
    /// The reason, product or cluster; empty for `all`.
    pub value: String,
    /// Start of the second, in microseconds of event time.
    pub second_at: EventTime,
    /// Number of mentions.
    pub mentions: i64,
    /// Number of negative mentions.
    pub negative: i64,
    /// Total followers of the authors.
    pub reach: i64,
    /// Number of authors whose accounts are younger than 30 days.
    pub young: i64,
    /// XXH3-64 hashes of the authors' keys.
    pub authors: Vec<i64>,
    /// Distinctive words, in lower case.
    pub terms: Vec<String>,
    /// The first mentions, as `tenant/platform/id`.
    pub posts: Vec<String>,
    /// Number of reposts of such mentions; `reach` includes the followers of the reposting
    /// accounts.
    pub reposts: i64,
}
