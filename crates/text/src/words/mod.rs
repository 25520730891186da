//! Cuts a text into the words that rules name, each with its sentence and its bytes in the original.

mod cutter;

use std::ops::Range;

use crate::Text;

/// The boundary between two words, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Boundary {
    /// Nothing, or a space.
    #[default]
    None,
    /// A comma, a colon, a dash.
    Clause,
    /// A full stop or a line end.
    Sentence,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordKind {
    /// Letters: in lower case, without accents and apostrophes, at most two equal letters in a row.
    Letters,
    /// A number with its unit.
    Number,
    /// A sign or an emoji as itself, or one of `<url>`, `<handle>`, `<money>`.
    Symbol,
}

/// A word, number, symbol, handle or URL of a text.
#[derive(Clone, Debug)]
pub struct WordToken {
    /// What it is.
    pub kind: WordKind,
    /// First byte in the original.
    pub start: u32,
    /// End byte in the original, exclusive.
    pub end: u32,
    /// The strongest boundary between it and the previous word.
    pub before: Boundary,
    /// Number of its sentence, from 0.
    pub sentence: u16,
    /// Whether it is inside quotation marks.
    pub is_quoted: bool,
    spelling: Range<u32>,
}

/// The words of one text. A reusable buffer.
#[derive(Clone, Debug, Default)]
pub struct Words {
    words: Vec<WordToken>,
    /// The folded spellings of all words, back to back.
    spellings: String,
}

impl Words {
    /// Replaces the contents with the words of `text`.
    pub fn cut(&mut self, text: &Text) {
        self.words.clear();
        self.spellings.clear();
        cutter::cut(text, self);
    }

    /// The words in the order of the text.
    #[must_use]
    pub fn all(&self) -> &[WordToken] {
        &self.words
    }

    /// The folded spelling of a word.
    #[must_use]
    pub fn spelling(&self, word: &WordToken) -> &str {
        &self.spellings[word.spelling.start as usize..word.spelling.end as usize]
    }
}

#[cfg(test)]
mod tests;
