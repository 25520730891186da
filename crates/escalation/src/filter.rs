//! What is dropped instead of routed: lanes that a setting names, nothing by default.
//!
//! Only a lane can be filtered: nobody waits there, so a filter never drops what has a deadline. A
//! message of an author whose case is worked on goes to its owner whatever lane it would take, and
//! so does what becomes of a mention that was routed. Nothing is dropped in silence: each mention
//! leaves a [`Filtered`] record, by which the books count it.

use std::collections::BTreeSet;

use mention::{Filtered, Prioritized};
use rules::{Decision, Rules};

use crate::case::Case;
use crate::decide::Standing;
use crate::explain;

/// The lanes whose mentions are dropped, by the names of their playbook entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter(BTreeSet<String>);

impl Filter {
    /// A filter that drops what these entries of the playbook take.
    ///
    /// # Errors
    /// With every name that is no entry or is one with deadlines, and what would be right.
    pub fn of<'a>(
        names: impl IntoIterator<Item = &'a str>,
        rules: &Rules,
    ) -> Result<Self, Vec<String>> {
        let lanes: Vec<&str> = rules.lanes().collect();
        let (mut filter, mut wrong) = (Self::default(), Vec::new());
        for name in names {
            if lanes.contains(&name) {
                filter.0.insert(name.to_owned());
                continue;
            }
            let is_entry = rules.playbook().iter().any(|play| play.name == name);
            let what = match is_entry {
                true => "has deadlines, and only lanes",
                false => "is no playbook entry; lanes",
            };
            wrong.push(format!("{name:?} {what} can be filtered: {}", lanes.join(", ")));
        }
        if wrong.is_empty() { Ok(filter) } else { Err(wrong) }
    }

    /// Whether a mention about which this is decided is dropped.
    pub(crate) fn drops(
        &self,
        rule: &Decision<'_>,
        standing: Standing,
        case: Option<&Case>,
    ) -> bool {
        let is_new = match standing {
            Standing::Opens => true,
            Standing::Joins => case.is_some_and(Case::is_lane),
            Standing::Nothing
            | Standing::Reopens
            | Standing::Changes(_)
            | Standing::Withdraws(_) => false,
        };
        is_new && rule.work.is_none() && self.0.contains(&rule.play.name)
    }
}

/// What is left of a mention that is dropped.
pub(crate) fn filtered(fact: &Prioritized, rule: &Decision<'_>, rules: &Rules) -> Filtered {
    Filtered {
        mention_id: fact.mention.mention_id(),
        tenant: fact.mention.tenant.clone(),
        platform: fact.mention.platform.clone(),
        author_id: fact.mention.author.id.clone(),
        revision: fact.findings.revision,
        level: fact.priority.level,
        score: fact.priority.score,
        rule: rule.rule().to_owned(),
        rules_version: rules.version.clone(),
        explanation: explain::filtered(fact, rule),
        received_at: fact.mention.received_at,
    }
}

#[cfg(test)]
mod tests;
