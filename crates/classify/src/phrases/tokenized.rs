//! The words of a text, each with the patterns of the rules that it matches.

use super::vocabulary::{PatternId, Vocabulary};
use std::ops::Range;
use text::{Text, WordKind, WordToken, Words, fold};

/// A text split into words, looked up in a vocabulary. A reusable buffer: keep one per thread.
#[derive(Clone, Debug, Default)]
pub struct TokenizedText {
    words: Words,
    patterns: Vec<PatternId>,
    /// By word: the range of its patterns.
    ranges: Vec<Range<u32>>,
    /// Scratch space for a word without doubled letters.
    collapsed: String,
    is_truncated: bool,
}

impl TokenizedText {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        TokenizedText::default()
    }

    /// The number of words, numbers and symbols.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words().len()
    }

    /// Whether the text has no words, numbers or symbols.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words().is_empty()
    }

    /// Whether the text is longer than [`text::LIMIT`] characters, so that its end
    /// was not read.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    pub(crate) fn words(&self) -> &[WordToken] {
        self.words.all()
    }

    /// The folded spelling of a word: lower case, no accents, no apostrophes.
    pub(crate) fn spelling(&self, word: &WordToken) -> &str {
        self.words.spelling(word)
    }

    /// Whether the word at this index matches a pattern.
    pub(crate) fn matches(&self, at: usize, pattern: PatternId) -> bool {
        self.patterns_of(at).contains(&pattern)
    }

    /// The patterns that the word at this index matches.
    pub(crate) fn patterns_of(&self, at: usize) -> &[PatternId] {
        let Range { start, end } = self.ranges[at];
        &self.patterns[start as usize..end as usize]
    }

    /// Replaces the contents with the words of `text`, looked up in `vocabulary`.
    pub(crate) fn tokenize(&mut self, text: &Text, vocabulary: &Vocabulary) {
        let TokenizedText { words, patterns, ranges, collapsed, is_truncated } = self;
        *is_truncated = text.is_truncated();
        words.cut(text);
        patterns.clear();
        ranges.clear();
        for word in words.all() {
            let spelling = words.spelling(word);
            let Range { start, mut end } = vocabulary.look_up(spelling, patterns);
            if word.kind == WordKind::Number {
                end = vocabulary.look_up("<number>", patterns).end;
            }
            // Only an unknown word is tried again without doubled letters: `soo`, but not `good`.
            if word.kind == WordKind::Letters
                && start == end
                && fold::collapse_runs(spelling, collapsed)
            {
                end = vocabulary.look_up(collapsed, patterns).end;
            }
            ranges.push(start..end);
        }
    }
}
