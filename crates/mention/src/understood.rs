//! What the stages between hearing and routing find out about a mention.

use serde::{Deserialize, Serialize};
use stage::Micros;

use crate::Mention;

/// What a mention is beside those heard before.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Novelty {
    /// Never heard before.
    #[default]
    New,
    /// A new version of one heard before.
    Edit,
    /// One that its platform has deleted.
    Withdrawal,
}

/// What dedupe found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Findings {
    /// What it is beside those heard before.
    pub novelty: Novelty,
    /// When the first version was heard, in microseconds.
    pub first_received_at: Micros,
    /// Counts the versions heard, from 1.
    pub revision: i64,
    /// The near-duplicate cluster, in hexadecimal: copies by other authors share it.
    pub cluster: Option<String>,
    /// How many mentions of the cluster came before this one.
    pub cluster_size: i64,
}

/// A mention that is no redelivery, repost or folded copy: the record of `mention.unique.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Unique {
    /// The mention.
    pub mention: Mention,
    /// What dedupe found.
    pub findings: Findings,
}

/// How a mention spreads.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum SpreadKind {
    /// Somebody repeated it by the platform's own means.
    #[default]
    Repost,
    /// Its author said the same again.
    Copy,
}

/// A mention that spread another: the record of `mention.spread.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Spread {
    /// Whose customer the author is.
    pub tenant: String,
    /// The platform.
    pub platform: String,
    /// Who spread it.
    pub author: crate::Author,
    /// The platform's id of the mention that spreads.
    pub id: String,
    /// The platform's id of the mention spread.
    pub original_id: String,
    /// How.
    pub kind: SpreadKind,
    /// When Harken heard of it, in microseconds.
    pub received_at: Micros,
}

/// Probabilities of the three classes; they add up to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Sentiment {
    /// Of negative.
    pub negative: f32,
    /// Of neutral.
    pub neutral: f32,
    /// Of positive.
    pub positive: f32,
}

/// What the text says, and how sure that is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Understanding {
    /// The language, as ISO 639-1; none where the text does not show it.
    pub language: Option<String>,
    /// How sure that is, from 0 to 1.
    pub language_confidence: f32,
    /// How it is meant; none where the scorer abstained.
    pub sentiment: Option<Sentiment>,
    /// Why the scorer abstained.
    pub abstained: Option<String>,
    /// The model that scored it.
    pub model: String,
    /// When it was scored, in microseconds.
    pub scored_at: Micros,
}

/// A mention with what it says: the record of `mention.scored.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Scored {
    /// The mention.
    pub mention: Mention,
    /// What dedupe found.
    pub findings: Findings,
    /// What it says.
    pub understanding: Understanding,
}

/// What the author wants, by rule.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Nothing that a rule recognises.
    #[default]
    Other,
    /// To complain.
    Complaint,
    /// To know something.
    Question,
    /// To have something done.
    Request,
    /// To thank or to praise.
    Praise,
    /// To sell or to mislead.
    Spam,
}

/// How urgent a mention is, from the most urgent.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
pub enum Level {
    /// Now.
    P1,
    /// Next.
    P2,
    /// In its turn.
    P3,
    /// When there is time.
    #[default]
    P4,
    /// No answer is waited for.
    P5,
}

/// One summand of a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Term {
    /// What it stands for.
    pub name: String,
    /// Its points; may be negative.
    pub points: i32,
    /// What it was computed from, in words.
    pub because: String,
}

/// The customer behind an author.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Customer {
    /// The CRM's id of the customer.
    pub customer_id: String,
    /// The CRM's name of their tier.
    pub tier: String,
    /// How the author was found to be the customer.
    pub matched_by: String,
    /// How sure that is, from 0 to 1.
    pub confidence: f32,
}

/// How urgent a mention is, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Priority {
    /// The level.
    pub level: Level,
    /// The sum of the terms.
    pub score: i32,
    /// The terms.
    pub terms: Vec<Term>,
    /// What the author wants.
    pub intent: Intent,
    /// The words that show it.
    pub intent_evidence: Option<String>,
    /// The customer behind the author.
    pub customer: Option<Customer>,
    /// The incident it belongs to.
    pub incident_id: Option<String>,
    /// The revision of that incident.
    pub incident_revision: i64,
}

/// A mention with its urgency: the record of `mention.prioritized.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Prioritized {
    /// The mention.
    pub mention: Mention,
    /// What dedupe found.
    pub findings: Findings,
    /// What it says.
    pub understanding: Understanding,
    /// How urgent it is.
    pub priority: Priority,
}
