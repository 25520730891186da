//! Finds the phrases of a book in a reading.
//!
//! From every word, each phrase that begins with it is followed place by place. Where it may stand
//! after each place is a set of at most 32 positions, so that gaps need no going back: the work is
//! bounded by words × phrases that share a first word × places. Most of these are passed over at a
//! glance, since the next word is another.

use super::book::{Book, Rule, Says};
use super::pattern::Step;
use super::reading::Reading;
use super::scan::Break;
use std::ops::Range;

/// A phrase that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) rule: u16,
    /// Numbers of its first and last word.
    pub(crate) first: u32,
    pub(crate) last: u32,
}

/// How many words behind the first a phrase may reach.
const REACH: usize = 31;

/// How many words before a phrase a negation may stand.
const SCOPE: usize = 3;

/// More hits than this are not noted: a text that repeats itself says nothing new.
const MOST: usize = 512;

impl Book {
    /// Reads `text` into `reading` as this book spells it.
    pub(crate) fn open(&self, text: &str, reading: &mut Reading) {
        reading.read(text, &self.vocabulary);
    }

    /// Replaces `hits` by every phrase found, in the order of the text.
    pub(crate) fn find(&self, reading: &Reading, hits: &mut Vec<Hit>) {
        hits.clear();
        // By atom: whether the next word of the sentence is it.
        let mut is_next = vec![false; self.vocabulary.len()];
        for (at, word) in reading.words().iter().enumerate() {
            let behind = behind(reading, at);
            reading.atoms_of(word).iter().for_each(|atom| is_next[usize::from(*atom)] = false);
            if behind > 0 {
                let next = reading.atoms_of(&reading.words()[at + 1]);
                next.iter().for_each(|atom| is_next[usize::from(*atom)] = true);
            }
            for &atom in reading.atoms_of(word) {
                for entry in self.beginning(atom) {
                    if entry.next.is_some_and(|next| !is_next[usize::from(next)]) {
                        continue;
                    }
                    let phrase = &self.phrases[entry.phrase as usize];
                    if hits.len() >= MOST {
                        return;
                    }
                    if !begins(reading, at, phrase.anchor) {
                        continue;
                    }
                    if let Some(last) = ends(reading, at, behind, &phrase.rest)
                        && !(self.rules[usize::from(phrase.rule)].is_negatable
                            && self.is_negated(reading, at))
                    {
                        let hit = Hit { rule: phrase.rule, first: at as u32, last: last as u32 };
                        if hits.last() != Some(&hit) {
                            hits.push(hit);
                        }
                    }
                }
            }
        }
    }

    /// Whether a negation stands shortly before the word, in the same clause.
    pub(crate) fn is_negated(&self, reading: &Reading, at: usize) -> bool {
        let Some(negation) = self.negation else { return false };
        let words = reading.words();
        let mut steps = 0;
        let mut before = at;
        while before > 0 && steps < SCOPE && words[before].before == Break::None {
            before -= 1;
            steps += 1;
            if reading.is(&words[before], negation) {
                return true;
            }
        }
        false
    }

    /// The rule of a hit.
    pub(crate) fn rule_of(&self, hit: Hit) -> &Rule {
        &self.rules[usize::from(hit.rule)]
    }

    /// What the hits say about the targets of a range, without those that a shield covers: calls
    /// `tell` with target, points and hit.
    pub(crate) fn weigh(
        &self,
        hits: &[Hit],
        targets: Range<u8>,
        mut tell: impl FnMut(u8, i8, Hit),
    ) {
        for &hit in hits {
            for &(target, says) in &self.rule_of(hit).says {
                if let Says::Points(points) = says
                    && targets.contains(&target)
                    && !self.is_shielded(hits, hit, target)
                {
                    tell(target, points, hit);
                }
            }
        }
    }

    fn is_shielded(&self, hits: &[Hit], hit: Hit, target: u8) -> bool {
        hits.iter().any(|shield| {
            shield.first <= hit.last
                && hit.first <= shield.last
                && self.rule_of(*shield).says.contains(&(target, Says::Shield))
        })
    }
}

fn begins(reading: &Reading, at: usize, anchor: Option<Step>) -> bool {
    let words = reading.words();
    match anchor {
        Some(Step::First) => at == 0,
        Some(Step::Begin) => at == 0 || words[at - 1].sentence != words[at].sentence,
        _ => true,
    }
}

/// How many words of the same sentence stand behind a word, as far as a phrase may reach.
fn behind(reading: &Reading, at: usize) -> usize {
    let words = reading.words();
    let sentence = words[at].sentence;
    let near = words[at + 1..].iter().take(REACH);
    near.take_while(|word| word.sentence == sentence).count()
}

/// The last word of a phrase whose first stands at `at`, with `length` words behind it, and whose
/// other places are `rest`.
fn ends(reading: &Reading, at: usize, length: usize, rest: &[Step]) -> Option<usize> {
    let words = reading.words();
    // Bit n: the first n words behind `at` are spoken for.
    let within: u32 = if length == REACH { u32::MAX } else { (1 << (length + 1)) - 1 };
    let mut reached: u32 = 1;
    for step in rest {
        reached = match *step {
            Step::Gap(most) => (0..most).fold(reached, |reached, _| reached | (reached << 1)),
            Step::Any => reached << 1,
            Step::Is(atom) => {
                let mut next = 0;
                for n in bits(reached & (within >> 1)) {
                    if reading.is(&words[at + 1 + n], atom) {
                        next |= 2 << n;
                    }
                }
                next
            }
            Step::End => reached & (1 << length),
            Step::Begin | Step::First => 0,
        } & within;
        if reached == 0 {
            return None;
        }
    }
    Some(at + reached.trailing_zeros() as usize)
}

fn bits(mut set: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if set == 0 {
            return None;
        }
        let n = set.trailing_zeros() as usize;
        set &= set - 1;
        Some(n)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rules: &str, text: &str) -> Vec<String> {
        let book = Book::read(&[rules], &["a", "b"]).unwrap();
        let (mut reading, mut hits) = (Reading::new(), Vec::new());
        book.open(text, &mut reading);
        book.find(&reading, &mut hits);
        let mut shown = Vec::new();
        book.weigh(&hits, 0..2, |_, _, hit| {
            let words = reading.words();
            let (first, last) = (&words[hit.first as usize], &words[hit.last as usize]);
            shown.push(text[first.start as usize..last.end as usize].to_owned());
        });
        shown
    }

    #[test]
    fn phrases_are_found_where_they_stand() {
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
    fn a_book_with_a_misprint_is_refused() {
        for rules in ["a 1 no colon", "c 1 : x", "a : x", "a one : x", "a 1 : ~ x", "a 1 : <no>"] {
            assert!(Book::read(&[rules], &["a", "b"]).is_err(), "{rules}");
        }
    }
}
