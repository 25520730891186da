//! The same mention is never promised two things: policies that speak for the same mentions say
//! which of them goes first, and what is more urgent is never promised for later.

use crate::Rules;
use crate::book::Book;
use crate::file::Name;
use crate::model::{Policy, Standards};
use crate::problem::{Findings, In};

pub(super) fn check(book: &Book, rules: &Rules, found: &mut Findings<'_>) {
    let all: Vec<_> = book.policies.iter().zip(&rules.policies).collect();
    for (place, (written, policy)) in all.iter().enumerate() {
        rising(written.file, &written.it.name, policy, found);
        for (later, other) in &all[place + 1..] {
            let says = |In { it, .. }: &In<crate::file::Policy>, name: &Name| {
                it.over.iter().any(|over| over.get_ref() == name.get_ref())
            };
            if !says(written, &later.it.name) {
                overlap(written.file, &written.it.name, policy, other, found);
            }
        }
    }
}

/// Two policies speak for the same mentions, and neither is the exception of the other.
fn overlap(file: usize, name: &Name, policy: &Policy, other: &Policy, found: &mut Findings<'_>) {
    let regions = policy.when.region().zip(other.when.region());
    let Some((own, others)) = regions else { return };
    let both = own.and(&others);
    let (only, rest) = (own.without(&others), others.without(&own));
    let (Some(both), Some(only), Some(rest)) = (both, only, rest) else { return };
    if both.is_empty() || only.is_empty() || rest.is_empty() || policy.standards == other.standards
    {
        return;
    }
    let (first, second) = (&policy.name, &other.name);
    let what = format!(
        "conflicting standards: policies \"{first}\" and \"{second}\" both speak for {}",
        both.example()
    );
    let remedy = format!("narrow one of them, or write over = [\"{second}\"] into \"{first}\"");
    found.broken(file, name, what, remedy);
}

/// What one clock has.
type Clock = fn(&Standards) -> Option<i64>;

/// The more urgent level never has the later deadline.
fn rising(file: usize, name: &Name, policy: &Policy, found: &mut Findings<'_>) {
    for (level, pair) in policy.standards.windows(2).enumerate() {
        let [urgent, lesser] = pair else { continue };
        // On two calendars the same time is not the same.
        if urgent.calendar != lesser.calendar {
            continue;
        }
        let clocks: [(&str, Clock); 3] = [
            ("acknowledge", |targets| targets.acknowledge),
            ("respond", |targets| targets.respond),
            ("resolve", |targets| targets.resolve),
        ];
        for (clock, of) in clocks {
            if of(lesser).is_some_and(|later| of(urgent).is_none_or(|sooner| sooner > later)) {
                let (more, less) = (level + 1, level + 2);
                let what = format!(
                    "conflicting standards: policy \"{}\" lets P{more} wait longer than P{less} to {clock}",
                    policy.name
                );
                found.broken(file, name, what, format!("give P{more} the sooner deadline"));
            }
        }
    }
}
