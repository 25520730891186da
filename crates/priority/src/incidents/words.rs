//! Finds the words of open incidents in a text, in one pass for all of them.
//!
//! Must not know: what an incident is; a word leads to the ranks of those that have it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use rustc_hash::FxHashMap;

use super::Rank;

/// The words of the open incidents of one tenant.
///
/// Words come one row at a time, and an automaton takes no further word. So the words are cut into
/// blocks, each at least twice as long as the next, and each with an automaton of its own: a new word
/// rebuilds the last blocks only, the cost of all builds is O(n log n) for n words, and a text is read
/// at most log2 n times.
#[derive(Debug, Default)]
pub(super) struct WordIndex {
    numbers: FxHashMap<Arc<str>, usize>,
    /// By the number of the word.
    entries: Vec<Entry>,
    /// Together all entries, in their order.
    blocks: Vec<Block>,
    /// The number of entries whose word no incident has any more.
    unused: usize,
}

#[derive(Debug)]
struct Entry {
    word: Arc<str>,
    /// The incidents that have the word, best first.
    ranks: BTreeSet<Arc<Rank>>,
}

#[derive(Debug)]
struct Block {
    entries: Range<usize>,
    /// Finds the words of the block. Built by the first search after a change; none if the library
    /// refuses to build it.
    automaton: OnceLock<Option<AhoCorasick>>,
}

impl WordIndex {
    /// The most unused entries that are kept beside as many used ones. A word that returns, for example
    /// with the next incident of a series, finds its entry again.
    const MIN_UNUSED: usize = 64;

    /// Adds a word of an incident. The word is not empty.
    pub(super) fn add(&mut self, word: &str, rank: &Arc<Rank>) {
        let number = self.numbers.get(word).copied().unwrap_or_else(|| self.append(word));
        let Some(entry) = self.entries.get_mut(number) else { return };
        if entry.ranks.is_empty() {
            self.unused -= 1;
        }
        entry.ranks.insert(Arc::clone(rank));
    }

    /// Appends an unused entry and returns its number.
    fn append(&mut self, word: &str) -> usize {
        let (number, word) = (self.entries.len(), Arc::<str>::from(word));
        self.numbers.insert(Arc::clone(&word), number);
        self.entries.push(Entry { word, ranks: BTreeSet::new() });
        self.unused += 1;
        match self.blocks.last_mut() {
            // No search has built it yet.
            Some(last) if last.automaton.get().is_none() => last.entries.end += 1,
            _ => self.blocks.push(Block::new(number..number + 1)),
        }
        self.merge_blocks();
        number
    }

    /// Merges the last blocks until each block is at least twice as long as the next.
    fn merge_blocks(&mut self) {
        while let [.., before, last] = self.blocks.as_slice() {
            if before.entries.len() >= 2 * last.entries.len() {
                return;
            }
            let merged = Block::new(before.entries.start..last.entries.end);
            self.blocks.truncate(self.blocks.len() - 2);
            self.blocks.push(merged);
        }
    }

    /// Removes a word of an incident.
    pub(super) fn remove(&mut self, word: &str, rank: &Arc<Rank>) {
        let number = self.numbers.get(word).copied();
        let Some(entry) = number.and_then(|number| self.entries.get_mut(number)) else { return };
        // An incident may have a word twice.
        if entry.ranks.remove(rank) && entry.ranks.is_empty() {
            self.unused += 1;
        }
    }

    /// Drops the unused entries, once they are more than half of all.
    pub(super) fn drop_unused(&mut self) {
        if self.unused <= Self::MIN_UNUSED.max(self.entries.len() / 2) {
            return;
        }
        self.entries.retain(|entry| !entry.ranks.is_empty());
        let numbered = self.entries.iter().enumerate();
        self.numbers = numbered.map(|(n, entry)| (Arc::clone(&entry.word), n)).collect();
        self.blocks = vec![Block::new(0..self.entries.len())];
        self.unused = 0;
    }

    /// The best incident that has a word of a text.
    pub(super) fn best(&self, text: &str) -> Option<&Arc<Rank>> {
        let entries = self.blocks.iter().flat_map(|block| block.find(&self.entries, text));
        entries.filter_map(|entry| entry.ranks.first()).min()
    }

    /// The words that the next search puts into automata.
    #[cfg(test)]
    pub(super) fn unbuilt(&self) -> usize {
        let unbuilt = self.blocks.iter().filter(|block| block.automaton.get().is_none());
        unbuilt.map(|block| block.entries.len()).sum()
    }

    #[cfg(test)]
    pub(super) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    #[cfg(test)]
    pub(super) fn entries(&self) -> usize {
        self.entries.len()
    }
}

impl Block {
    fn new(entries: Range<usize>) -> Self {
        Self { entries, automaton: OnceLock::new() }
    }

    /// The entry of each occurrence of a word of the block in a text.
    fn find<'a>(&'a self, all: &'a [Entry], text: &str) -> impl Iterator<Item = &'a Entry> {
        let entries = &all[self.entries.clone()];
        let automaton = self.automaton.get_or_init(|| build(entries)).as_ref();
        // Overlapping, because a word may be part of another: "fibre" and "fibre pro".
        let found = automaton.into_iter().flat_map(move |words| words.find_overlapping_iter(text));
        let found = found.map(|found| &entries[found.pattern().as_usize()]);
        let one_by_one = if automaton.is_some() { &[] } else { entries };
        found.chain(one_by_one.iter().filter(move |entry| text.contains(&*entry.word)))
    }
}

fn build(entries: &[Entry]) -> Option<AhoCorasick> {
    // Not the faster table that the library chooses for few words: it takes a kilobyte for each byte
    // of a word.
    let mut builder = AhoCorasick::builder();
    builder.kind(Some(AhoCorasickKind::ContiguousNFA));
    builder.build(entries.iter().map(|entry| entry.word.as_bytes())).ok()
}
