//! How urgent a mention is.

use serde::{Deserialize, Serialize};

use crate::{Findings, Intent, Mention, Understanding};

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
    /// What they are worth, in the CRM's own unit.
    pub value: i64,
    /// How many cases the CRM has open for them elsewhere.
    pub open_cases: i32,
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
    /// Counts the decisions about this version of the mention, from 1; 0 in records from before it
    /// was counted.
    pub revision: i64,
    /// Why it was decided again; none the first time.
    pub reviewed: Option<String>,
    /// The rule that allows no lower level.
    pub floor: Option<String>,
    /// What of the tenant's lists it names.
    pub named: Vec<Named>,
    /// How the author sounds beside what they said before.
    pub tone: Vec<Tone>,
    /// The version of the rules that weighed it.
    pub rules_version: String,
    /// Whether another user has answered it: it is less urgent, and nothing is closed by that.
    pub peer_answered: bool,
    /// What to tell authors while the incident lasts; a routed mention has it in its route.
    pub incident_notice: Option<String>,
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

/// Whom or what a tenant wants to hear named.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum NamedKind {
    /// Somebody who speaks for the brand.
    Executive,
    /// Another brand.
    Competitor,
    /// One of its products.
    #[default]
    Product,
    /// Words of one who leaves.
    Churn,
}

/// One of a tenant's lists was met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Named {
    /// The list.
    pub kind: NamedKind,
    /// The entry, as the list has it.
    pub name: String,
}

/// How the same author sounds beside what they said before.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// They said it before.
    #[default]
    Repeated,
    /// They say that nobody answers.
    Unanswered,
    /// They went from a private to a public place, or to one with more readers.
    WiderChannel,
}
