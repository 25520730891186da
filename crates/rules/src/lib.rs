//! The rules: what to do about a mention, who does it, by when, and who is called when it is late.
//!
//! Rules are files of TOML with conditions in CEL; `deploy/rules/northline/` ([`northline`]) is
//! the documented sample. [`Rules::load`] reads and checks them, and refuses what contradicts
//! itself with everything that is wrong, each with file, line and remedy. Their `version` is the
//! hash of their content and stands in every decision. Deciding is a pure function of the rules,
//! the mention and its time:
//!
//! ```
//! use rules::{Facts, Rules, northline};
//!
//! let rules = Rules::load(&northline()).map_err(|problems| problems[0].to_string())?;
//! let mut mention = mention::Prioritized::default();
//! mention.priority.intent = mention::Intent::Complaint;
//! mention.priority.level = mention::Level::P2;
//! let heard_at = 1_795_438_800_000_000; // Monday, 23 November 2026, 13:00 UTC
//!
//! // What to do and who does it.
//! let decision = rules.decide(&Facts::of(&mention), heard_at).ok_or("no playbook")?;
//! assert_eq!(decision.play.name, "complaint");
//! assert_eq!((decision.rule(), decision.owner), ("urgent-complaint", "care-urgent"));
//!
//! // By when: on the calendar of the policy.
//! let work = decision.work.ok_or("a lane")?;
//! let targets = work.policy.targets(mention.priority.level);
//! let respond_at = targets.respond.map(|target| target.due(heard_at));
//! assert_eq!(respond_at, Some(heard_at + 30 * 60_000_000));
//!
//! // Who is called when it is late.
//! let (level, clock) = (mention.priority.level, mention::Clock::Respond);
//! let first = work.path.step(level, clock, 0).ok_or("nobody")?;
//! assert_eq!(first.call, "care-lead");
//! assert!(!rules.on_call(&first.call, heard_at).is_empty());
//!
//! // How urgent: the weights of the tenant, and the floors below which no score lets it sink.
//! let weights = rules.weights("northline").ok_or("no weights")?;
//! assert_eq!(weights.level(100), mention::Level::P1);
//! assert!(weights.floor(&Facts { risks: 1, ..Facts::default() }).is_some()); // safety
//! # Ok::<(), String>(())
//! ```
//!
//! [`Rules`] are plain data without interior mutability: share them in an `Arc`, and put another
//! in its place to reload.
//!
//! Not yet: cost of a decision beyond the conditions, such as a team's load; that is state.
//! Must not know: cases, timers, the clock, files on disk.

mod book;
mod build;
mod calendar;
mod check;
mod decide;
mod file;
mod model;
mod problem;
mod sample;
mod when;

pub use calendar::{Calendar, day, day_of};
pub use decide::{Decision, Work};
pub use file::{CampaignKind, Place, Points, Quota, Speaks, spoken};
pub use model::{
    Account, Campaign, Contact, Floor, Lists, Memory, Overflow, Path, Person, Play, Policy, Relax,
    Route, Step, Target, Targets, Team, Tenant, Valid, Weights,
};
pub use problem::{Gravity, Problem, Source};
pub use sample::northline;
pub use when::{Bits, Code, Condition, Facts, Kind, Region, Scope, VARIABLES, Variable, Wrong};

use book::Book;
use problem::Findings;
use stage::Micros;
use xxhash_rust::xxh3::Xxh3;

/// Checked rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The hash of their content, 16 hexadecimal digits: in every decision.
    pub version: String,
    /// How long cases are remembered.
    pub memory: Memory,
    pub(crate) stale_after: Micros,
    pub(crate) last_resort: String,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) persons: Vec<Person>,
    pub(crate) teams: Vec<Team>,
    pub(crate) paths: Vec<Path>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) plays: Vec<Play>,
    pub(crate) routes: Vec<Route>,
    pub(crate) weights: Vec<Weights>,
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) campaigns: Vec<Campaign>,
}

impl Rules {
    /// Reads and checks rules. The order of the files is the order of precedence.
    ///
    /// # Errors
    /// With every problem that is [`Gravity::Broken`], by file and line. Of files that are no
    /// TOML, or have a key or a value nobody knows, only that is told; what refers to what is
    /// checked in files that can be read.
    pub fn load(sources: &[Source]) -> Result<Self, Vec<Problem>> {
        let mut found = Findings::new(sources);
        let rules = read(sources, &mut found).map(|(_, rules)| rules);
        match rules {
            Some(rules) if !found.is_broken() => Ok(rules),
            _ => Err(found.into_problems()),
        }
    }

    /// Everything wrong with rules on a day, given as any moment of it in microseconds: what
    /// [`Rules::load`] refuses, and what time has passed over.
    #[must_use]
    pub fn problems(sources: &[Source], on: Micros) -> Vec<Problem> {
        let mut found = Findings::new(sources);
        if let Some((book, rules)) = read(sources, &mut found) {
            check::stale(&book, &rules, on, &mut found);
        }
        found.into_problems()
    }

    /// What stands in rules, to be told: how many there are of each.
    #[must_use]
    pub fn counts(&self) -> [(&'static str, usize); 8] {
        [
            ("tenants", self.tenants.len()),
            ("teams", self.teams.len()),
            ("contacts", self.contacts.len()),
            ("paths", self.paths.len()),
            ("policies", self.policies.len()),
            ("playbook entries", self.plays.len()),
            ("routes", self.routes.len()),
            ("campaigns", self.campaigns.len()),
        ]
    }
}

/// Reads and checks; nothing when a file cannot be read at all.
fn read(sources: &[Source], found: &mut Findings<'_>) -> Option<(Book, Rules)> {
    let book = Book::read(sources, found);
    if found.is_broken() {
        return None;
    }
    let rules = build::build(&book, version(sources), found);
    check::check(&book, &rules, found);
    Some((book, rules))
}

/// The hash of names and texts, in their order.
fn version(sources: &[Source]) -> String {
    let mut hash = Xxh3::new();
    for part in sources.iter().flat_map(|source| [&source.file, &source.text]) {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    format!("{:016x}", hash.digest())
}

#[cfg(test)]
mod tests;
