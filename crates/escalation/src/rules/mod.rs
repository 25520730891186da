//! The rules: who owns what, by when, and who is called when it is late.
//!
//! Rules are read from TOML by [`parse`], which refuses what contradicts itself and says in which
//! line. `deploy/rules/northline.toml` ([`NORTHLINE`]) documents every setting.
//! Must not know: cases, timers, records other than the mention that is decided about.

mod check;
mod file;
mod lasting;
mod parse;
mod when;

pub use lasting::spoken;
pub use parse::{Problem, parse};
pub use when::When;

use std::collections::BTreeMap;

use mention::{Level, Prioritized};
use stage::Micros;

/// The rules of the fictional brand Northline: the documented sample, and what the demo runs by.
pub const NORTHLINE: &str = include_str!("../../../../deploy/rules/northline.toml");

/// Checked rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The hash of their text: in every decision.
    pub version: String,
    /// How long cases are remembered.
    pub memory: Memory,
    pub(crate) teams: Vec<Team>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) paths: Vec<Path>,
    pub(crate) routes: Vec<Route>,
}

/// How long cases are remembered, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// After it was closed.
    pub closed: Micros,
    /// In a lane, after its last message.
    pub lane: Micros,
    /// While it is open, after its last message or event.
    pub idle: Micros,
}

/// Who can own a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// Where its work lies.
    pub queue: String,
    /// What its agents can do.
    pub skills: Vec<String>,
}

/// Deadlines by level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Every level has targets.
    pub targets: BTreeMap<Level, Targets>,
}

/// How long each clock runs, in microseconds; none where it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Targets {
    /// Until somebody has accepted the case.
    pub acknowledge: Option<Micros>,
    /// Until the author has an answer.
    pub respond: Option<Micros>,
    /// Until the case is closed.
    pub resolve: Option<Micros>,
}

/// Who is called when a clock runs out, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Its name.
    pub name: String,
    /// At least one.
    pub contacts: Vec<Contact>,
    /// The last contact is called again after this, in microseconds.
    pub repeat: Micros,
    /// How often somebody is called for one clock, all in all.
    pub max_raises: u16,
}

impl Path {
    /// The contact at this place; the last one for every place behind it.
    #[must_use]
    pub fn contact(&self, place: usize) -> Option<&Contact> {
        self.contacts.get(place).or(self.contacts.last())
    }

    /// How long after the call at `place` the next one follows, in microseconds.
    #[must_use]
    pub fn delay_after(&self, place: usize) -> Micros {
        self.contacts.get(place + 1).map_or(self.repeat, |next| next.after)
    }
}

/// Somebody to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Their name, as the duty roster knows it.
    pub name: String,
    /// How long after the deadline, or after the call before, in microseconds.
    pub after: Micros,
}

/// Where mentions go that meet its conditions.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Its name: in every decision it makes.
    pub name: String,
    /// What it asks of a mention.
    pub when: When,
    /// The team that owns the case.
    pub owner: String,
    /// Who is told as well.
    pub watchers: Vec<String>,
    /// Skills asked of the agent.
    pub skills: Vec<String>,
    /// What to do.
    pub playbook: String,
    /// By when, and who is called; none for a lane, where nobody waits.
    pub work: Option<Work>,
}

/// By when a case is worked on, and who is called when it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The SLA policy.
    pub policy: String,
    /// The escalation path.
    pub path: String,
}

impl Rules {
    /// The route of a mention: the first whose conditions it meets. The last asks nothing.
    #[must_use]
    pub fn route(&self, fact: &Prioritized) -> Option<&Route> {
        self.routes.iter().find(|route| route.when.is_met(fact))
    }

    /// A team by name.
    #[must_use]
    pub fn team(&self, name: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.name == name)
    }

    /// A path by name; the first of all for a case whose path is no longer in the rules.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<&Path> {
        self.paths.iter().find(|path| path.name == name).or(self.paths.first())
    }

    /// The targets of a policy; of the first policy for a case whose own is no longer in the
    /// rules.
    #[must_use]
    pub fn targets(&self, policy: &str, level: Level) -> Targets {
        let found = self.policies.iter().find(|known| known.name == policy);
        let found = found.or(self.policies.first());
        found.and_then(|policy| policy.targets.get(&level)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
