//! The result of the rules on one text.

use crate::intent::{DetectedIntent, IntentClass};
use crate::phrases::{Hit, TokenizedText};
use crate::risk::DetectedRisk;

/// What the rules found in one text. A reusable buffer: keep one per thread.
#[derive(Debug, Default)]
pub struct RuleFindings {
    pub(crate) tokens: TokenizedText,
    pub(crate) hits: Vec<Hit>,
    /// The intents with a probability above 0, most probable first. Always contains `Other`.
    pub intents: Vec<DetectedIntent>,
    /// The risks, in the order of the text.
    pub risks: Vec<DetectedRisk>,
    /// The probability that the author expects an answer, 0 to 1.
    pub needs_answer: f32,
}

impl RuleFindings {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        RuleFindings::default()
    }

    /// The probability of an intent, 0 to 1.
    #[must_use]
    pub fn intent_probability(&self, intent: IntentClass) -> f32 {
        let found = self.intents.iter().find(|found| found.intent == intent);
        found.map_or(0.0, |found| found.probability)
    }

    /// The tokens of the text.
    #[must_use]
    pub fn tokens(&self) -> &TokenizedText {
        &self.tokens
    }
}
