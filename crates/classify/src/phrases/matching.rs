//! Finds the phrases of a rule set in a text.
//!
//! Each phrase that starts with a word is simulated step by step as a small automaton: a 32-bit set
//! holds every position the phrase may have reached, so gaps need no backtracking. The work is bounded
//! by words × phrases with the same first word × steps. The index skips most phrases by their second
//! word.

use super::phrase_syntax::PhraseStep;
use super::rule_set::{PhraseRule, RuleEffect, RuleSet};
use super::tokenized::TokenizedText;
use std::ops::Range;
use text::{Boundary, Text};

/// A phrase found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) rule: u16,
    /// Index of its first word.
    pub(crate) first: u32,
    /// Index of its last word.
    pub(crate) last: u32,
}

/// The most words a phrase may extend after its first: the position set has 32 bits.
const MAX_WORDS_AFTER_FIRST: usize = 31;

/// The distance in words within which a negation cancels a phrase.
const NEGATION_SCOPE: usize = 3;

/// The most hits per text. A text that exceeds it repeats itself; further hits add nothing.
const MAX_HITS: usize = 512;

impl RuleSet {
    /// Splits `text` into `tokens`, with the patterns of this set.
    pub(crate) fn tokenize(&self, text: &Text, tokens: &mut TokenizedText) {
        tokens.tokenize(text, &self.vocabulary);
    }

    /// Replaces `hits` with every phrase found, in the order of the text.
    pub(crate) fn find(&self, text: &TokenizedText, hits: &mut Vec<Hit>) {
        hits.clear();
        // By pattern: whether the next word of the sentence matches it.
        let mut is_next = vec![false; self.vocabulary.len()];
        for at in 0..text.words().len() {
            let words_left = words_left_in_sentence(text, at);
            // Unset the bits of this word before setting those of the next: both may share one.
            for &pattern in text.patterns_of(at) {
                is_next[usize::from(pattern)] = false;
            }
            if words_left > 0 {
                for &pattern in text.patterns_of(at + 1) {
                    is_next[usize::from(pattern)] = true;
                }
            }
            for &pattern in text.patterns_of(at) {
                for entry in self.phrases_starting_with(pattern) {
                    if entry.next.is_some_and(|next| !is_next[usize::from(next)]) {
                        continue;
                    }
                    if hits.len() >= MAX_HITS {
                        return;
                    }
                    let hit = self.match_at(text, at, words_left, entry.phrase);
                    // Variants of one phrase with optional words give the same hit in a row.
                    hits.extend(hit.filter(|hit| hits.last() != Some(hit)));
                }
            }
        }
    }

    /// The hit of a phrase whose first word is known to match at `at`.
    fn match_at(
        &self,
        text: &TokenizedText,
        at: usize,
        words_left: usize,
        phrase: u32,
    ) -> Option<Hit> {
        let phrase = &self.phrases[phrase as usize];
        if !is_at_anchor(text, at, phrase.anchor) {
            return None;
        }
        let last = match_rest(text, at, words_left, &phrase.rest)?;
        if self.rules[usize::from(phrase.rule)].is_negatable && self.is_negated(text, at) {
            return None;
        }
        Some(Hit { rule: phrase.rule, first: at as u32, last: last as u32 })
    }

    /// Whether a negation precedes the word within [`NEGATION_SCOPE`], in the same clause.
    pub(crate) fn is_negated(&self, text: &TokenizedText, at: usize) -> bool {
        let Some(negation) = self.negation else { return false };
        let words = text.words();
        let mut steps = 0;
        let mut before = at;
        while before > 0 && steps < NEGATION_SCOPE && words[before].before == Boundary::None {
            before -= 1;
            steps += 1;
            if text.matches(before, negation) {
                return true;
            }
        }
        false
    }

    /// The rule of a hit.
    pub(crate) fn rule_of(&self, hit: Hit) -> &PhraseRule {
        &self.rules[usize::from(hit.rule)]
    }

    /// Calls `visit` with (target, points, hit) for each effect of the hits on a target in
    /// `targets`, except those that a shield suppresses.
    pub(crate) fn for_each_points(
        &self,
        hits: &[Hit],
        targets: Range<u8>,
        mut visit: impl FnMut(u8, i8, Hit),
    ) {
        for &hit in hits {
            for &(target, effect) in &self.rule_of(hit).effects {
                if let RuleEffect::AddPoints(points) = effect
                    && targets.contains(&target)
                    && !self.is_shielded(hits, hit, target)
                {
                    visit(target, points, hit);
                }
            }
        }
    }

    fn is_shielded(&self, hits: &[Hit], hit: Hit, target: u8) -> bool {
        hits.iter().any(|shield| {
            shield.first <= hit.last
                && hit.first <= shield.last
                && self.rule_of(*shield).effects.contains(&(target, RuleEffect::Shield))
        })
    }
}

fn is_at_anchor(text: &TokenizedText, at: usize, anchor: Option<PhraseStep>) -> bool {
    let words = text.words();
    match anchor {
        Some(PhraseStep::TextStart) => at == 0,
        Some(PhraseStep::SentenceStart) => at == 0 || words[at - 1].sentence != words[at].sentence,
        _ => true,
    }
}

/// The number of words after `at` in the same sentence, at most [`MAX_WORDS_AFTER_FIRST`].
fn words_left_in_sentence(text: &TokenizedText, at: usize) -> usize {
    let words = text.words();
    let sentence = words[at].sentence;
    let near = words[at + 1..].iter().take(MAX_WORDS_AFTER_FIRST);
    near.take_while(|word| word.sentence == sentence).count()
}

/// The index of the last word of a phrase that starts at `at`, if the steps of `rest` match the
/// `words_left` words after it.
fn match_rest(
    text: &TokenizedText,
    at: usize,
    words_left: usize,
    rest: &[PhraseStep],
) -> Option<usize> {
    // Bit n means: the steps so far consume the first n words after `at`. The shift below would
    // overflow for 31 words.
    let within: u32 =
        if words_left == MAX_WORDS_AFTER_FIRST { u32::MAX } else { (1 << (words_left + 1)) - 1 };
    let mut reached: u32 = 1;
    for step in rest {
        reached = match *step {
            PhraseStep::Gap(most) => (0..most).fold(reached, |set, _| set | (set << 1)),
            PhraseStep::AnyWord => reached << 1,
            PhraseStep::Word(pattern) => {
                let mut next = 0;
                // `within >> 1`: from the last word of the sentence there is no next one.
                for n in set_bits(reached & (within >> 1)) {
                    if text.matches(at + 1 + n, pattern) {
                        next |= 2 << n;
                    }
                }
                next
            }
            PhraseStep::SentenceEnd => reached & (1 << words_left),
            PhraseStep::SentenceStart | PhraseStep::TextStart => 0,
        } & within;
        if reached == 0 {
            return None;
        }
    }
    // The shortest match is the evidence: a gap must not swallow words that the phrase needs not.
    Some(at + reached.trailing_zeros() as usize)
}

fn set_bits(mut set: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if set == 0 {
            return None;
        }
        let n = set.trailing_zeros() as usize;
        // Clears the lowest bit that is set.
        set &= set - 1;
        Some(n)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rules: &str, text: &str) -> Vec<String> {
        let set = RuleSet::parse(&[rules], &["a", "b"]).unwrap();
        let (mut tokens, mut hits) = (TokenizedText::new(), Vec::new());
        set.tokenize(&Text::of(text), &mut tokens);
        set.find(&tokens, &mut hits);
        let mut shown = Vec::new();
        set.for_each_points(&hits, 0..2, |_, _, hit| {
            let words = tokens.words();
            let (first, last) = (&words[hit.first as usize], &words[hit.last as usize]);
            shown.push(text[first.start as usize..last.end as usize].to_owned());
        });
        shown
    }

    #[test]
    fn phrases_match_the_expected_words() {
        let table = [
            ("a 1 : not working", "It's NOT working", "NOT working"),
            ("a 1 : don't work", "they don’t work", "don’t work"),
            ("a 1 : overcharg*", "you OVERCHARGED me", "OVERCHARGED"),
            ("a 1 : late|slow again", "sloooow again", "sloooow again"),
            ("a 1 : (the) end", "the end", "the end,end"),
            ("a 1 : where ~ parcel", "where on earth is my parcel", ""),
            ("a 1 : where ~~ parcel", "where on earth is my parcel", "where on earth is my parcel"),
            ("a 1 : where ~ parcel", "Where is it. My parcel", ""),
            ("a 1 : ^ ok", "not ok. ok then", "ok"),
            ("a 1 : ^^ ok", "not ok. ok then", ""),
            ("a 1 : help ?", "can you help?", "help?"),
            ("a 1 : bad $", "bad. very bad!", "bad"),
            ("class <x> : uno dos\na 1 : tres|<x> ya", "dos ya", "dos ya"),
            ("a 1 : <number> days", "for 3 days", "3 days"),
            ("class <neg> : not\na 1 -neg : good", "not very good, good", "good"),
            ("a 1 : die\na x : to die for", "cake to die for or die", "die"),
            ("a 1 : <url>", "see shades-outlet.example now", "shades-outlet.example"),
            ("a 1 : never again", "#NeverAgain", "NeverAgain"),
            ("a 1 : 😡", "ok 😡", "😡"),
            ("a 1 : a & b", "a &amp; b", "a &amp; b"),
        ];
        for (rules, text, expected) in table {
            assert_eq!(found(rules, text).join(","), expected, "{rules} in {text}");
        }
    }

    #[test]
    fn invalid_rules_are_rejected() {
        for rules in ["a 1 no colon", "c 1 : x", "a : x", "a one : x", "a 1 : ~ x", "a 1 : <no>"] {
            assert!(RuleSet::parse(&[rules], &["a", "b"]).is_err(), "{rules}");
        }
    }
}
