//! Playbook entries and routes.

use std::collections::BTreeMap;

use mention::Visibility;

use super::Validity;
use crate::condition::Condition;
use crate::file::LanguageRequirement;

/// An entry of the playbook: instructions for a class of mentions, and their default owner.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaybookEntry {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The period in which the entry is valid.
    pub validity: Validity,
    /// Instructions for the agent.
    pub instructions: String,
    /// A suggested reply; may be empty.
    pub reply: String,
    /// Where the answer belongs.
    pub visibility: Visibility,
    /// References for the agent.
    pub knowledge: Vec<String>,
    /// The team that owns the case, unless a route names another.
    pub owner: String,
    /// Whether routes are ignored.
    pub is_owner_fixed: bool,
    /// Whether only mentions with a risk match.
    pub is_for_risk: bool,
    /// Teams that are informed.
    pub watchers: Vec<String>,
    /// Required skills with their proficiency, from 1 to 5.
    pub skills: BTreeMap<String, u8>,
    /// Whether the agent must speak the author's language.
    pub language_requirement: LanguageRequirement,
    /// The capacity weight of the case.
    pub weight: u32,
    pub(crate) when: Condition,
    pub(crate) policy: Option<String>,
    pub(crate) path: Option<String>,
}

/// An exception to the owner of a playbook entry, for example by customer or reach.
#[derive(Debug, Clone, PartialEq)]
pub struct RoutingRule {
    /// Its name.
    pub name: String,
    /// The team that owns the case.
    pub owner: String,
    /// Teams that are informed, in addition to the watchers of the playbook entry.
    pub watchers: Vec<String>,
    /// Required skills; if not empty, they replace those of the playbook entry.
    pub skills: BTreeMap<String, u8>,
    pub(crate) when: Condition,
    pub(crate) policy: Option<String>,
    pub(crate) path: Option<String>,
}
