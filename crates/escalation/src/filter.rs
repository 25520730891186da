//! Decides whether a mention is dropped: a setting names the lanes, none by default.
//!
//! Only lanes can be filtered, so a filter never drops a mention with targets. A message in a case
//! with work goes to the owner of the case, whichever lane matches it, and so do edits and
//! withdrawals of routed mentions. Every dropped mention leaves a `Filtered` record, which
//! reconciliation counts.
//!
//! Must not know: how the record is built.

use std::collections::BTreeSet;

use rules::{Decision, Rules};

use crate::case::CaseState;
use crate::transition::MessageRelation;

/// The lanes whose mentions are dropped, by the names of their playbook entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter(BTreeSet<String>);

impl Filter {
    /// A filter of these playbook entries.
    ///
    /// # Errors
    /// Returns a message for every name that is not a playbook entry or has targets.
    pub fn from_names<'a>(
        names: impl IntoIterator<Item = &'a str>,
        rules: &Rules,
    ) -> Result<Self, Vec<String>> {
        let lanes: Vec<&str> = rules.lanes().collect();
        let (mut filter, mut errors) = (Self::default(), Vec::new());
        for name in names {
            if lanes.contains(&name) {
                filter.0.insert(name.to_owned());
                continue;
            }
            let is_entry = rules.playbook().iter().any(|entry| entry.name == name);
            let problem = match is_entry {
                true => "has targets",
                false => "is not a playbook entry",
            };
            let lanes = lanes.join(", ");
            errors.push(format!("{name:?} {problem}; lanes that can be filtered: {lanes}"));
        }
        if errors.is_empty() { Ok(filter) } else { Err(errors) }
    }

    /// Whether the filter drops a mention with this decision and relation.
    pub(crate) fn drops(
        &self,
        decision: &Decision<'_>,
        relation: MessageRelation,
        case: Option<&CaseState>,
    ) -> bool {
        let is_new = match relation {
            MessageRelation::Opens => true,
            // In a case with work, the owner must see every message.
            MessageRelation::Joins => case.is_some_and(CaseState::is_lane),
            MessageRelation::Ignored
            | MessageRelation::Reopens
            | MessageRelation::Updates(_)
            | MessageRelation::Withdraws(_) => false,
        };
        is_new && decision.work.is_none() && self.0.contains(&decision.entry.name)
    }
}

#[cfg(test)]
mod tests;
