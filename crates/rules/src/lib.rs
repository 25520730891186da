//! The rules: instructions, owner, SLA targets and escalation path of a mention.
//!
//! Rules are files of TOML with conditions in CEL; `deploy/rules/northline/` ([`northline`]) is
//! the documented sample. [`Rules::load`] parses and checks them and rejects invalid or
//! contradictory ones with every problem, each with file, line and remedy. `version` is the hash of
//! their content and is part of every decision. A decision is a pure function of the rules, the
//! mention and its event time:
//!
//! ```
//! use rules::{Facts, Rules, northline};
//! use stage::{EventTime, TimeDelta};
//!
//! let rules = Rules::load(&northline()).map_err(|problems| problems[0].to_string())?;
//! let mut mention = mention::Prioritized::default();
//! mention.priority.intent = mention::Intent::Complaint;
//! mention.priority.level = mention::Level::P2;
//! // Monday, 23 November 2026, 13:00 UTC
//! let received_at = EventTime::from_micros(1_795_438_800_000_000);
//!
//! // Instructions and owner.
//! let decision = rules.decide(&Facts::from_mention(&mention), received_at).ok_or("no playbook")?;
//! assert_eq!(decision.entry.name, "complaint");
//! assert_eq!((decision.deciding_rule(), decision.owner), ("urgent-complaint", "care-urgent"));
//!
//! // SLA targets, on the calendar of the policy.
//! let work = decision.work.ok_or("a lane")?;
//! let targets = work.policy.targets(mention.priority.level);
//! let respond_at = targets.respond.map(|target| target.due(received_at));
//! assert_eq!(respond_at, Some(received_at + 30 * TimeDelta::MINUTE));
//!
//! // The first contact after a missed target.
//! let (level, clock) = (mention.priority.level, mention::Clock::Respond);
//! let first = work.path.step(level, clock, 0).ok_or("no step")?;
//! assert_eq!(first.call, "care-lead");
//! assert!(!rules.on_duty(&first.call, received_at).is_empty());
//!
//! // The weights of the tenant, and the floors below which a level does not sink.
//! let weights = rules.weights("northline").ok_or("no weights")?;
//! assert_eq!(weights.level(100), mention::Level::P1);
//! assert!(weights.floor(&Facts { risks: 1, ..Facts::default() }).is_some()); // safety
//! # Ok::<(), String>(())
//! ```
//!
//! [`Rules`] are plain data without interior mutability: share them in an `Arc` and replace the
//! `Arc` to reload.
//!
//! Must not know: the state of cases and teams, timers, the wall clock, files on disk.

mod build;
mod calendar;
mod check;
mod condition;
mod decide;
mod duty;
mod file;
mod merged;
mod model;
mod problem;
mod sample;

pub use calendar::{Calendar, day_start, local_day};
pub use condition::{
    Condition, ConditionError, EnumIndex, EnumSet, Facts, Region, Scope, VARIABLES, Variable,
    VariableKind,
};
pub use decide::{Decision, Work};
pub use file::{
    CampaignKind, FactorPoints, LanguageRequirement, QuotaSection, TeamLocation, format_duration,
};
pub use model::{
    Campaign, CaseRetention, Contact, EscalationPath, Floor, OffHours, Overflow, PathStep, Person,
    PlaybookEntry, Policy, RelaxRule, Rotation, RoutingRule, Target, Targets, Team, TenantAccount,
    TenantLists, TenantSettings, Validity, Weights,
};
pub use problem::{RuleProblem, Severity, Source};
pub use sample::northline;

use merged::MergedFiles;
use problem::ProblemList;
use stage::{EventTime, TimeDelta};
use xxhash_rust::xxh3::Xxh3;

/// Checked rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The hash of the content, 16 hexadecimal digits.
    pub version: String,
    /// How long the state of cases is retained.
    pub retention: CaseRetention,
    pub(crate) stale_after: TimeDelta,
    pub(crate) last_resort: String,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) persons: Vec<Person>,
    pub(crate) teams: Vec<Team>,
    pub(crate) paths: Vec<EscalationPath>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) playbook: Vec<PlaybookEntry>,
    pub(crate) routes: Vec<RoutingRule>,
    pub(crate) weights: Vec<Weights>,
    pub(crate) tenants: Vec<TenantSettings>,
    pub(crate) campaigns: Vec<Campaign>,
}

impl Rules {
    /// Parses and checks rules. The order of the files is the order of precedence.
    ///
    /// # Errors
    /// Returns every problem but stale entries, by file and line, if one is of [`Severity::Error`]. If a file is not valid TOML
    /// or has unknown keys or values, returns only those problems: references between entries can
    /// be checked only in files that parse.
    pub fn load(sources: &[Source]) -> Result<Self, Vec<RuleProblem>> {
        let mut problems = ProblemList::new(sources);
        let rules = parse_and_check(sources, &mut problems).map(|(_, rules)| rules);
        match rules {
            Some(rules) if !problems.has_errors() => Ok(rules),
            _ => Err(problems.into_problems()),
        }
    }

    /// Every problem of the rules at `on`: the errors for which [`Rules::load`] rejects them, the
    /// entries that are stale by then, the holes in the duty plan from then on, and what was not analysed.
    #[must_use]
    pub fn problems(sources: &[Source], on: EventTime) -> Vec<RuleProblem> {
        let mut problems = ProblemList::new(sources);
        if let Some((files, rules)) = parse_and_check(sources, &mut problems) {
            check::stale(&files, &rules, on, &mut problems);
            check::on_duty(&files, &rules, on, &mut problems);
        }
        problems.into_problems()
    }

    /// The number of entries of each kind, for logs.
    #[must_use]
    pub fn counts(&self) -> [(&'static str, usize); 8] {
        [
            ("tenants", self.tenants.len()),
            ("teams", self.teams.len()),
            ("contacts", self.contacts.len()),
            ("paths", self.paths.len()),
            ("policies", self.policies.len()),
            ("playbook entries", self.playbook.len()),
            ("routes", self.routes.len()),
            ("campaigns", self.campaigns.len()),
        ]
    }
}

/// Parses and checks; `None` if a file does not parse.
fn parse_and_check(
    sources: &[Source],
    problems: &mut ProblemList<'_>,
) -> Option<(MergedFiles, Rules)> {
    let files = MergedFiles::parse(sources, problems);
    // A missing section would make every reference to it look undefined: report syntax first.
    if problems.has_errors() {
        return None;
    }
    let rules = build::build(&files, version(sources), problems);
    check::check(&files, &rules, problems);
    Some((files, rules))
}

/// The xxh3 hash of names and texts in their order.
fn version(sources: &[Source]) -> String {
    let mut hash = Xxh3::new();
    // The length before each part keeps "ab" + "c" apart from "a" + "bc".
    for part in sources.iter().flat_map(|source| [&source.file, &source.text]) {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    format!("{:016x}", hash.digest())
}

#[cfg(test)]
mod tests;
