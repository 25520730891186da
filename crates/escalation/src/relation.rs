//! Relates a mention to the last case of its author.
//!
//! Must not know: rules, clocks, what follows from a relation.

use mention::{Novelty, Prioritized};

use crate::case::CaseState;
use crate::transition::MessageRelation;

/// The relation of a mention with this id hash to the last case of its author.
///
/// `may_reopen` decides whether the mention reopens a closed case.
pub(crate) fn relate(
    fact: &Prioritized,
    id_hash: i64,
    case: Option<&CaseState>,
    may_reopen: impl Fn(&CaseState) -> bool,
) -> MessageRelation {
    let previous = case.and_then(|case| case.find_routed(id_hash)).copied();
    let is_open = case.is_some_and(|case| !case.is_closed);
    // A re-scored mention concerns open work only: it opens no case and leaves closed ones alone.
    let is_revision = fact.priority.revision > 1;
    let is_open_work =
        previous.zip(case).is_some_and(|(previous, case)| is_open && previous.case == case.id);
    match (fact.findings.novelty, previous) {
        _ if fact.mention.is_own => MessageRelation::Ignored,
        _ if is_revision && !is_open_work => MessageRelation::Ignored,
        (Novelty::Withdrawal, Some(previous)) if !previous.is_withdrawn => {
            MessageRelation::Withdraws(previous)
        }
        (Novelty::Withdrawal, _) => MessageRelation::Ignored,
        // Platforms may deliver an edit after the deletion.
        (Novelty::Edit, Some(previous)) if previous.is_withdrawn => MessageRelation::Ignored,
        (_, Some(previous)) if !previous.is_withdrawn => MessageRelation::Updates(previous),
        _ if is_open => MessageRelation::Joins,
        _ if case.is_some_and(may_reopen) => MessageRelation::Reopens,
        _ => MessageRelation::Opens,
    }
}

#[cfg(test)]
mod tests;
