//! Outbreaks: how much is said about one thing, and what came of it.

use serde::{Deserialize, Serialize};
use stage::Micros;

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
    /// Whether it lasts.
    pub status: IncidentStatus,
    /// What its mentions share.
    pub facet: Facet,
    /// Which reason, product or cluster; empty for `all`.
    pub facet_value: String,
    /// How bad it is, from 1 to 10; 0 where nobody has said.
    pub severity: i32,
    /// When it began, in microseconds.
    pub began_at: Option<Micros>,
    /// When it was over, in microseconds.
    pub closed_at: Option<Micros>,
    /// How many mentions it has had.
    pub mentions: i64,
    /// How many there would have been in that time on an ordinary day.
    pub expected: f64,
    /// How many distinct authors, estimated.
    pub authors: i64,
    /// How many followers these have together.
    pub reach: i64,
    /// The share of negative mentions, from 0 to 1.
    pub negative: f32,
    /// The first mentions, `tenant/platform/id`.
    pub first_posts: Vec<String>,
    /// How much it looks arranged, from 0 to 1.
    pub coordination: f32,
    /// The planned event that explains or raises it.
    pub planned: Option<String>,
    /// The playbook entry for it.
    pub playbook: String,
    /// Who has to know.
    pub stakeholders: Vec<String>,
    /// A draft of what to tell the public; empty where there is none.
    pub notice: String,
    /// How often its mentions were reposted, as far as was heard.
    pub reposts: i64,
    /// The version of the rules that name the playbook entry and the stakeholders.
    pub rules_version: String,
}

/// Whether an incident lasts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum IncidentStatus {
    /// It lasts.
    #[default]
    Open,
    /// It is over; its mentions detach.
    Closed,
}

/// What mentions of an incident share.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    /// Nothing but the tenant.
    #[default]
    All,
    /// The reason of the complaint.
    Reason,
    /// The product.
    Product,
    /// The text, nearly.
    Cluster,
}

/// How much was said about one thing within a second, as one worker of `priority` saw it: the
/// record of `mention.signal.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Signal {
    /// Whose brand it is about.
    pub tenant: String,
    /// What the mentions share.
    pub facet: Facet,
    /// Which reason, product or cluster; empty for `all`.
    pub value: String,
    /// The second, in microseconds of event time.
    pub second_at: Micros,
    /// How many mentions.
    pub mentions: i64,
    /// How many of them are negative.
    pub negative: i64,
    /// How many followers their authors have together.
    pub reach: i64,
    /// How many of their authors have accounts younger than 30 days.
    pub young: i64,
    /// XXH3-64 hashes of their authors' keys.
    pub authors: Vec<i64>,
    /// Words that stand out, in lower case.
    pub terms: Vec<String>,
    /// The first of the mentions, `tenant/platform/id`.
    pub posts: Vec<String>,
    /// How many reposts of such mentions; the reach counts who reposted, too.
    pub reposts: i64,
}
