//! Whether the author expects an answer, derived from intents and risks.
//!
//! Complaints, questions, suggestions, requests, job enquiries, sales interest, "cannot reach you" and
//! every risk expect an answer; praise, campaign chatter, spam and the rest do not. A missed customer
//! costs more than an unneeded review, so a possible intent counts with its probability, and where the
//! rules cannot decide, the result abstains and a person reviews ([`NeedsAnswer::Abstain`]).

use crate::findings::RuleFindings;
use crate::intent::{DetectedIntent, IntentClass};
use crate::risk::{Certainty, DetectedRisk};

/// Whether the author expects an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NeedsAnswer {
    /// With this probability, 0 to 1.
    Likely(f32),
    /// The rules cannot decide, for this reason.
    Abstain(AbstainReason),
}

/// Why the rules cannot decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AbstainReason {
    /// The only risks are doubtful ones.
    DoubtfulRisk,
    /// The text is longer than what was read.
    TooLong,
    /// No rule matched, and the language is unknown or has few rules.
    LanguageNotCovered,
}

impl AbstainReason {
    /// The name in records and metric labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            AbstainReason::DoubtfulRisk => "doubtful_risk",
            AbstainReason::TooLong => "too_long",
            AbstainReason::LanguageNotCovered => "language_not_covered",
        }
    }
}

/// Whether authors with this intent expect an answer.
#[must_use]
pub fn expects_answer(intent: IntentClass) -> bool {
    match intent {
        IntentClass::Question
        | IntentClass::Complaint
        | IntentClass::Suggestion
        | IntentClass::Request
        | IntentClass::JobEnquiry
        | IntentClass::SalesInterest
        | IntentClass::CannotReachYou => true,
        IntentClass::Praise
        | IntentClass::CampaignChatter
        | IntentClass::Spam
        | IntentClass::Other => false,
    }
}

/// The only language with enough rules that no match means no intent.
const COVERED_LANGUAGE: &str = "en";

/// A text of fewer words has nothing that a person would have to review.
const MIN_WORDS: usize = 3;

/// The probability from which an intent counts as present.
const INTENT_THRESHOLD: f32 = 0.5;

/// Whether the author expects an answer. `language` is the detected ISO 639-1 code, if any.
#[must_use]
pub fn needs_answer(findings: &RuleFindings, language: Option<&str>) -> NeedsAnswer {
    let is_stated = findings.risks.iter().any(|risk| risk.certainty == Certainty::Stated);
    if is_stated || findings.needs_answer >= INTENT_THRESHOLD && findings.risks.is_empty() {
        return NeedsAnswer::Likely(findings.needs_answer);
    }
    // Before the length: a doubtful risk is the stronger reason to review.
    if !findings.risks.is_empty() {
        return NeedsAnswer::Abstain(AbstainReason::DoubtfulRisk);
    }
    if findings.tokens().is_truncated() {
        return NeedsAnswer::Abstain(AbstainReason::TooLong);
    }
    let silent = [IntentClass::Praise, IntentClass::CampaignChatter, IntentClass::Spam];
    let is_understood =
        silent.iter().any(|&intent| findings.intent_probability(intent) >= INTENT_THRESHOLD);
    let is_covered = language == Some(COVERED_LANGUAGE);
    if !is_covered && !is_understood && findings.tokens().len() >= MIN_WORDS {
        return NeedsAnswer::Abstain(AbstainReason::LanguageNotCovered);
    }
    NeedsAnswer::Likely(findings.needs_answer)
}

/// The probability that the author expects an answer: 1 if there is a risk, else that of the intents.
pub(crate) fn probability(intents: &[DetectedIntent], risks: &[DetectedRisk]) -> f32 {
    if risks.is_empty() { probability_from_intents(intents) } else { 1.0 }
}

/// The probability of the most probable intent that expects an answer; ignores risks.
#[must_use]
pub fn probability_from_intents(intents: &[DetectedIntent]) -> f32 {
    let expecting = intents.iter().filter(|found| expects_answer(found.intent));
    expecting.map(|found| found.probability).fold(0.0, f32::max)
}
