//! Phrase matching over words: the engine behind all rules.
//!
//! [`TokenizedText`] holds the words of a text, each with the patterns of the rules that it matches. A
//! `RuleSet` finds its phrases in them in one pass. A phrase is a sequence of words, word classes and
//! gaps of bounded length; matching never backtracks, so its time is linear in the text
//! (`matching`). Rules are text files (`../intent/rules`, `../risk/rules`) with one rule per line,
//! compiled once per process.
//!
//! Does not do: spelling correction, stemming (a rule writes `overcharg*` instead), words of scripts
//! without spaces. Must not know: how a text is decoded, folded and cut into
//! words (crate `text`), what a rule is for.

mod matching;
mod phrase_syntax;
mod rule_set;
mod tokenized;
mod vocabulary;

pub(crate) use matching::Hit;
pub(crate) use rule_set::RuleSet;
pub use rule_set::RuleSyntaxError;
pub use tokenized::TokenizedText;
