//! Finds the watchlist entries of a tenant in a text: executives, competitors, products, phrases of
//! churn.
//!
//! Case is ignored, but inflected forms are not recognised. Must not know: points.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use mention::{WatchlistKind, WatchlistMatch};
use text::{is_whole_word, lower_case_with_straight_apostrophes};

/// The watchlists of one tenant.
#[derive(Debug, Clone, Default)]
pub struct WatchlistMatcher {
    entries: Vec<(WatchlistKind, String)>,
    /// Normalised phrases, each with the index of its entry.
    phrases: Vec<(String, usize)>,
    /// Finds all phrases in one pass over a text. Built on first use; none if there are more phrases
    /// than the automaton can hold.
    automaton: OnceLock<Option<AhoCorasick>>,
}

impl WatchlistMatcher {
    /// Adds an entry with its name and other phrases for it.
    pub fn add<'a>(
        &mut self,
        kind: WatchlistKind,
        name: &'a str,
        synonyms: impl IntoIterator<Item = &'a str>,
    ) {
        let phrases = std::iter::once(name).chain(synonyms);
        let phrases = phrases.map(|phrase| lower_case_with_straight_apostrophes(phrase.trim()));
        let phrases = phrases.filter(|phrase| !phrase.is_empty());
        self.phrases.extend(phrases.map(|phrase| (phrase, self.entries.len())));
        self.entries.push((kind, name.to_owned()));
        // A built automaton does not know the new phrases.
        self.automaton = OnceLock::new();
    }

    /// The entries that a text names, in the order in which they were added. The text is in lower case
    /// with straight apostrophes.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<WatchlistMatch> {
        let mut named: Vec<usize> = match self.automaton() {
            Some(automaton) => {
                // Overlapping, because a phrase may be part of another: "fibre" and "fibre pro".
                let found = automaton.find_overlapping_iter(text);
                let found = found.filter(|found| is_whole_word(text, found.range()));
                found.map(|found| self.phrases[found.pattern().as_usize()].1).collect()
            }
            None => self.one_by_one(text).collect(),
        };
        named.sort_unstable();
        named.dedup();
        let entries = named.into_iter().map(|entry| &self.entries[entry]);
        entries.map(|(kind, name)| WatchlistMatch { kind: *kind, name: name.clone() }).collect()
    }

    fn automaton(&self) -> Option<&AhoCorasick> {
        let build = || AhoCorasick::new(self.phrases.iter().map(|(phrase, _)| phrase)).ok();
        self.automaton.get_or_init(build).as_ref()
    }

    /// The entries that a text names, by a search for each phrase.
    fn one_by_one(&self, text: &str) -> impl Iterator<Item = usize> {
        let is_named = |(phrase, _): &&(String, usize)| contains_phrase(text, phrase);
        self.phrases.iter().filter(is_named).map(|(_, entry)| *entry)
    }
}

/// Whether a text contains a phrase as whole words. Also where two occurrences overlap, as the automaton.
fn contains_phrase(text: &str, phrase: &str) -> bool {
    let is_there =
        |at: usize| text[at..].starts_with(phrase) && is_whole_word(text, at..at + phrase.len());
    text.char_indices().any(|(at, _)| is_there(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_contained_as_whole_words_only() {
        let cases = [
            ("joann lee", "ann lee", false),
            ("ann leeds, ann lee", "ann lee", true),
            ("ba a a", "a a", true),
            ("anything", "nothing", false),
        ];
        for (text, phrase, expected) in cases {
            assert_eq!(contains_phrase(text, phrase), expected, "{text}: {phrase}");
        }
    }

    proptest::proptest! {
        #[test]
        fn one_pass_finds_the_entries_that_a_search_for_each_phrase_finds(
            phrases in proptest::collection::vec("[aü ]{1,4}", 1..6),
            text in "[aüb ]{0,16}",
        ) {
            let mut lists = WatchlistMatcher::default();
            phrases.iter().for_each(|phrase| lists.add(WatchlistKind::Product, phrase, []));
            let mut expected: Vec<_> = lists.one_by_one(&text).collect();
            expected.dedup();
            let expected: Vec<_> = expected.into_iter().map(|n| phrases[n].clone()).collect();
            let found: Vec<_> = lists.find(&text).into_iter().map(|named| named.name).collect();
            proptest::prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn an_entry_is_found_by_its_name_and_by_its_other_phrases() {
        let mut lists = WatchlistMatcher::default();
        lists.add(WatchlistKind::Executive, "Ada Quill", ["@adaquill", "our ceo", " "]);
        lists.add(WatchlistKind::Product, "FibreOne", []);
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
