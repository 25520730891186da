//! Decides what the rules say about one mention, and looks up entries by name.
//!
//! Must not know: cases, state, how conditions are parsed.

use std::collections::BTreeMap;

use mention::Level;
use stage::{EventTime, TimeDelta};

use crate::{
    Campaign, EscalationPath, Facts, Person, PlaybookEntry, Policy, RoutingRule, Rules, Targets,
    Team, TenantSettings, Weights,
};

/// The outcome for one mention: instructions, owner and targets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision<'a> {
    /// The first valid playbook entry that matches.
    pub entry: &'a PlaybookEntry,
    /// The first route that matches, if any.
    pub route: Option<&'a RoutingRule>,
    /// The team that owns the case.
    pub owner: &'a str,
    /// Required skills with their proficiency.
    pub skills: &'a BTreeMap<String, u8>,
    /// Targets and escalation path; `None` for a lane, which needs no answer.
    pub work: Option<Work<'a>>,
    /// The owners of further entries about risks of the mention, in the order of the playbook.
    risk_owners: [Option<&'a str>; MAX_RISK_OWNERS],
}

/// The most owners of further risks that a decision names: a mention with more kinds of risk is for people
/// to share.
const MAX_RISK_OWNERS: usize = 4;

/// The SLA policy and the escalation path of a case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Work<'a> {
    /// The SLA policy.
    pub policy: &'a Policy,
    /// The escalation path.
    pub path: &'a EscalationPath,
}

impl<'a> Decision<'a> {
    /// The names of the rules that decided: route, playbook entry, policy.
    pub fn rule_names(&self) -> impl Iterator<Item = &'a str> {
        let route = self.route.map(|route| route.name.as_str());
        let policy = self.work.map(|work| work.policy.name.as_str());
        route.into_iter().chain([self.entry.name.as_str()]).chain(policy)
    }

    /// The name of the rule that determined the owner.
    #[must_use]
    pub fn deciding_rule(&self) -> &'a str {
        self.route.map_or(&self.entry.name, |route| &route.name)
    }

    /// The teams to inform, without duplicates and without the owner.
    pub fn watchers(&self) -> impl Iterator<Item = &'a str> {
        let (route, play) = (self.route.map_or(&[][..], |r| &r.watchers), &self.entry.watchers);
        let owner = self.owner;
        let risks = self.risk_owners.into_iter().flatten();
        let named = route.iter().chain(play).map(String::as_str).chain(risks);
        let mut seen: Vec<&str> = Vec::new();
        let is_new = named.filter(|name| {
            let is_new = *name != owner && !seen.contains(name);
            seen.extend(is_new.then_some(*name));
            is_new
        });
        is_new.collect::<Vec<_>>().into_iter()
    }
}

impl Rules {
    /// Decides about a mention at `at`. `None` only for rules without a playbook, which
    /// [`Rules::load`] rejects.
    #[must_use]
    pub fn decide(&self, facts: &Facts<'_>, at: EventTime) -> Option<Decision<'_>> {
        // The last entry has no condition; the fallback also covers rules built with errors.
        let matches =
            |play: &&PlaybookEntry| play.validity.contains(at) && play.when.matches(facts);
        let entry = self.playbook.iter().find(matches).or(self.playbook.last())?;
        // A fixed owner ignores every route.
        let mut routes = self.routes.iter().filter(|_| !entry.is_owner_fixed);
        let route = routes.find(|route| route.when.matches(facts));
        // A route without skills keeps those of the playbook entry.
        let skills = route.map(|route| &route.skills).filter(|skills| !skills.is_empty());
        // What a route states replaces what the entry states. Without a path, the mention is in a
        // lane.
        let path = route.and_then(|route| route.path.as_ref()).or(entry.path.as_ref());
        let named = route.and_then(|route| route.policy.as_ref()).or(entry.policy.as_ref());
        let work = path.and_then(|path| {
            let policy = match named {
                Some(name) => self.policy(name),
                // The last policy has no condition, so one always matches.
                None => self.policies.iter().find(|policy| policy.when.matches(facts)),
            };
            Some(Work { policy: policy?, path: self.path(path)? })
        });
        let owner = route.map_or(&entry.owner, |route| &route.owner);
        let skills = skills.unwrap_or(&entry.skills);
        let risk_owners = self.risk_owners(entry, facts, at);
        Some(Decision { entry, route, owner, skills, work, risk_owners })
    }

    /// The owners of the entries about risks that match beside the one that decides.
    fn risk_owners<'a>(
        &'a self,
        decides: &PlaybookEntry,
        facts: &Facts<'_>,
        at: EventTime,
    ) -> [Option<&'a str>; MAX_RISK_OWNERS] {
        let mut owners = [None; MAX_RISK_OWNERS];
        if facts.risks == 0 {
            return owners;
        }
        let further = self.playbook.iter().filter(|entry| entry.is_for_risk);
        let further = further.filter(|entry| entry.name != decides.name);
        let matching = further.filter(|e| e.validity.contains(at) && e.when.matches(facts));
        for (place, entry) in owners.iter_mut().zip(matching) {
            *place = Some(entry.owner.as_str());
        }
        owners
    }

    /// The team with this name.
    #[must_use]
    pub fn team(&self, name: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.name == name)
    }

    /// The team that takes cases that no other team takes.
    #[must_use]
    pub fn last_resort(&self) -> Option<&Team> {
        self.team(&self.last_resort)
    }

    /// The teams that may take a case after `waited` of the owner's calendar: the owner, then its overflow teams. Excludes the last resort.
    pub fn overflow_candidates(
        &self,
        team: &'_ Team,
        waited: TimeDelta,
    ) -> impl Iterator<Item = &Team> {
        let due = team.overflow.iter().filter(move |overflow| overflow.after <= waited);
        let names: Vec<&str> = due.map(|overflow| overflow.to.as_str()).collect();
        // The owner goes first: it may have got room since the case was offered.
        let own = self.team(&team.name);
        own.into_iter().chain(names.into_iter().filter_map(|name| self.team(name)))
    }

    /// The policy with this name; the last one, which matches everything, if a reload removed it.
    #[must_use]
    pub fn policy(&self, name: &str) -> Option<&Policy> {
        // A reload may have removed the policy of an open case.
        self.policies.iter().find(|policy| policy.name == name).or(self.policies.last())
    }

    /// The path with this name; the first one if a reload removed it.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<&EscalationPath> {
        self.paths.iter().find(|path| path.name == name).or(self.paths.first())
    }

    /// The targets of a policy for a level; those of the last policy if a reload removed it.
    #[must_use]
    pub fn targets(&self, policy: &str, level: Level) -> Option<Targets<'_>> {
        self.policy(policy).map(|policy| policy.targets(level))
    }

    /// The playbook in the order of precedence.
    #[must_use]
    pub fn playbook(&self) -> &[PlaybookEntry] {
        &self.playbook
    }

    /// The names of the lanes: playbook entries without a path, which need no answer.
    pub fn lanes(&self) -> impl Iterator<Item = &str> {
        self.playbook.iter().filter(|play| play.path.is_none()).map(|play| play.name.as_str())
    }

    /// The number of persons who are stale at `at`: they have left, or were not
    /// confirmed for longer than `stale_after`.
    #[must_use]
    pub fn stale_persons(&self, at: EventTime) -> usize {
        self.persons.iter().filter(|person| self.is_stale(person, at)).count()
    }

    pub(crate) fn is_stale(&self, person: &Person, at: EventTime) -> bool {
        at >= person.validity.until || at - person.confirmed_at > self.stale_after
    }

    /// The tenant with this name.
    #[must_use]
    pub fn tenant(&self, name: &str) -> Option<&TenantSettings> {
        self.tenants.iter().find(|tenant| tenant.name == name)
    }

    /// Every tenant.
    #[must_use]
    pub fn tenants(&self) -> &[TenantSettings] {
        &self.tenants
    }

    /// The weights of a tenant: its own, or those for all tenants.
    #[must_use]
    pub fn weights(&self, tenant: &str) -> Option<&Weights> {
        let own = self.weights.iter().find(|weights| weights.tenants.iter().any(|t| t == tenant));
        // The checks guarantee one section for all tenants.
        own.or_else(|| self.weights.iter().find(|weights| weights.tenants.is_empty()))
    }

    /// The campaigns of every tenant, past and future.
    #[must_use]
    pub fn all_campaigns(&self) -> &[Campaign] {
        &self.campaigns
    }

    /// The campaigns of a tenant at `at`.
    pub fn campaigns<'a>(
        &'a self,
        tenant: &'a str,
        at: EventTime,
    ) -> impl Iterator<Item = &'a Campaign> {
        let planned = self.campaigns.iter().filter(move |campaign| campaign.tenant == tenant);
        planned.filter(move |campaign| campaign.validity.contains(at))
    }
}
