//! Phrases over words: the engine behind every judgement by rule.
//!
//! [`Reading`] cuts a text into words that remember their bytes in the original; a `Book` of rules
//! finds its phrases in them in one pass. A phrase is a row of words, classes of words and gaps of
//! bounded length; nothing backtracks, so the time is linear in the text (`find`). The books are
//! written as text (`../intent/rules`, `../risk/rules`), one rule a line, and compiled once.
//!
//! It does not do: spelling correction, stemming (a rule says `overcharg*` instead), words of
//! scripts without spaces. It must not know what a rule is for.

mod book;
mod find;
mod fold;
mod pattern;
mod reading;
mod scan;
mod vocabulary;

pub(crate) use book::Book;
pub(crate) use find::Hit;
pub use reading::Reading;
