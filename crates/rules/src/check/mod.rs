//! What rules must hold as a whole: everything can be reached, everything finds an end, somebody
//! is there for it.

mod floors;
mod order;
mod service;
mod stale;
mod standards;
mod steps;
mod tenants;

pub(crate) use stale::stale;

use crate::Rules;
use crate::book::Book;
use crate::problem::Findings;

/// Finds what is broken between entries that are right by themselves.
pub(crate) fn check(book: &Book, rules: &Rules, found: &mut Findings<'_>) {
    order::check(book, rules, found);
    standards::check(book, rules, found);
    steps::check(book, rules, found);
    service::check(book, rules, found);
    floors::check(book, rules, found);
    tenants::check(book, found);
}
