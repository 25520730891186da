//! A text as words, each with its bytes in the original.

use super::fold;
use super::scan::{self, Boundary, FoldedChar};
use super::vocabulary::{PatternId, Vocabulary};
use crate::text::LIMIT;
use std::ops::Range;

/// A text split into words. A reusable buffer: keep one per thread.
#[derive(Clone, Debug, Default)]
pub struct TokenizedText {
    characters: Vec<FoldedChar>,
    /// The folded spellings of all words, back to back.
    spellings: String,
    /// Scratch space for a word without doubled letters.
    collapsed: String,
    words: Vec<WordToken>,
    patterns: Vec<PatternId>,
    is_truncated: bool,
}

/// A word, number, symbol, handle or URL of a text.
#[derive(Clone, Debug)]
pub(crate) struct WordToken {
    /// First byte in the original.
    pub(crate) start: u32,
    /// End byte in the original, exclusive.
    pub(crate) end: u32,
    /// The strongest boundary between it and the previous word.
    pub(crate) before: Boundary,
    /// Number of its sentence, from 0.
    pub(crate) sentence: u16,
    /// Whether it is inside quotation marks.
    pub(crate) is_quoted: bool,
    spelling: Range<u32>,
    patterns: Range<u32>,
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
        self.words.len()
    }

    /// Whether the text has no words, numbers or symbols.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether the text is longer than [`TEXT_LIMIT`](crate::TEXT_LIMIT) characters, so that its end
    /// was not read.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    pub(crate) fn words(&self) -> &[WordToken] {
        &self.words
    }

    /// The folded spelling of a word: lower case, no accents, no apostrophes.
    pub(crate) fn spelling(&self, word: &WordToken) -> &str {
        &self.spellings[word.spelling.start as usize..word.spelling.end as usize]
    }

    pub(crate) fn matches(&self, word: &WordToken, pattern: PatternId) -> bool {
        self.patterns_of(word).contains(&pattern)
    }

    pub(crate) fn patterns_of(&self, word: &WordToken) -> &[PatternId] {
        &self.patterns[word.patterns.start as usize..word.patterns.end as usize]
    }

    /// Replaces the contents with the words of `text`, looked up in `vocabulary`.
    pub(crate) fn tokenize(&mut self, text: &str, vocabulary: &Vocabulary) {
        self.words.clear();
        self.patterns.clear();
        self.spellings.clear();
        // Taken out so that `read_token` can borrow `self` mutably.
        let mut characters = std::mem::take(&mut self.characters);
        self.is_truncated = scan::decode_and_fold(text, LIMIT, &mut characters);
        let mut state = ScanState::default();
        let mut at = 0;
        while at < characters.len() {
            at += self.read_token(&characters, at, &mut state, vocabulary).max(1);
        }
        self.characters = characters;
    }

    /// Reads the token at `at` and returns the number of characters consumed.
    fn read_token(
        &mut self,
        text: &[FoldedChar],
        at: usize,
        state: &mut ScanState,
        vocabulary: &Vocabulary,
    ) -> usize {
        let rest = &text[at..];
        let first = rest[0].character;
        let after_letter = at > 0 && scan::is_word_character(text[at - 1].character);
        if first == ' ' {
            return 1;
        }
        if !after_letter
            && first.is_ascii_alphanumeric()
            && let Some(length) = scan::url_length(rest)
        {
            return self.push_symbol("<url>", &rest[..length], state, vocabulary);
        }
        if first.is_ascii_digit() {
            let length = scan::number_length(rest);
            return self.push_number(&rest[..length], state, vocabulary);
        }
        if scan::is_word_character(first) {
            return self.push_word(rest, state, vocabulary);
        }
        self.read_mark(rest, after_letter, state, vocabulary)
    }

    /// Reads a token that is no word: punctuation, a handle, a hashtag, an emoji.
    fn read_mark(
        &mut self,
        rest: &[FoldedChar],
        after_letter: bool,
        state: &mut ScanState,
        vocabulary: &Vocabulary,
    ) -> usize {
        let is_named = rest
            .get(1)
            .is_some_and(|next| scan::is_word_character(next.character) || next.character == '_');
        let first = rest[0].character;
        match first {
            '@' if is_named => {
                let length = 1 + name_length(&rest[1..]);
                self.push_symbol("<handle>", &rest[..length], state, vocabulary)
            }
            '#' if is_named => self.push_hashtag(rest, state, vocabulary),
            '?' | '¿' | '؟' => self.push_end_mark("?", rest, state, vocabulary),
            '!' | '¡' => self.push_end_mark("!", rest, state, vocabulary),
            '.' | '\n' | '。' => {
                let dots = rest.iter().take_while(|c| c.character == '.').count();
                // An ellipsis separates clauses, not sentences.
                state.note_boundary(if dots > 1 { Boundary::Clause } else { Boundary::Sentence });
                dots.max(1)
            }
            '"' => {
                state.is_quoted = !state.is_quoted;
                1
            }
            ',' | ';' | ':' | '-' | '(' | ')' | '/' | '|' | '>' | '<' | '*' | '\'' | '_' => {
                // `e-mail` and `don't` are one phrase; a hyphen between spaces separates clauses.
                let within = after_letter && is_named && matches!(first, '-' | '\'' | '_' | '/');
                state.note_boundary(if within { Boundary::None } else { Boundary::Clause });
                1
            }
            '$' | '€' | '£' => self.push_symbol("<money>", &rest[..1], state, vocabulary),
            _ if first.is_whitespace() => 1,
            _ => {
                let mut name = [0; 4];
                let name: &str = first.encode_utf8(&mut name);
                self.push_symbol(name, &rest[..1], state, vocabulary)
            }
        }
    }

    fn push_word(
        &mut self,
        rest: &[FoldedChar],
        state: &mut ScanState,
        vocabulary: &Vocabulary,
    ) -> usize {
        let from = self.spellings.len();
        let length = scan::read_word(rest, &mut self.spellings);
        let start = self.patterns.len() as u32;
        let mut patterns = vocabulary.look_up(&self.spellings[from..], &mut self.patterns);
        // Only an unknown word is tried again without doubled letters: `soo`, but not `good`.
        if patterns.is_empty() && fold::collapse_runs(&self.spellings[from..], &mut self.collapsed)
        {
            patterns = vocabulary.look_up(&self.collapsed, &mut self.patterns);
        }
        let spelling = from as u32..self.spellings.len() as u32;
        self.push_token(spelling, start..patterns.end, &rest[..length], state);
        length
    }

    fn push_number(
        &mut self,
        span: &[FoldedChar],
        state: &mut ScanState,
        vocabulary: &Vocabulary,
    ) -> usize {
        let from = self.spellings.len();
        span.iter().for_each(|c| fold::push_folded(c.character, &mut self.spellings));
        let start = self.patterns.len() as u32;
        vocabulary.look_up(&self.spellings[from..], &mut self.patterns);
        let patterns = vocabulary.look_up("<number>", &mut self.patterns);
        let spelling = from as u32..self.spellings.len() as u32;
        self.push_token(spelling, start..patterns.end, span, state);
        span.len()
    }

    /// Pushes `#`, then the words of the tag: `#NeverAgain` matches "never again".
    fn push_hashtag(
        &mut self,
        rest: &[FoldedChar],
        state: &mut ScanState,
        vocabulary: &Vocabulary,
    ) -> usize {
        let length = 1 + name_length(&rest[1..]);
        self.push_symbol("#", &rest[..1], state, vocabulary);
        let mut from = 1;
        for at in 2..=length {
            if at == length || is_word_boundary(rest[at - 1].character, rest[at].character) {
                let piece = &rest[from..at];
                if piece[0].character.is_ascii_digit() {
                    self.push_number(piece, state, vocabulary);
                } else if piece.iter().any(|c| scan::is_word_character(c.character)) {
                    self.push_word(piece, state, vocabulary);
                }
                from = at;
            }
        }
        length
    }

    fn push_end_mark(
        &mut self,
        name: &str,
        rest: &[FoldedChar],
        state: &mut ScanState,
        vocabulary: &Vocabulary,
    ) -> usize {
        self.push_symbol(name, &rest[..1], state, vocabulary);
        state.note_boundary(Boundary::Sentence);
        rest.iter().take_while(|c| matches!(c.character, '?' | '!' | '.')).count()
    }

    fn push_symbol(
        &mut self,
        name: &str,
        span: &[FoldedChar],
        state: &mut ScanState,
        vocabulary: &Vocabulary,
    ) -> usize {
        let from = self.spellings.len() as u32;
        self.spellings.push_str(name);
        let patterns = vocabulary.look_up(name, &mut self.patterns);
        self.push_token(from..self.spellings.len() as u32, patterns, span, state);
        span.len()
    }

    fn push_token(
        &mut self,
        spelling: Range<u32>,
        patterns: Range<u32>,
        span: &[FoldedChar],
        state: &mut ScanState,
    ) {
        let (Some(first), Some(last)) = (span.first(), span.last()) else { return };
        let (before, is_quoted) = (std::mem::take(&mut state.before), state.is_quoted);
        // A question or exclamation mark closes the sentence before it and does not open one.
        let ends_here = matches!(self.spellings.as_bytes().last(), Some(b'?' | b'!'));
        if before == Boundary::Sentence && !self.words.is_empty() && !ends_here {
            state.sentence = state.sentence.saturating_add(1);
        }
        let (start, end, sentence) = (first.start, last.end, state.sentence);
        self.words.push(WordToken { start, end, before, sentence, is_quoted, spelling, patterns });
    }
}

/// What the tokenizer carries from token to token.
#[derive(Debug, Default)]
struct ScanState {
    before: Boundary,
    sentence: u16,
    is_quoted: bool,
}

impl ScanState {
    fn note_boundary(&mut self, boundary: Boundary) {
        self.before = self.before.max(boundary);
    }
}

fn name_length(text: &[FoldedChar]) -> usize {
    text.iter().take_while(|c| scan::is_word_character(c.character) || c.character == '_').count()
}

/// Whether a word of a hashtag ends between two characters: `CamelCase`, `snake_case`, `route66`.
fn is_word_boundary(before: char, after: char) -> bool {
    after == '_'
        || before == '_'
        || (before.is_lowercase() && after.is_uppercase())
        || (before.is_numeric() != after.is_numeric())
}

#[cfg(test)]
mod tests;
