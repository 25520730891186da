//! Conditions: CEL over the documented record, compiled once, of bounded cost.
//!
//! The crate `cel` parses. What it has parsed is typed against [`VARIABLES`] and turned into
//! questions to plain values, so that a misspelt name is found when rules are read and not when
//! they decide, and no condition can fail: there is no arithmetic, no index, no macro. What is
//! taken means what CEL means by it: the interpreter of `cel` is the oracle of the tests.
//!
//! Must not know: rules, what follows from a condition.

mod ask;
mod facts;
mod lower;
mod of;
mod read;
mod region;
mod term;
mod vars;

pub use facts::{Bits, Code, Facts};
pub use region::Region;
pub use vars::{Kind, Scope, VARIABLES, Variable};

use ask::Ask;

/// A condition has at most this many bytes.
pub(crate) const LONGEST: usize = 2000;
/// It nests at most this deep.
pub(crate) const DEEPEST: u16 = 16;
/// It asks at most this many questions; each word of a list is one.
pub(crate) const QUESTIONS: usize = 200;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    text: String,
    ask: Ask,
}

/// Why a text is no condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Where in the text, in characters.
    pub at: usize,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub remedy: String,
}

impl Condition {
    /// The condition that is always met.
    #[must_use]
    pub fn always() -> Self {
        Self { text: "true".to_owned(), ask: Ask::always() }
    }

    /// Reads a condition that stands where `scope` says.
    ///
    /// # Errors
    /// With the first thing that is wrong: no CEL, a name nobody knows, types that do not fit, a
    /// value outside of its closed list, more than the bounds allow.
    pub fn read(text: &str, scope: Scope) -> Result<Self, Wrong> {
        let ask = lower::lower(text, scope)?;
        Ok(Self { text: text.to_owned(), ask })
    }

    /// Whether it is met.
    #[must_use]
    pub fn is_met(&self, facts: &Facts<'_>) -> bool {
        self.ask.is_met(facts)
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The tenants it names.
    #[must_use]
    pub(crate) fn tenants(&self) -> Vec<&str> {
        let mut named = Vec::new();
        self.ask.words(vars::Var::Tenant, &mut named);
        named
    }

    /// What meets it, for the checks; none when that is too much to be told.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        Region::of(&self.ask)
    }
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
