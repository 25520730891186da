//! What a tenant wants to hear named: people who speak for the brand, other brands, products,
//! words of one who leaves.
//!
//! Not yet: inflected forms; an entry stands as it is written, in any case of letters.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use mention::{Named, NamedKind};

use crate::text;

/// The lists of one tenant.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    entries: Vec<(NamedKind, String)>,
    /// How they are written in texts, normalised, and whose entry that is.
    phrases: Vec<(String, usize)>,
    /// Finds all phrases in one pass over a text; made when first asked, none for more phrases than
    /// it can hold.
    all: OnceLock<Option<AhoCorasick>>,
}

impl Lists {
    /// Adds an entry; it is named by its own name and by these other ways to write it.
    pub fn add<'a>(
        &mut self,
        kind: NamedKind,
        name: &'a str,
        others: impl IntoIterator<Item = &'a str>,
    ) {
        let phrases = std::iter::once(name).chain(others);
        let phrases = phrases.map(|phrase| text::normalise(phrase.trim()));
        let phrases = phrases.filter(|phrase| !phrase.is_empty());
        self.phrases.extend(phrases.map(|phrase| (phrase, self.entries.len())));
        self.entries.push((kind, name.to_owned()));
        self.all = OnceLock::new();
    }

    /// What a text, normalised, names: in the order of the lists.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Named> {
        let mut named: Vec<usize> = match self.all() {
            Some(all) => {
                let found = all.find_overlapping_iter(text);
                let found = found.filter(|found| text::stands_alone(text, found.range()));
                found.map(|found| self.phrases[found.pattern().as_usize()].1).collect()
            }
            None => self.one_by_one(text).collect(),
        };
        named.sort_unstable();
        named.dedup();
        let entries = named.into_iter().map(|entry| &self.entries[entry]);
        entries.map(|(kind, name)| Named { kind: *kind, name: name.clone() }).collect()
    }

    fn all(&self) -> Option<&AhoCorasick> {
        let make = || AhoCorasick::new(self.phrases.iter().map(|(phrase, _)| phrase)).ok();
        self.all.get_or_init(make).as_ref()
    }

    /// The entries that a text names, found phrase by phrase.
    fn one_by_one(&self, text: &str) -> impl Iterator<Item = usize> {
        let is_named = |(phrase, _): &&(String, usize)| text::names(text, phrase);
        self.phrases.iter().filter(is_named).map(|(_, entry)| *entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn one_pass_finds_what_a_search_for_each_phrase_finds(
            phrases in proptest::collection::vec("[aü ]{1,4}", 1..6),
            text in "[aüb ]{0,16}",
        ) {
            let mut lists = Lists::default();
            phrases.iter().for_each(|phrase| lists.add(NamedKind::Product, phrase, []));
            let mut expected: Vec<_> = lists.one_by_one(&text).collect();
            expected.dedup();
            let expected: Vec<_> = expected.into_iter().map(|n| phrases[n].clone()).collect();
            let found: Vec<_> = lists.find(&text).into_iter().map(|named| named.name).collect();
            proptest::prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn an_entry_is_found_by_its_name_and_by_what_else_it_is_called() {
        let mut lists = Lists::default();
        lists.add(NamedKind::Executive, "Ada Quill", ["@adaquill", "our ceo", " "]);
        lists.add(NamedKind::Product, "FibreOne", []);
        let cases = [
            ("where is ada quill?", vec!["Ada Quill"]),
            ("cc @adaquill", vec!["Ada Quill"]),
            ("fibreone is down, tell our ceo", vec!["Ada Quill", "FibreOne"]),
            ("nevada quill", vec![]),
        ];
        for (text, expected) in cases {
            let found = lists.find(text);
            let names: Vec<_> = found.iter().map(|named| named.name.as_str()).collect();
            assert_eq!(names, expected, "{text}");
        }
    }
}
