//! What a tenant wants to hear named: people who speak for the brand, other brands, products,
//! words of one who leaves.
//!
//! Not yet: inflected forms; an entry stands as it is written, in any case of letters.

use mention::{Named, NamedKind};

use crate::text;

/// The lists of one tenant.
#[derive(Debug, Clone, Default)]
pub struct Lists(Vec<Entry>);

#[derive(Debug, Clone)]
struct Entry {
    kind: NamedKind,
    name: String,
    /// How it is written in texts, normalised.
    phrases: Vec<String>,
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
        let phrases = phrases.filter(|phrase| !phrase.is_empty()).collect();
        self.0.push(Entry { kind, name: name.to_owned(), phrases });
    }

    /// What a text, normalised, names: in the order of the lists.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Named> {
        let is_named = |entry: &&Entry| entry.phrases.iter().any(|p| text::names(text, p));
        let named = self.0.iter().filter(is_named);
        named.map(|entry| Named { kind: entry.kind, name: entry.name.clone() }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
