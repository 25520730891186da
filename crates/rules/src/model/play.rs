//! What to do about a mention, and who does it.

use std::collections::BTreeMap;

use mention::Visibility;

use super::Valid;
use crate::file::Speaks;
use crate::when::Condition;

/// An entry of the playbook: what to do about a class of issues, and who does it as a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Play {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// When it holds.
    pub valid: Valid,
    /// What to do.
    pub what: String,
    /// How to reply.
    pub reply: String,
    /// Where the answer belongs.
    pub visibility: Visibility,
    /// Where an agent reads up on it.
    pub knowledge: Vec<String>,
    /// The team that owns the case, unless a route says otherwise.
    pub owner: String,
    /// Whether no route is asked.
    pub is_owner_fixed: bool,
    /// Who is told as well.
    pub watchers: Vec<String>,
    /// Skills asked of the agent, and how well, from 1 to 5.
    pub skills: BTreeMap<String, u8>,
    /// Whether the agent has to speak the author's language.
    pub speaks: Speaks,
    /// How much of an agent's capacity the case takes.
    pub weight: u32,
    pub(crate) when: Condition,
    pub(crate) policy: Option<String>,
    pub(crate) path: Option<String>,
}

/// An exception to who does it: by the customer, the author's reach, or what else is the case.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Its name.
    pub name: String,
    /// The team that owns the case.
    pub owner: String,
    /// Who is told as well, beside the watchers of the playbook entry.
    pub watchers: Vec<String>,
    /// Skills asked of the agent, instead of those of the playbook entry.
    pub skills: BTreeMap<String, u8>,
    pub(crate) when: Condition,
    pub(crate) policy: Option<String>,
    pub(crate) path: Option<String>,
}
