//! The words that rules use, and the patterns that each word of a text matches.
//!
//! A pattern is what one position of a phrase accepts: a word, a prefix, or a class of both. Patterns
//! are numbered; each word of a text is looked up once and becomes a short list of patterns.

use rustc_hash::FxHashMap;
use std::ops::Range;

/// The number of a pattern, from 0.
pub(crate) type PatternId = u16;

/// Words and prefixes with the patterns they match.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    words: FxHashMap<Box<str>, Vec<PatternId>>,
    prefixes: FxHashMap<Box<str>, Vec<PatternId>>,
    /// The distinct lengths of prefixes in bytes, ascending.
    prefix_lengths: Vec<usize>,
    names: FxHashMap<Box<str>, PatternId>,
    count: PatternId,
}

impl Vocabulary {
    /// The pattern that rules write as `name`, and whether this call created it.
    pub(super) fn intern(&mut self, name: &str) -> (PatternId, bool) {
        if let Some(&pattern) = self.names.get(name) {
            return (pattern, false);
        }
        let pattern = self.count;
        self.count += 1;
        self.names.insert(name.into(), pattern);
        (pattern, true)
    }

    /// Makes `word` match `pattern`; with a trailing `*`, every word with that prefix.
    pub(super) fn add_word(&mut self, word: &str, pattern: PatternId) {
        let patterns = match word.strip_suffix('*') {
            Some(prefix) => {
                if let Err(at) = self.prefix_lengths.binary_search(&prefix.len()) {
                    self.prefix_lengths.insert(at, prefix.len());
                }
                self.prefixes.entry(prefix.into()).or_default()
            }
            None => self.words.entry(word.into()).or_default(),
        };
        if !patterns.contains(&pattern) {
            patterns.push(pattern);
        }
    }

    /// Makes every word that matches `class` match `pattern` as well.
    pub(super) fn add_class(&mut self, class: PatternId, pattern: PatternId) {
        for patterns in self.words.values_mut().chain(self.prefixes.values_mut()) {
            if patterns.contains(&class) && !patterns.contains(&pattern) {
                patterns.push(pattern);
            }
        }
    }

    /// Appends the patterns that `word` matches to `out` and returns their range in `out`.
    pub(super) fn look_up(&self, word: &str, out: &mut Vec<PatternId>) -> Range<u32> {
        let start = out.len() as u32;
        if let Some(patterns) = self.words.get(word) {
            out.extend_from_slice(patterns);
        }
        for &length in self.prefix_lengths.iter().take_while(|&&length| length <= word.len()) {
            // `get` because the length may fall inside a character of several bytes.
            let prefix = word.get(..length);
            if let Some(patterns) = prefix.and_then(|prefix| self.prefixes.get(prefix)) {
                out.extend_from_slice(patterns);
            }
        }
        start..out.len() as u32
    }

    /// The number of patterns.
    pub(super) fn len(&self) -> usize {
        usize::from(self.count)
    }
}
