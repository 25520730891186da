//! What a text says, and how sure that is.

use serde::{Deserialize, Serialize};
use stage::Micros;

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
    /// What the author wants, from the likeliest.
    pub intents: Vec<IntentFound>,
    /// How likely it is a complaint, from 0 to 1; none where the scorer abstained.
    pub complaint: Option<f32>,
    /// What the complaint is about; none where it is no complaint or cannot be told.
    pub reason: Option<Likely>,
    /// How likely somebody waits for an answer, from 0 to 1; none where it cannot be told, and a
    /// person has to look.
    pub needs_answer: Option<f32>,
    /// What may come of it, in the order of the text.
    pub risks: Vec<Risk>,
    /// How likely it is offensive, from 0 to 1.
    pub offensive: Option<f32>,
    /// How likely it is ironic, from 0 to 1.
    pub irony: Option<f32>,
    /// The likeliest emotion.
    pub emotion: Option<Likely>,
    /// What could not be told, and why.
    pub abstentions: Vec<Abstention>,
    /// The words that weighed most, from the heaviest.
    pub because: Vec<Because>,
    /// What a candidate model says.
    pub shadow: Option<Shadow>,
}

impl Understanding {
    /// The first task that was not answered and that a person has to answer instead: whether
    /// somebody waits for an answer, or whether there is a risk.
    #[must_use]
    pub fn unjudged(&self) -> Option<&str> {
        let tasks = self.abstentions.iter().map(|left| left.task.as_str());
        let mut has_to_be = tasks.filter(|task| {
            matches!(task.split(':').next(), Some("needs_answer" | "risk" | "risks"))
        });
        has_to_be.next()
    }
}

/// What the author wants.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Nothing that is recognised.
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
    /// To have something made better.
    Suggestion,
    /// To work for the brand.
    JobEnquiry,
    /// To buy.
    SalesInterest,
    /// To get through at all, after other ways have failed.
    CannotReachYou,
    /// To take part in a promotion.
    CampaignChatter,
}

/// An intent, and how likely it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct IntentFound {
    /// What they want.
    pub intent: Intent,
    /// How likely, from 0 to 1.
    pub probability: f32,
    /// The words that show it.
    pub evidence: Option<String>,
}

/// One name of a closed set, and how likely it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Likely {
    /// The name.
    pub name: String,
    /// How likely, from 0 to 1.
    pub probability: f32,
}

/// What may come of a mention beside an unhappy customer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum RiskKind {
    /// Somebody may come to harm through the product or service.
    #[default]
    Safety,
    /// Somebody is ill or hurt.
    Health,
    /// The author speaks of law or lawyers.
    LegalThreat,
    /// An account, money or data may be in wrong hands.
    SecurityOrFraud,
    /// The author or somebody close needs special care.
    VulnerablePerson,
    /// Somebody may harm themselves or others.
    ThreatOfHarm,
    /// The author tells of being treated worse for what they are.
    Discrimination,
    /// A journalist or an authority is involved.
    PressOrRegulator,
}

/// A risk, with the words that show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Risk {
    /// Its kind.
    pub kind: RiskKind,
    /// The words that show it, as they stand in the text.
    pub words: String,
    /// Where they begin in the text, in bytes of UTF-8.
    pub start: i32,
    /// Where they end.
    pub end: i32,
}

/// A task that was not answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Abstention {
    /// The task.
    pub task: String,
    /// Why not.
    pub reason: String,
}

/// Words that weighed much in an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Because {
    /// The task and, behind a colon, the class they speak for.
    pub task: String,
    /// The words, or what stands for them.
    pub words: String,
    /// Their weight, in natural logarithms of odds.
    pub weight: f32,
}

/// What a candidate model says, which decides nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Shadow {
    /// The candidate.
    pub model: String,
    /// How it takes the text.
    pub sentiment: Option<Sentiment>,
    /// How likely it thinks an answer is waited for, from 0 to 1.
    pub needs_answer: Option<f32>,
}
