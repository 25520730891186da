//! What the author wants, by rule: words and phrases in a table, the first hit of the weightiest
//! intent. English mostly, some German, Spanish and French; a model is to replace it.
//!
//! Must not know: points, levels.

mod phrases;

use mention::{Intent, IntentFound, Scored};
use rustc_hash::FxHashMap;

/// What a text was found to want.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Found {
    /// The intent.
    pub intent: Intent,
    /// The entry of the table that shows it.
    pub evidence: Option<&'static str>,
}

/// The table, by the first word of each phrase.
#[derive(Debug)]
pub struct Phrases(FxHashMap<&'static str, Vec<Phrase>>);

#[derive(Debug)]
struct Phrase {
    text: &'static str,
    rest: Vec<&'static str>,
    intent: Intent,
    /// How many words back a negation turns it into nothing; none for a phrase of several words.
    negated_by: usize,
}

impl Default for Phrases {
    fn default() -> Self {
        let mut table = FxHashMap::<_, Vec<_>>::default();
        for (intent, list) in phrases::ALL {
            for text in list.lines().flat_map(|line| line.split(',')).map(str::trim) {
                let mut words = text.split(' ');
                let Some(first) = words.next().filter(|first| !first.is_empty()) else { continue };
                let rest: Vec<_> = words.collect();
                let negated_by = match (rest.is_empty(), intent) {
                    (false, _) => 0,
                    (true, Intent::Praise) => 2,
                    (true, _) => 1,
                };
                table.entry(first).or_default().push(Phrase { text, rest, intent, negated_by });
            }
        }
        Self(table)
    }
}

impl Phrases {
    /// What a mention asks for by this table, where nothing else has said so; `text` is its text,
    /// normalised.
    #[must_use]
    pub fn intents(&self, scored: &Scored, text: &str) -> Vec<IntentFound> {
        if !scored.understanding.intents.is_empty() {
            return Vec::new();
        }
        match self.find(text) {
            Found { intent: Intent::Other, .. } => Vec::new(),
            Found { intent, evidence } => {
                let evidence = evidence.map(str::to_owned);
                vec![IntentFound { intent, probability: 1.0, evidence }]
            }
        }
    }

    /// Finds the intent of a text that has been normalised.
    #[must_use]
    pub fn find(&self, text: &str) -> Found {
        let said = text.split_whitespace().filter(|token| !is_address(token));
        let asks = said.clone().any(|token| token.contains(['?', '¿', '？', '؟']));
        let words: Vec<&str> = said.flat_map(words).collect();
        let mut best: Option<&Phrase> = None;
        for at in 0..words.len() {
            for phrase in self.0.get(words[at]).into_iter().flatten() {
                let is_weightier = best.is_none_or(|b| rank(phrase.intent) < rank(b.intent));
                if is_weightier && phrase.stands(&words, at) {
                    best = Some(phrase);
                }
            }
        }
        match best {
            Some(phrase) if !asks || rank(phrase.intent) < rank(Intent::Question) => {
                Found { intent: phrase.intent, evidence: Some(phrase.text) }
            }
            Some(phrase) if phrase.intent == Intent::Question => {
                Found { intent: phrase.intent, evidence: Some(phrase.text) }
            }
            _ if asks => Found { intent: Intent::Question, evidence: Some("?") },
            _ => Found::default(),
        }
    }
}

impl Phrase {
    fn stands(&self, words: &[&str], at: usize) -> bool {
        words[at + 1..].starts_with(&self.rest)
            && !words[at.saturating_sub(self.negated_by)..at]
                .iter()
                .any(|word| phrases::NEGATIONS.contains(word))
    }
}

/// Which intent wins where a text shows several; the least wins. A customer taken for spam is
/// lost, spam taken for a customer costs one look: so spam stands behind what a person must read.
fn rank(intent: Intent) -> u8 {
    match intent {
        Intent::Complaint | Intent::CannotReachYou => 0,
        Intent::Request | Intent::SalesInterest => 1,
        Intent::Spam => 2,
        Intent::Question => 3,
        Intent::Praise => 4,
        Intent::Suggestion | Intent::JobEnquiry | Intent::CampaignChatter => 5,
        Intent::Other => 6,
    }
}

fn is_address(token: &str) -> bool {
    token.starts_with("http") || token.starts_with("www.") || token.starts_with('@')
}

fn words(token: &str) -> impl Iterator<Item = &str> {
    let parts = token.split(|c: char| !c.is_alphanumeric() && c != '\'');
    parts.map(|part| part.trim_matches('\'')).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests;
