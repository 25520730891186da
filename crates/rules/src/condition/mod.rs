//! Conditions: CEL expressions over a documented record, compiled once, with bounded cost.
//!
//! The crate `cel` parses. Lowering checks the types of the syntax tree against [`VARIABLES`] and
//! turns it into comparisons of plain values. So unknown names fail when rules load, and evaluation
//! cannot fail: arithmetic, indexing and macros are rejected. Accepted expressions have the meaning
//! of CEL; the tests compare them with the interpreter of `cel`.
//!
//! Must not know: rules, the consequences of a condition.

mod comparison;
mod facts;
mod from_mention;
mod lookup;
mod lower;
mod predicate;
mod region;
mod variables;

pub use facts::{EnumIndex, EnumSet, Facts};
pub(crate) use region::Coverage;
pub use region::Region;
pub use variables::{Scope, VARIABLES, Variable, VariableKind};

use predicate::Predicate;

/// The maximum length of a condition, in bytes.
pub(crate) const MAX_BYTES: usize = 2000;
/// The maximum nesting depth.
pub(crate) const MAX_DEPTH: u16 = 16;
/// The maximum number of comparisons; each string of a list counts as one.
pub(crate) const MAX_COMPARISONS: usize = 200;

/// A compiled condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    text: String,
    predicate: Predicate,
}

/// Why a text is not a valid condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionError {
    /// The position in the text, in characters.
    pub at: usize,
    /// The problem, as a fragment.
    pub message: String,
    /// The remedy, as a fragment.
    pub remedy: String,
}

impl Condition {
    /// The condition that always matches.
    #[must_use]
    pub fn always() -> Self {
        Self { text: "true".to_owned(), predicate: Predicate::always() }
    }

    /// Parses and compiles a condition for a scope.
    ///
    /// # Errors
    /// Returns the first problem: invalid CEL, an unknown name, a type mismatch, a value outside of
    /// its closed list, or an exceeded bound.
    pub fn parse(text: &str, scope: Scope) -> Result<Self, ConditionError> {
        let predicate = lower::lower(text, scope)?;
        Ok(Self { text: text.to_owned(), predicate })
    }

    /// Whether a record matches.
    #[must_use]
    pub fn matches(&self, facts: &Facts<'_>) -> bool {
        self.predicate.matches(facts)
    }

    /// The source text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names with which `tenant` is compared.
    #[must_use]
    pub(crate) fn tenants(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.predicate.collect_words(variables::VariableId::Tenant, &mut names);
        names
    }

    /// Whether only mentions with a risk match.
    #[must_use]
    pub(crate) fn requires_risk(&self) -> bool {
        self.predicate.requires_member_of(variables::VariableId::Risks)
    }

    /// The set of matching records, for the checks; `None` if it is too complex.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        Region::of_predicate(&self.predicate)
    }
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
