//! A book of rules: read from text once, looked up ever after.
//!
//! A line is `target weight, … [-neg] : phrase`, `class <name> : words`, or a comment behind `#`. A
//! weight is a whole number; `x` in its place makes the rule a shield: what it covers shows nothing
//! for that target. `-neg` makes the rule void behind a negation in the same clause.

use super::fold;
use super::pattern::{self, Place, Step};
use super::vocabulary::{Atom, Vocabulary};
use std::fmt;

/// What a rule says when its phrase is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// So many points for (or against) the target.
    Points(i8),
    /// What stands here shows nothing for the target.
    Shield,
}

/// A rule: what it says about which targets.
#[derive(Debug, Default)]
pub(crate) struct Rule {
    /// Numbers of targets, in the order in which the book was given their names.
    pub(crate) says: Vec<(u8, Says)>,
    /// Whether a negation before it voids it.
    pub(crate) is_negatable: bool,
}

/// Rules with their phrases, by the first word of each.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(super) vocabulary: Vocabulary,
    pub(super) rules: Vec<Rule>,
    pub(super) phrases: Vec<Phrase>,
    /// The phrases by the atom that they begin with.
    entries: Vec<Entry>,
    /// For every atom where its phrases begin among these, and behind the last where they end.
    begin: Vec<u32>,
    pub(super) negation: Option<Atom>,
}

/// A phrase of a rule.
#[derive(Debug)]
pub(super) struct Phrase {
    pub(super) rule: u16,
    /// What must hold where it begins: `Begin`, `First` or nothing.
    pub(super) anchor: Option<Step>,
    /// What follows the first word.
    pub(super) rest: Vec<Step>,
}

/// A phrase as it is looked up, with what tells most apart before they are followed.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its number.
    pub(super) phrase: u32,
    first: Atom,
    /// What the next word must be, where the phrase asks that.
    pub(super) next: Option<Atom>,
}

/// What is wrong with a book.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misprint {
    line: String,
    what: &'static str,
}

impl fmt::Display for Misprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in the rule {:?}", self.what, self.line)
    }
}

impl Book {
    /// Reads texts of rules about `targets`.
    ///
    /// # Errors
    /// The first line that cannot be read.
    pub(crate) fn read(texts: &[&str], targets: &[&str]) -> Result<Self, Misprint> {
        let mut book = Book::default();
        let lines = || texts.iter().flat_map(|text| text.lines()).map(str::trim);
        let lines = || lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let misprint = |line: &str, what| Misprint { line: line.to_owned(), what };
        for line in lines() {
            let (head, body) =
                line.split_once(" : ").ok_or_else(|| misprint(line, "no colon between spaces"))?;
            if let Some(name) = head.strip_prefix("class ") {
                let atom = book.vocabulary.atom(name.trim()).0;
                for word in body.split_whitespace() {
                    book.vocabulary.teach(&folded(word), atom);
                }
            }
        }
        book.negation = Some(book.vocabulary.atom("<neg>").0);
        for line in lines() {
            let Some((head, body)) = line.split_once(" : ") else { continue };
            if !head.starts_with("class ") {
                book.rule(head, body, targets).map_err(|what| misprint(line, what))?;
            }
        }
        book.entries.sort_by_key(|entry| entry.first);
        let begin = |atom| book.entries.partition_point(|entry| usize::from(entry.first) < atom);
        book.begin = (0..=book.vocabulary.len()).map(|atom| begin(atom) as u32).collect();
        Ok(book)
    }

    /// The phrases that begin with an atom.
    pub(super) fn beginning(&self, atom: Atom) -> &[Entry] {
        let atom = usize::from(atom);
        &self.entries[self.begin[atom] as usize..self.begin[atom + 1] as usize]
    }

    fn rule(&mut self, head: &str, body: &str, targets: &[&str]) -> Result<(), &'static str> {
        let mut rule = Rule::default();
        let says = match head.strip_suffix("-neg") {
            Some(says) => {
                rule.is_negatable = true;
                says
            }
            None => head,
        };
        for said in says.split(',') {
            let (target, weight) = said.trim().split_once(' ').ok_or("no weight")?;
            let target = targets.iter().position(|known| *known == target);
            let target = target.ok_or("an unknown target")? as u8;
            let says = match weight.trim() {
                "x" => Says::Shield,
                points => Says::Points(points.parse().map_err(|_| "an unreadable weight")?),
            };
            rule.says.push((target, says));
        }
        let number = u16::try_from(self.rules.len()).map_err(|_| "too many rules")?;
        self.rules.push(rule);
        pattern::parse(body).into_iter().try_for_each(|phrase| self.phrase(number, &phrase))
    }

    fn phrase(&mut self, rule: u16, places: &[Place<'_>]) -> Result<(), &'static str> {
        let mut steps = Vec::with_capacity(places.len());
        for place in places {
            steps.push(match place {
                Place::Step(step) => *step,
                Place::Words(words) => Step::Is(self.atom(words)?),
            });
        }
        let anchor = match steps.first() {
            Some(&step @ (Step::Begin | Step::First)) => {
                steps.remove(0);
                Some(step)
            }
            _ => None,
        };
        let Some(&Step::Is(first)) = steps.first() else { return Err("no word to begin with") };
        let phrase = self.phrases.len() as u32;
        let rest = steps[1..].to_vec();
        let next = match rest.first() {
            Some(&Step::Is(atom)) => Some(atom),
            _ => None,
        };
        self.phrases.push(Phrase { rule, anchor, rest });
        self.entries.push(Entry { phrase, first, next });
        Ok(())
    }

    /// The atom of one place: made, and its words taught, when it is new.
    fn atom(&mut self, words: &str) -> Result<Atom, &'static str> {
        let (atom, is_new) = self.vocabulary.atom(words);
        if words.starts_with('<') && !words.contains('|') {
            let is_kind = matches!(words, "<number>" | "<handle>" | "<url>" | "<money>");
            if is_new && !is_kind {
                return Err("a class that is not there");
            }
            if is_kind {
                self.vocabulary.teach(words, atom);
            }
            return Ok(atom);
        }
        if is_new {
            for word in words.split('|').filter(|word| !word.is_empty()) {
                if word.starts_with('<') {
                    let class = self.atom(word)?;
                    self.vocabulary.include(class, atom);
                } else {
                    self.vocabulary.teach(&folded(word), atom);
                }
            }
        }
        Ok(atom)
    }
}

/// A word as texts are folded; a star stays.
fn folded(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    word.chars().filter(|&c| c != '\'').for_each(|letter| fold::push(letter, &mut out));
    out
}
