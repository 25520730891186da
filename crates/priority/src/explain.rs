//! The texts of decisions: why a level is not lower, why a mention is re-scored, what a term was
//! computed from. They are rendered after the decision and decide nothing.

use std::fmt;

use mention::{Intent, IntentFinding, RiskKind, Tone};

/// Why a level is not lower.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FloorReason<'a> {
    /// A risk to life.
    Risk(RiskKind),
    /// The model abstained from this task, so a person must judge.
    NotJudged(&'a str),
    /// The author expects a reply.
    AnswerDue,
}

impl fmt::Display for FloorReason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FloorReason::Risk(kind) => write!(f, "risk: {}", risk_name(*kind)),
            FloorReason::NotJudged(task) => write!(f, "not judged: {task}"),
            FloorReason::AnswerDue => f.write_str("an answer is due"),
        }
    }
}

/// Why a mention is scored again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RescoreCause {
    /// The author edited it.
    Edit,
    /// The profile of its author changed.
    Profile,
    /// The table of incidents changed.
    Incident,
    /// The number of reactions reached the next step.
    Spread,
    /// Another user answered it.
    Answer,
    /// The rules changed.
    Rules,
}

impl RescoreCause {
    /// The text in the record.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            RescoreCause::Edit => "the author edited it",
            RescoreCause::Profile => "the CRM profile of the author changed",
            RescoreCause::Incident => "an incident began, changed or ended",
            RescoreCause::Spread => "other users reposted it or replied to it",
            RescoreCause::Answer => "another user answered it",
            RescoreCause::Rules => "the rules have changed",
        }
    }
}

/// What the points of the intent were computed from: an intent with its probability and evidence, or
/// the probability of a complaint alone.
pub(crate) struct IntentText<'a> {
    /// The finding that gives the points.
    pub(crate) finding: Option<&'a IntentFinding>,
    /// The probability of a complaint, from 0 to 1.
    pub(crate) complaint: f32,
}

impl fmt::Display for IntentText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(IntentFinding { intent, probability, evidence }) = self.finding else {
            return write!(f, "a complaint ({:.2})", self.complaint);
        };
        write!(f, "{} ({probability:.2})", intent_text(*intent))?;
        match evidence {
            Some(words) => write!(f, ": \"{words}\""),
            None => Ok(()),
        }
    }
}

fn intent_text(intent: Intent) -> &'static str {
    match intent {
        Intent::Other => "nothing recognised",
        Intent::Complaint => "a complaint",
        Intent::Question => "a question",
        Intent::Request => "a request",
        Intent::Praise => "praise",
        Intent::Spam => "spam",
        Intent::Suggestion => "a suggestion",
        Intent::JobEnquiry => "a job enquiry",
        Intent::SalesInterest => "sales interest",
        Intent::CannotReachYou => "cannot reach the brand",
        Intent::CampaignChatter => "campaign chatter",
    }
}

/// A risk as settings and records name it.
pub(crate) fn risk_name(kind: RiskKind) -> &'static str {
    match kind {
        RiskKind::Safety => "safety",
        RiskKind::Health => "health",
        RiskKind::LegalThreat => "legal_threat",
        RiskKind::SecurityOrFraud => "security_or_fraud",
        RiskKind::VulnerablePerson => "vulnerable_person",
        RiskKind::ThreatOfHarm => "threat_of_harm",
        RiskKind::Discrimination => "discrimination",
        RiskKind::PressOrRegulator => "press_or_regulator",
    }
}

/// What a tone says about the author.
pub(crate) fn tone_text(tone: Tone) -> &'static str {
    match tone {
        Tone::Repeated => "repeats an earlier mention",
        Tone::Unanswered => "says that earlier contact was not answered",
        Tone::WiderChannel => "moved to a more public channel",
    }
}
