//! What is dropped instead of routed: lanes that a setting names, nothing by default.
//!
//! Only a lane can be filtered: nobody waits there, so a filter never drops what has a deadline. A
//! message of an author whose case is worked on goes to its owner whatever lane it would take, and
//! so does what becomes of a mention that was routed. Nothing is dropped in silence: each mention
//! leaves a [`Filtered`] record, by which the books count it.

use std::collections::BTreeSet;

use mention::{Filtered, Prioritized};

use crate::case::Case;
use crate::decide::Standing;
use crate::explain;
use crate::rules::{Route, Rules};

/// The lanes whose mentions are dropped, by the names of their routes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter(BTreeSet<String>);

impl Filter {
    /// A filter that drops what these routes take.
    ///
    /// # Errors
    /// With every name that is no route or is one with deadlines, and what would be right.
    pub fn of<'a>(
        names: impl IntoIterator<Item = &'a str>,
        rules: &Rules,
    ) -> Result<Self, Vec<String>> {
        let lanes = rules.routes.iter().filter(|route| route.work.is_none());
        let lanes: Vec<&str> = lanes.map(|route| route.name.as_str()).collect();
        let (mut filter, mut wrong) = (Self::default(), Vec::new());
        for name in names {
            if lanes.contains(&name) {
                filter.0.insert(name.to_owned());
                continue;
            }
            let is_route = rules.routes.iter().any(|route| route.name == name);
            let what =
                if is_route { "has deadlines, and only lanes" } else { "is no route; lanes" };
            wrong.push(format!("{name:?} {what} can be filtered: {}", lanes.join(", ")));
        }
        if wrong.is_empty() { Ok(filter) } else { Err(wrong) }
    }

    /// Whether a mention that this route takes is dropped.
    pub(crate) fn drops(&self, route: &Route, standing: Standing, case: Option<&Case>) -> bool {
        let is_new = match standing {
            Standing::Opens => true,
            Standing::Joins => case.is_some_and(Case::is_lane),
            Standing::Nothing
            | Standing::Reopens
            | Standing::Changes(_)
            | Standing::Withdraws(_) => false,
        };
        is_new && self.0.contains(&route.name)
    }
}

/// What is left of a mention that is dropped.
pub(crate) fn filtered(fact: &Prioritized, route: &Route, rules: &Rules) -> Filtered {
    Filtered {
        mention_id: fact.mention.mention_id(),
        tenant: fact.mention.tenant.clone(),
        platform: fact.mention.platform.clone(),
        author_id: fact.mention.author.id.clone(),
        revision: fact.findings.revision,
        level: fact.priority.level,
        score: fact.priority.score,
        rule: route.name.clone(),
        rules_version: rules.version.clone(),
        explanation: explain::filtered(fact, route),
        received_at: fact.mention.received_at,
    }
}

#[cfg(test)]
mod tests;
