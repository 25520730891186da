//! Understanding of a text: the answers of the models and their probabilities.

use serde::{Deserialize, Serialize};
use stage::WallTime;

/// Probabilities of the three sentiment classes; their sum is 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Sentiment {
    /// Probability of negative.
    pub negative: f32,
    /// Probability of neutral.
    pub neutral: f32,
    /// Probability of positive.
    pub positive: f32,
}

/// The answers of the models about a text, with their probabilities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Understanding {
    /// The language, as ISO 639-1; null if it cannot be detected.
    pub language: Option<String>,
    /// Confidence in the language, from 0 to 1.
    pub language_confidence: f32,
    /// The sentiment; null if the model abstained.
    pub sentiment: Option<Sentiment>,
    /// Why the model abstained from sentiment.
    pub abstained: Option<String>,
    /// The version of the model.
    pub model: String,
    /// Wall-clock time of the scoring, in microseconds.
    pub scored_at: WallTime,
    /// The intents, most probable first.
    pub intents: Vec<IntentFinding>,
    /// The probability of a complaint, from 0 to 1; null if the model abstained.
    pub complaint: Option<f32>,
    /// The reason of the complaint; null if the mention is no complaint or the model abstained.
    pub reason: Option<LabelProbability>,
    /// The probability that the author expects an answer, from 0 to 1; null if the model abstained
    /// and a person must judge.
    pub needs_answer: Option<f32>,
    /// The risks, in the order of the text.
    pub risks: Vec<Risk>,
    /// The probability of offensive language, from 0 to 1.
    pub offensive: Option<f32>,
    /// The probability of irony, from 0 to 1.
    pub irony: Option<f32>,
    /// The most probable emotion.
    pub emotion: Option<LabelProbability>,
    /// The tasks that the model abstained from, with the reasons.
    pub abstentions: Vec<Abstention>,
    /// The words with the largest weights, heaviest first.
    pub because: Vec<Attribution>,
    /// The answers of a candidate model.
    pub shadow: Option<CandidateScores>,
}

impl Understanding {
    /// The first task that the model abstained from and a person must judge instead: needs answer
    /// or a risk.
    #[must_use]
    pub fn unanswered_task(&self) -> Option<&str> {
        let mut tasks = self.abstentions.iter().map(|abstention| abstention.task.as_str());
        // A task may carry its class after a colon: `risk:safety`.
        tasks.find(|task| matches!(task.split(':').next(), Some("needs_answer" | "risk" | "risks")))
    }
}

/// The author's intent.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// No recognised intent.
    #[default]
    Other,
    /// A complaint.
    Complaint,
    /// A question.
    Question,
    /// A request for an action.
    Request,
    /// Thanks or praise.
    Praise,
    /// Advertising or fraud.
    Spam,
    /// A suggestion for improvement.
    Suggestion,
    /// A job enquiry.
    JobEnquiry,
    /// Interest in buying.
    SalesInterest,
    /// The author could not reach the company through other channels.
    CannotReachYou,
    /// Participation in a promotion.
    CampaignChatter,
}

/// An intent with its probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct IntentFinding {
    /// The intent.
    pub intent: Intent,
    /// The probability, from 0 to 1.
    pub probability: f32,
    /// The words of the text that support it.
    pub evidence: Option<String>,
}

/// A label with its probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct LabelProbability {
    /// The label.
    pub name: String,
    /// The probability, from 0 to 1.
    pub probability: f32,
}

/// A kind of risk that a mention points to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum RiskKind {
    /// The product or service may cause harm.
    #[default]
    Safety,
    /// A person is ill or hurt.
    Health,
    /// The author mentions legal action or lawyers.
    LegalThreat,
    /// An account, money or data may be compromised.
    SecurityOrFraud,
    /// The author or a person close to them is vulnerable.
    VulnerablePerson,
    /// A person may harm themselves or others.
    ThreatOfHarm,
    /// The author reports discrimination.
    Discrimination,
    /// A journalist or an authority is involved.
    PressOrRegulator,
}

impl RiskKind {
    /// The symbol of the schema.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Safety => "safety",
            Self::Health => "health",
            Self::LegalThreat => "legal_threat",
            Self::SecurityOrFraud => "security_or_fraud",
            Self::VulnerablePerson => "vulnerable_person",
            Self::ThreatOfHarm => "threat_of_harm",
            Self::Discrimination => "discrimination",
            Self::PressOrRegulator => "press_or_regulator",
        }
    }
}

/// A risk with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Risk {
    /// The kind of risk.
    pub kind: RiskKind,
    /// The evidence, as written in the text.
    pub words: String,
    /// Start of the evidence in the text, in bytes of UTF-8.
    pub start: i32,
    /// End of the evidence in the text, in bytes of UTF-8.
    pub end: i32,
}

/// A task that the model abstained from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Abstention {
    /// The name of the task.
    pub task: String,
    /// Why the model abstained.
    pub reason: String,
}

/// Words that contributed much to an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Attribution {
    /// The task and, after a colon, the class that the words support.
    pub task: String,
    /// The words, or the name of the feature.
    pub words: String,
    /// The weight, in log odds (natural logarithm).
    pub weight: f32,
}

/// The answers of a candidate model; they affect no decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct CandidateScores {
    /// The version of the candidate model.
    pub model: String,
    /// The sentiment.
    pub sentiment: Option<Sentiment>,
    /// The probability that the author expects an answer, from 0 to 1.
    pub needs_answer: Option<f32>,
}
