//! Level and score of a mention.

use serde::{Deserialize, Serialize};
use stage::EventTime;

use crate::{DedupeResult, Intent, Mention, Understanding};

/// Urgency of a mention, most urgent first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
pub enum Level {
    /// Handle at once.
    P1,
    /// Handle next.
    P2,
    /// Handle in order of arrival.
    P3,
    /// Handle when capacity is free.
    #[default]
    P4,
    /// No answer is needed.
    P5,
}

/// One term of a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Term {
    /// The name of the term.
    pub name: String,
    /// The points; may be negative.
    pub points: i32,
    /// What the points were computed from, in words.
    pub because: String,
}

/// The customer behind an author.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Customer {
    /// The CRM's id of the customer.
    pub customer_id: String,
    /// The customer's tier, as the CRM names it.
    pub tier: String,
    /// How the author was matched to the customer.
    pub matched_by: String,
    /// Confidence in the match, from 0 to 1.
    pub confidence: f32,
    /// The customer's value, in the CRM's unit.
    pub value: i64,
    /// Number of cases open for the customer in other systems, as the CRM counts them.
    pub open_cases: i32,
}

/// Level and score of a mention, with their reasons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Priority {
    /// The level.
    pub level: Level,
    /// The score: the sum of the terms.
    pub score: i32,
    /// Place of the mention in its queue, in microseconds: when Harken received its first version,
    /// less a head start of `seconds_a_point` of the rules for each point above the least possible
    /// score. A mention whose level a floor raised counts at least the minimum score of that level.
    /// So a place is usually earlier than the receipt: compare places, do not read them as times.
    /// The mention with the lowest place is served first. It is fixed for a decision; a revision
    /// carries a new one. Null in a control record.
    pub place: Option<EventTime>,
    /// The terms of the score.
    pub terms: Vec<Term>,
    /// The author's intent.
    pub intent: Intent,
    /// The words of the text that support it.
    pub intent_evidence: Option<String>,
    /// The customer behind the author.
    pub customer: Option<Customer>,
    /// The incident the mention belongs to.
    pub incident_id: Option<String>,
    /// The revision of that incident.
    pub incident_revision: i64,
    /// Number of the decision about this version of the mention, from 1.
    pub revision: i64,
    /// Why the mention was re-scored; null for the first decision.
    pub reviewed: Option<String>,
    /// The rule that set the floor of the level.
    pub floor: Option<String>,
    /// Entries of the tenant's watchlists that the mention names.
    pub named: Vec<WatchlistMatch>,
    /// Changes in the author's tone since earlier mentions.
    pub tone: Vec<Tone>,
    /// The version of the rules that computed the score.
    pub rules_version: String,
    /// Whether the mention has a peer answer; that moves it back within its level and changes no due
    /// time.
    pub peer_answered: bool,
    /// The public notice of the incident; a routed mention carries it in its route.
    pub incident_notice: Option<String>,
}

/// A mention with level and score: the record of `mention.prioritized.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Prioritized {
    /// The mention.
    pub mention: Mention,
    /// The result of dedupe.
    pub findings: DedupeResult,
    /// The understanding of its text.
    pub understanding: Understanding,
    /// Level and score.
    pub priority: Priority,
}

/// A watchlist of a tenant.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum WatchlistKind {
    /// A person who represents the brand.
    Executive,
    /// A competing brand.
    Competitor,
    /// A product of the brand.
    #[default]
    Product,
    /// Words that announce a cancellation.
    Churn,
}

/// A match of a tenant's watchlist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct WatchlistMatch {
    /// The watchlist.
    pub kind: WatchlistKind,
    /// The entry, as written in the list.
    pub name: String,
}

/// A change in an author's tone since earlier mentions.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// The author repeats an earlier mention.
    #[default]
    Repeated,
    /// The author complains about a missing answer.
    Unanswered,
    /// The author moved from a private to a public channel, or to one with more readers.
    WiderChannel,
}
