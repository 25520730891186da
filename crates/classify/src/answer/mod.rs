//! Whether somebody waits for an answer, derived from what was found.
//!
//! An answer is due for every complaint, question, suggestion, request, job enquiry, sales interest,
//! "cannot reach you" and every risk; none for praise, campaign chatter, spam and the rest. It
//! takes little to be due: a missed customer costs more than a look that was not needed, so what
//! only may be one of these counts, and where the rules cannot tell the answer is withheld and a
//! person looks ([`Due::Unclear`]).

use crate::intent::{Found, Intent};
use crate::risk::{Certainty, Risk};
use crate::rules::Judged;

/// Whether an answer is due.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Due {
    /// It is due with this probability, from 0 to 1.
    Likely(f32),
    /// It cannot be told, for this reason.
    Unclear(Reason),
}

/// Why it cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A risk is spoken of that may not be one.
    DoubtfulRisk,
    /// The text goes on behind what was read.
    TooLong,
    /// Nothing was found, and it is in a language with few rules or in none that can be told.
    LanguageNotCovered,
}

impl Reason {
    /// Its name in records and metric labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::DoubtfulRisk => "doubtful_risk",
            Reason::TooLong => "too_long",
            Reason::LanguageNotCovered => "language_not_covered",
        }
    }
}

/// Intents that wait for an answer.
#[must_use]
pub fn is_awaited(intent: Intent) -> bool {
    match intent {
        Intent::Question
        | Intent::Complaint
        | Intent::Suggestion
        | Intent::Request
        | Intent::JobEnquiry
        | Intent::SalesInterest
        | Intent::CannotReachYou => true,
        Intent::Praise | Intent::CampaignChatter | Intent::Spam | Intent::Other => false,
    }
}

/// The language that has rules enough for their silence to mean something.
const COVERED: &str = "en";

/// Fewer words than this say nothing that a person would have to read to understand.
const FEWEST_WORDS: usize = 3;

/// From this probability on, an intent is there.
const HALF: f32 = 0.5;

/// Whether an answer is due for what was judged. `language` is the ISO 639-1 code that the text
/// shows, if it shows one.
#[must_use]
pub fn due(judged: &Judged, language: Option<&str>) -> Due {
    let is_said = judged.risks.iter().any(|risk| risk.certainty == Certainty::Said);
    if is_said || judged.answer >= HALF && judged.risks.is_empty() {
        return Due::Likely(judged.answer);
    }
    if !judged.risks.is_empty() {
        return Due::Unclear(Reason::DoubtfulRisk);
    }
    if judged.reading().is_cut() {
        return Due::Unclear(Reason::TooLong);
    }
    let silent = [Intent::Praise, Intent::CampaignChatter, Intent::Spam];
    let is_understood = silent.iter().any(|&intent| judged.of(intent) >= HALF);
    if language != Some(COVERED) && !is_understood && judged.reading().len() >= FEWEST_WORDS {
        return Due::Unclear(Reason::LanguageNotCovered);
    }
    Due::Likely(judged.answer)
}

/// The probability that an answer is due: that of the likeliest awaited intent; 1 for a risk.
pub(crate) fn probability(intents: &[Found], risks: &[Risk]) -> f32 {
    if risks.is_empty() { by_intent(intents) } else { 1.0 }
}

/// The same without a look at risks.
#[must_use]
pub fn by_intent(intents: &[Found]) -> f32 {
    let awaited = intents.iter().filter(|found| is_awaited(found.intent));
    awaited.map(|found| found.probability).fold(0.0, f32::max)
}
