//! Classifies a text by rules in one pass: intents, risks, and whether the author expects an answer.

use crate::findings::RuleFindings;
use crate::intent::{self, IntentClass};
use crate::needs_answer;
use crate::phrases::{RuleSet, RuleSyntaxError};
use crate::risk::{self, RiskClass};
use text::Text;

/// The compiled rules. Compile them once per process.
#[derive(Debug)]
pub struct RuleClassifier {
    rules: RuleSet,
}

impl RuleClassifier {
    /// The built-in rules.
    ///
    /// # Errors
    /// The first invalid rule. A test compiles the built-in rules, so a release never returns it.
    pub fn built_in() -> Result<Self, RuleSyntaxError> {
        Self::parse(&[&intent::RULE_TEXTS[..], &risk::RULE_TEXTS[..]].concat())
    }

    /// Other rules in the same syntax, which `src/phrases/rule_set.rs` describes.
    ///
    /// # Errors
    /// The first invalid rule.
    pub fn parse(texts: &[&str]) -> Result<Self, RuleSyntaxError> {
        // Intents come before risks: `classify` passes these positions to the detectors.
        let intents = IntentClass::ALL.iter().take(intent::RULED_INTENTS).map(|i| i.as_str());
        let targets: Vec<&str> = intents.chain(RiskClass::ALL.map(RiskClass::as_str)).collect();
        Ok(RuleClassifier { rules: RuleSet::parse(texts, &targets)? })
    }

    /// Replaces `findings` with those of `text`. Total: every text has findings, in time linear in its
    /// length.
    pub fn classify(&self, text: &Text, findings: &mut RuleFindings) {
        let RuleFindings { tokens, hits, intents, risks, needs_answer } = findings;
        self.rules.tokenize(text, tokens);
        self.rules.find(tokens, hits);
        intent::detect(&self.rules, tokens, hits, intents);
        risk::detect(&self.rules, tokens, hits, intent::RULED_INTENTS as u8, risks);
        *needs_answer = needs_answer::probability(intents, risks);
    }
}
