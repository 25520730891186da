//! Names that a tenant wants to be told of: executives, competitors, products; and whether the
//! author is about to leave for a competitor.
//!
//! Plain data in, matches with their bytes out. A name is found as whole words, whatever its case
//! and accents; one that begins with `@` only as that handle. It does not do nicknames or typos.
//! Must not know: what a tenant does with it.

use crate::phrases::{Reading, fold_words};
use rustc_hash::FxHashMap;

/// What a tenant has listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// Persons who lead the brand.
    pub executives: Vec<String>,
    /// Names of competitors.
    pub competitors: Vec<String>,
    /// Names of products.
    pub products: Vec<String>,
}

/// Which list a name stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    /// The executives.
    Executives,
    /// The competitors.
    Competitors,
    /// The products.
    Products,
}

/// A name that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// The list.
    pub list: List,
    /// Its number in that list, from 0.
    pub number: usize,
    /// Where it begins in the text, in bytes.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// Whether the author says that they leave for it; only ever true of competitors.
    pub is_left_for: bool,
}

/// The lists of a tenant, ready to be looked for. Make one a tenant.
#[derive(Debug, Default)]
pub struct Matcher {
    by_first: FxHashMap<String, Vec<Entry>>,
    handles: FxHashMap<String, (List, usize)>,
}

#[derive(Debug)]
struct Entry {
    rest: Vec<String>,
    list: List,
    number: usize,
}

/// How many words before a competitor's name may say that the author leaves for it.
const BEFORE: usize = 6;

/// Words that say so, as they are folded.
const LEAVING: [&str; 22] = [
    "switch",
    "switching",
    "switched",
    "moving",
    "move",
    "moved",
    "leaving",
    "leave",
    "going",
    "change",
    "changing",
    "changed",
    "joining",
    "porting",
    "transferring",
    "wechsle",
    "wechseln",
    "cambio",
    "cambiarme",
    "passe",
    "passer",
    "overstappen",
];

impl Matcher {
    /// Reads the lists. Entries without a letter or digit are never found.
    #[must_use]
    pub fn new(lists: &Lists) -> Self {
        let mut matcher = Matcher::default();
        let all = [
            (List::Executives, &lists.executives),
            (List::Competitors, &lists.competitors),
            (List::Products, &lists.products),
        ];
        for (list, names) in all {
            for (number, name) in names.iter().enumerate() {
                matcher.add(list, number, name);
            }
        }
        matcher
    }

    fn add(&mut self, list: List, number: usize, name: &str) {
        if let Some(handle) = name.trim().strip_prefix('@') {
            self.handles.entry(handle.to_lowercase()).or_insert((list, number));
            return;
        }
        let mut words = fold_words(name).into_iter();
        if let Some(first) = words.next() {
            let entry = Entry { rest: words.collect(), list, number };
            self.by_first.entry(first).or_default().push(entry);
        }
    }

    /// Replaces `out` by the names in `text`, in its order; `reading` is that text as it was read.
    pub fn find(&self, text: &str, reading: &Reading, out: &mut Vec<Named>) {
        out.clear();
        let words = reading.words();
        for (at, word) in words.iter().enumerate() {
            let (start, end) = (word.start, word.end);
            let raw = text.get(start as usize..end as usize).unwrap_or_default();
            if let Some(&(list, number)) = raw
                .strip_prefix('@')
                .filter(|_| !self.handles.is_empty())
                .and_then(|handle| self.handles.get(&handle.to_lowercase()))
            {
                let is_left_for = list == List::Competitors && leaves(reading, at);
                out.push(Named { list, number, start, end, is_left_for });
                continue;
            }
            for entry in self.by_first.get(reading.spelt(word)).into_iter().flatten() {
                let rest = &words[at + 1..];
                let fits = rest.len() >= entry.rest.len()
                    && entry.rest.iter().zip(rest).all(|(name, word)| name == reading.spelt(word));
                if fits {
                    let end = words[at + entry.rest.len()].end;
                    let (list, number) = (entry.list, entry.number);
                    let is_left_for = list == List::Competitors && leaves(reading, at);
                    out.push(Named { list, number, start, end, is_left_for });
                }
            }
        }
    }
}

fn leaves(reading: &Reading, at: usize) -> bool {
    let words = reading.words();
    let before = words[at.saturating_sub(BEFORE)..at].iter().rev();
    let mut near = before.take_while(|word| word.sentence == words[at].sentence);
    near.any(|word| LEAVING.contains(&reading.spelt(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(List, usize, String, bool)> {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let matcher = Matcher::new(&Lists {
            executives: names(&["Mara Lindqvist", "@mara_l"]),
            competitors: names(&["Suncell", "Blue Harbour", "  "]),
            products: names(&["Router X2"]),
        });
        let (mut reading, mut out) = (Reading::new(), Vec::new());
        reading.read(text, &crate::phrases::Vocabulary::default());
        matcher.find(text, &reading, &mut out);
        let shown = |n: &Named| text[n.start as usize..n.end as usize].to_owned();
        out.iter().map(|n| (n.list, n.number, shown(n), n.is_left_for)).collect()
    }

    #[test]
    fn names_are_found_as_whole_words_and_handles_as_handles() {
        use List::{Competitors, Executives, Products};
        let one =
            |list, number, words: &str, leaves| vec![(list, number, words.to_owned(), leaves)];
        let table = [
            ("MARA LINDQVIST should resign", one(Executives, 0, "MARA LINDQVIST", false)),
            ("hey @Mara_L fix this", one(Executives, 1, "@Mara_L", false)),
            ("my router x2 died", one(Products, 0, "router x2", false)),
            ("Suncell is no better", one(Competitors, 0, "Suncell", false)),
            ("I'm switching to blue harbour", one(Competitors, 1, "blue harbour", true)),
            ("Leaving. Suncell has a sale", one(Competitors, 0, "Suncell", false)),
            ("suncells and mara", vec![]),
            ("", vec![]),
        ];
        for (text, expected) in table {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
