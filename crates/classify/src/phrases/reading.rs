//! A text as words that know where they stand in the original.

use super::fold;
use super::scan::{self, Break, Letter};
use super::vocabulary::{Atom, Vocabulary};
use crate::text::LIMIT;
use std::ops::Range;

/// A text cut into words. A reusable buffer: keep one a thread.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    letters: Vec<Letter>,
    spelt: String,
    single: String,
    words: Vec<Word>,
    atoms: Vec<Atom>,
    is_cut: bool,
}

/// A word, sign, handle, address or symbol of a text.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// Its bytes in the original.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// What stands before it.
    pub(crate) before: Break,
    /// Counts the sentences, from 0.
    pub(crate) sentence: u16,
    /// Whether it stands in quotation marks.
    pub(crate) is_quoted: bool,
    spelt: Range<u32>,
    atoms: Range<u32>,
}

impl Reading {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Reading::default()
    }

    /// How many words, signs and symbols were read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there was nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether the text goes on behind the first [`TEXT_LIMIT`](crate::TEXT_LIMIT) characters,
    /// which are all that is read.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(crate) fn words(&self) -> &[Word] {
        &self.words
    }

    /// The word as it is looked up: small letters, no accents, no apostrophes.
    pub(crate) fn spelt(&self, word: &Word) -> &str {
        &self.spelt[word.spelt.start as usize..word.spelt.end as usize]
    }

    pub(crate) fn is(&self, word: &Word, atom: Atom) -> bool {
        self.atoms_of(word).contains(&atom)
    }

    pub(crate) fn atoms_of(&self, word: &Word) -> &[Atom] {
        &self.atoms[word.atoms.start as usize..word.atoms.end as usize]
    }

    /// Replaces the contents by the words of `text`, looked up in `vocabulary`.
    pub(crate) fn read(&mut self, text: &str, vocabulary: &Vocabulary) {
        self.words.clear();
        self.atoms.clear();
        self.spelt.clear();
        let mut letters = std::mem::take(&mut self.letters);
        self.is_cut = scan::letters(text, LIMIT, &mut letters);
        let mut place = Place::default();
        let mut at = 0;
        while at < letters.len() {
            at += self.take(&letters, at, &mut place, vocabulary).max(1);
        }
        self.letters = letters;
    }

    /// Reads what stands at `at`; answers how many characters it took.
    fn take(&mut self, text: &[Letter], at: usize, place: &mut Place, known: &Vocabulary) -> usize {
        let rest = &text[at..];
        let first = rest[0].sign;
        let after_letter = at > 0 && scan::is_letter(text[at - 1].sign);
        if first == ' ' {
            return 1;
        }
        if !after_letter
            && first.is_ascii_alphanumeric()
            && let Some(length) = scan::address(rest)
        {
            return self.named("<url>", &rest[..length], place, known);
        }
        if first.is_ascii_digit() {
            let length = scan::number(rest);
            return self.number(&rest[..length], place, known);
        }
        if scan::is_letter(first) {
            return self.word(rest, place, known);
        }
        let named = rest.get(1).is_some_and(|next| scan::is_letter(next.sign) || next.sign == '_');
        match first {
            '@' if named => {
                let length = 1 + name_length(&rest[1..]);
                self.named("<handle>", &rest[..length], place, known)
            }
            '#' if named => self.hashtag(rest, place, known),
            '?' | '¿' | '؟' => self.stop("?", rest, place, known),
            '!' | '¡' => self.stop("!", rest, place, known),
            '.' | '\n' | '。' => {
                let dots = rest.iter().take_while(|letter| letter.sign == '.').count();
                place.broke(if dots > 1 { Break::Clause } else { Break::Sentence });
                dots.max(1)
            }
            '"' => {
                place.is_quoted = !place.is_quoted;
                1
            }
            ',' | ';' | ':' | '-' | '(' | ')' | '/' | '|' | '>' | '<' | '*' | '\'' | '_' => {
                let within = after_letter && named && matches!(first, '-' | '\'' | '_' | '/');
                place.broke(if within { Break::None } else { Break::Clause });
                1
            }
            '$' | '€' | '£' => self.named("<money>", &rest[..1], place, known),
            _ if first.is_whitespace() => 1,
            _ => {
                let mut name = [0; 4];
                let name: &str = first.encode_utf8(&mut name);
                self.named(name, &rest[..1], place, known)
            }
        }
    }

    fn word(&mut self, rest: &[Letter], place: &mut Place, known: &Vocabulary) -> usize {
        let from = self.spelt.len();
        let length = scan::word(rest, &mut self.spelt);
        let start = self.atoms.len() as u32;
        let mut atoms = known.look_up(&self.spelt[from..], &mut self.atoms);
        if atoms.is_empty() && fold::single(&self.spelt[from..], &mut self.single) {
            atoms = known.look_up(&self.single, &mut self.atoms);
        }
        let spelt = from as u32..self.spelt.len() as u32;
        self.push(spelt, start..atoms.end, &rest[..length], place);
        length
    }

    fn number(&mut self, taken: &[Letter], place: &mut Place, known: &Vocabulary) -> usize {
        let from = self.spelt.len();
        taken.iter().for_each(|letter| fold::push(letter.sign, &mut self.spelt));
        let start = self.atoms.len() as u32;
        known.look_up(&self.spelt[from..], &mut self.atoms);
        let atoms = known.look_up("<number>", &mut self.atoms);
        let spelt = from as u32..self.spelt.len() as u32;
        self.push(spelt, start..atoms.end, taken, place);
        taken.len()
    }

    /// The sign, then its words: `#NeverAgain` also says "never again".
    fn hashtag(&mut self, rest: &[Letter], place: &mut Place, known: &Vocabulary) -> usize {
        let length = 1 + name_length(&rest[1..]);
        self.named("#", &rest[..1], place, known);
        let mut from = 1;
        for at in 2..=length {
            if at == length || is_seam(rest[at - 1].sign, rest[at].sign) {
                let piece = &rest[from..at];
                if piece[0].sign.is_ascii_digit() {
                    self.number(piece, place, known);
                } else if piece.iter().any(|letter| scan::is_letter(letter.sign)) {
                    self.word(piece, place, known);
                }
                from = at;
            }
        }
        length
    }

    fn stop(&mut self, name: &str, rest: &[Letter], place: &mut Place, k: &Vocabulary) -> usize {
        self.named(name, &rest[..1], place, k);
        place.broke(Break::Sentence);
        rest.iter().take_while(|letter| matches!(letter.sign, '?' | '!' | '.')).count()
    }

    fn named(
        &mut self,
        name: &str,
        taken: &[Letter],
        place: &mut Place,
        known: &Vocabulary,
    ) -> usize {
        let from = self.spelt.len() as u32;
        self.spelt.push_str(name);
        let atoms = known.look_up(name, &mut self.atoms);
        self.push(from..self.spelt.len() as u32, atoms, taken, place);
        taken.len()
    }

    fn push(&mut self, spelt: Range<u32>, atoms: Range<u32>, taken: &[Letter], place: &mut Place) {
        let (Some(first), Some(last)) = (taken.first(), taken.last()) else { return };
        let (before, is_quoted) = (std::mem::take(&mut place.before), place.is_quoted);
        let ends_here = matches!(self.spelt.as_bytes().last(), Some(b'?' | b'!'));
        if before == Break::Sentence && !self.words.is_empty() && !ends_here {
            place.sentence = place.sentence.saturating_add(1);
        }
        let (start, end, sentence) = (first.start, last.end, place.sentence);
        self.words.push(Word { start, end, before, sentence, is_quoted, spelt, atoms });
    }
}

/// Where in the text the reading is.
#[derive(Debug, Default)]
struct Place {
    before: Break,
    sentence: u16,
    is_quoted: bool,
}

impl Place {
    fn broke(&mut self, by: Break) {
        self.before = self.before.max(by);
    }
}

fn name_length(text: &[Letter]) -> usize {
    text.iter().take_while(|l| scan::is_letter(l.sign) || l.sign == '_').count()
}

/// Where the body of a hashtag falls apart into words.
fn is_seam(before: char, after: char) -> bool {
    after == '_'
        || before == '_'
        || (before.is_lowercase() && after.is_uppercase())
        || (before.is_numeric() != after.is_numeric())
}

#[cfg(test)]
mod tests;
