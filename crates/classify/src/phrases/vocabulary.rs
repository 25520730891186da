//! Which words the rules speak of, and which atoms a word of a text is.
//!
//! An atom is what one place of a phrase asks for: a word, the beginning of a word, or a class of
//! both. Atoms are numbers; a word of a text is looked up once and is a short list of atoms.

use rustc_hash::FxHashMap;
use std::ops::Range;

/// The number of an atom.
pub(crate) type Atom = u16;

/// Words and beginnings of words with the atoms they are.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    words: FxHashMap<Box<str>, Vec<Atom>>,
    beginnings: FxHashMap<Box<str>, Vec<Atom>>,
    /// How long beginnings are, in bytes, ascending.
    lengths: Vec<usize>,
    names: FxHashMap<Box<str>, Atom>,
    count: Atom,
}

impl Vocabulary {
    /// The atom of `name`, and whether it is new. A name is how a rule writes it.
    pub(super) fn atom(&mut self, name: &str) -> (Atom, bool) {
        if let Some(&atom) = self.names.get(name) {
            return (atom, false);
        }
        let atom = self.count;
        self.count += 1;
        self.names.insert(name.into(), atom);
        (atom, true)
    }

    /// Makes `word` (or, with a star at its end, every word that begins so) one of `atom`.
    pub(super) fn teach(&mut self, word: &str, atom: Atom) {
        let atoms = match word.strip_suffix('*') {
            Some(beginning) => {
                if let Err(at) = self.lengths.binary_search(&beginning.len()) {
                    self.lengths.insert(at, beginning.len());
                }
                self.beginnings.entry(beginning.into()).or_default()
            }
            None => self.words.entry(word.into()).or_default(),
        };
        if !atoms.contains(&atom) {
            atoms.push(atom);
        }
    }

    /// Makes every word that is `part` one of `whole`, too.
    pub(super) fn include(&mut self, part: Atom, whole: Atom) {
        for atoms in self.words.values_mut().chain(self.beginnings.values_mut()) {
            if atoms.contains(&part) && !atoms.contains(&whole) {
                atoms.push(whole);
            }
        }
    }

    /// Appends the atoms that `word` is to `out`; answers where they stand.
    pub(super) fn look_up(&self, word: &str, out: &mut Vec<Atom>) -> Range<u32> {
        let start = out.len() as u32;
        if let Some(atoms) = self.words.get(word) {
            out.extend_from_slice(atoms);
        }
        for &length in self.lengths.iter().take_while(|&&length| length <= word.len()) {
            let beginning = word.get(..length);
            if let Some(atoms) = beginning.and_then(|beginning| self.beginnings.get(beginning)) {
                out.extend_from_slice(atoms);
            }
        }
        start..out.len() as u32
    }

    /// How many atoms there are.
    pub(super) fn len(&self) -> usize {
        usize::from(self.count)
    }
}
