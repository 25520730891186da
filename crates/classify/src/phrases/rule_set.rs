//! A set of phrase rules: parsed from text, then read-only.
//!
//! A line is `target weight, … [-neg] : phrase`, `class <name> : words`, or a comment that starts with
//! `#`. A weight is an integer; `x` instead makes the rule a shield, which suppresses every overlapping
//! hit for that target. With `-neg` a negation earlier in the same clause cancels the rule.

use super::phrase_syntax::{self, PhraseElement, PhraseStep};
use super::vocabulary::{PatternId, Vocabulary};
use std::fmt;
use text::fold;

/// What a matched rule does to one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleEffect {
    /// Adds points to the target; negative points count against it.
    AddPoints(i8),
    /// Suppresses overlapping hits for the target.
    Shield,
}

/// A rule and its effects.
#[derive(Debug, Default)]
pub(crate) struct PhraseRule {
    /// (index of the target in the list passed to [`RuleSet::parse`], effect).
    pub(crate) effects: Vec<(u8, RuleEffect)>,
    /// Whether a preceding negation cancels the rule.
    pub(crate) is_negatable: bool,
}

/// Compiled rules, indexed by the first word of each phrase.
#[derive(Debug, Default)]
pub(crate) struct RuleSet {
    pub(super) vocabulary: Vocabulary,
    pub(super) rules: Vec<PhraseRule>,
    pub(super) phrases: Vec<Phrase>,
    /// Sorted by the pattern of the first word.
    index: Vec<IndexedPhrase>,
    /// By pattern: where its phrases start in `index`; the last element is the length of `index`.
    index_offsets: Vec<u32>,
    pub(super) negation: Option<PatternId>,
}

/// One phrase of a rule.
#[derive(Debug)]
pub(super) struct Phrase {
    pub(super) rule: u16,
    /// `SentenceStart`, `TextStart`, or `None` for a phrase that may start anywhere.
    pub(super) anchor: Option<PhraseStep>,
    /// The steps after the first word.
    pub(super) rest: Vec<PhraseStep>,
}

/// An entry of the index: enough to skip most phrases without reading their steps.
#[derive(Clone, Debug)]
pub(super) struct IndexedPhrase {
    /// Index of the phrase in `RuleSet::phrases`.
    pub(super) phrase: u32,
    first: PatternId,
    /// The pattern of the second word, if the second step is a word.
    pub(super) next: Option<PatternId>,
}

/// A rule line that cannot be parsed.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleSyntaxError {
    line: String,
    problem: &'static str,
}

impl fmt::Display for RuleSyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in the rule {:?}", self.problem, self.line)
    }
}

impl std::error::Error for RuleSyntaxError {}

impl RuleSet {
    /// Parses rule texts. `targets` are the names that rules may add points to.
    ///
    /// # Errors
    /// The first line that is not valid.
    pub(crate) fn parse(texts: &[&str], targets: &[&str]) -> Result<Self, RuleSyntaxError> {
        let mut set = RuleSet::default();
        let lines = || texts.iter().flat_map(|text| text.lines()).map(str::trim);
        let lines = || lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let invalid = |line: &str, problem| RuleSyntaxError { line: line.to_owned(), problem };
        // Classes first: a rule may use a class that a later file defines.
        for line in lines() {
            let (head, body) =
                line.split_once(" : ").ok_or_else(|| invalid(line, "no colon between spaces"))?;
            if let Some(name) = head.strip_prefix("class ") {
                let class = set.vocabulary.intern(name.trim()).0;
                for word in body.split_whitespace() {
                    set.vocabulary.add_word(&fold_word(word), class);
                }
            }
        }
        set.negation = Some(set.vocabulary.intern("<neg>").0);
        for line in lines() {
            let Some((head, body)) = line.split_once(" : ") else { continue };
            if !head.starts_with("class ") {
                set.add_rule(head, body, targets).map_err(|problem| invalid(line, problem))?;
            }
        }
        set.build_index();
        Ok(set)
    }

    fn build_index(&mut self) {
        self.index.sort_by_key(|entry| entry.first);
        let offset =
            |pattern| self.index.partition_point(|entry| usize::from(entry.first) < pattern) as u32;
        self.index_offsets = (0..=self.vocabulary.len()).map(offset).collect();
    }

    /// The phrases whose first word is `pattern`.
    pub(super) fn phrases_starting_with(&self, pattern: PatternId) -> &[IndexedPhrase] {
        let pattern = usize::from(pattern);
        let (start, end) = (self.index_offsets[pattern], self.index_offsets[pattern + 1]);
        &self.index[start as usize..end as usize]
    }

    fn add_rule(&mut self, head: &str, body: &str, targets: &[&str]) -> Result<(), &'static str> {
        let (effects, is_negatable) = match head.strip_suffix("-neg") {
            Some(effects) => (effects, true),
            None => (head, false),
        };
        let mut rule = PhraseRule { effects: Vec::new(), is_negatable };
        for effect in effects.split(',') {
            let (name, weight) = effect.trim().split_once(' ').ok_or("no weight")?;
            let target = targets.iter().position(|target| *target == name);
            let target = target.ok_or("an unknown target")? as u8;
            let effect = match weight.trim() {
                "x" => RuleEffect::Shield,
                points => {
                    RuleEffect::AddPoints(points.parse().map_err(|_| "an unreadable weight")?)
                }
            };
            rule.effects.push((target, effect));
        }
        let number = u16::try_from(self.rules.len()).map_err(|_| "too many rules")?;
        self.rules.push(rule);
        let mut phrases = phrase_syntax::parse(body).into_iter();
        phrases.try_for_each(|phrase| self.add_phrase(number, &phrase))
    }

    fn add_phrase(
        &mut self,
        rule: u16,
        elements: &[PhraseElement<'_>],
    ) -> Result<(), &'static str> {
        let mut steps = Vec::with_capacity(elements.len());
        for element in elements {
            steps.push(match element {
                PhraseElement::Step(step) => *step,
                PhraseElement::Words(words) => PhraseStep::Word(self.pattern_for(words)?),
            });
        }
        let anchor = match steps.first() {
            Some(&step @ (PhraseStep::SentenceStart | PhraseStep::TextStart)) => {
                steps.remove(0);
                Some(step)
            }
            _ => None,
        };
        // The index needs a first word: a phrase that starts with a gap would have to be tried at
        // every word.
        let Some(&PhraseStep::Word(first)) = steps.first() else {
            return Err("no word to begin with");
        };
        let phrase = self.phrases.len() as u32;
        let rest = steps[1..].to_vec();
        let next = match rest.first() {
            Some(&PhraseStep::Word(pattern)) => Some(pattern),
            _ => None,
        };
        self.phrases.push(Phrase { rule, anchor, rest });
        self.index.push(IndexedPhrase { phrase, first, next });
        Ok(())
    }

    /// The pattern of one written element; adds its words to the vocabulary if it is new.
    fn pattern_for(&mut self, words: &str) -> Result<PatternId, &'static str> {
        let (pattern, is_new) = self.vocabulary.intern(words);
        if words.starts_with('<') && !words.contains('|') {
            let is_token_kind = matches!(words, "<number>" | "<handle>" | "<url>" | "<money>");
            if is_new && !is_token_kind {
                return Err("an undefined class");
            }
            if is_token_kind {
                self.vocabulary.add_word(words, pattern);
            }
            return Ok(pattern);
        }
        if is_new {
            for word in words.split('|').filter(|word| !word.is_empty()) {
                if word.starts_with('<') {
                    let class = self.pattern_for(word)?;
                    self.vocabulary.add_class(class, pattern);
                } else {
                    self.vocabulary.add_word(&fold_word(word), pattern);
                }
            }
        }
        Ok(pattern)
    }
}

/// A word of a rule, folded as texts are; a trailing `*` stays.
fn fold_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    word.chars()
        .filter(|&c| c != '\'')
        .for_each(|letter| fold::push_without_accent(letter, &mut out));
    out
}
