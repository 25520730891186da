//! What the rules say about one mention.

use std::collections::BTreeMap;

use mention::Level;
use stage::Micros;

use crate::{
    Campaign, Facts, Path, Person, Play, Policy, Route, Rules, Targets, Team, Tenant, Weights,
};

/// What to do, who does it, and by when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision<'a> {
    /// What to do: the first entry of the playbook that is met and valid.
    pub play: &'a Play,
    /// The exception that says who does it, if one is met: the first.
    pub route: Option<&'a Route>,
    /// The team that owns the case.
    pub owner: &'a str,
    /// Skills asked of the agent.
    pub skills: &'a BTreeMap<String, u8>,
    /// By when, and who is called; none for a lane, where nobody waits.
    pub work: Option<Work<'a>>,
}

/// By when a case is worked on, and who is called when it is not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Work<'a> {
    /// The SLA policy.
    pub policy: &'a Policy,
    /// The escalation path.
    pub path: &'a Path,
}

impl<'a> Decision<'a> {
    /// The names of the rules that have decided: who does it, what to do, by when.
    pub fn rules(&self) -> impl Iterator<Item = &'a str> {
        let route = self.route.map(|route| route.name.as_str());
        let policy = self.work.map(|work| work.policy.name.as_str());
        route.into_iter().chain([self.play.name.as_str()]).chain(policy)
    }

    /// The name of the rule that says who does it.
    #[must_use]
    pub fn rule(&self) -> &'a str {
        self.route.map_or(&self.play.name, |route| &route.name)
    }

    /// Who is told as well, each once; never the owner.
    pub fn watchers(&self) -> impl Iterator<Item = &'a str> {
        let (route, play) = (self.route.map_or(&[][..], |r| &r.watchers), &self.play.watchers);
        let owner = self.owner;
        let new = play.iter().filter(|watcher| !route.contains(watcher));
        route.iter().chain(new).map(String::as_str).filter(move |watcher| *watcher != owner)
    }
}

impl Rules {
    /// What the rules say about a mention of this time, in microseconds; nothing only for rules
    /// without a playbook, which [`Rules::load`] refuses.
    #[must_use]
    pub fn decide(&self, facts: &Facts<'_>, at: Micros) -> Option<Decision<'_>> {
        let is_met = |play: &&Play| play.valid.is_valid(at) && play.when.is_met(facts);
        let play = self.plays.iter().find(is_met).or(self.plays.last())?;
        let mut routes = self.routes.iter().filter(|_| !play.is_owner_fixed);
        let route = routes.find(|route| route.when.is_met(facts));
        let skills = route.map(|route| &route.skills).filter(|skills| !skills.is_empty());
        let path = route.and_then(|route| route.path.as_ref()).or(play.path.as_ref());
        let named = route.and_then(|route| route.policy.as_ref()).or(play.policy.as_ref());
        let work = path.and_then(|path| {
            let policy = match named {
                Some(name) => self.policy(name),
                None => self.policies.iter().find(|policy| policy.when.is_met(facts)),
            };
            Some(Work { policy: policy?, path: self.path(path)? })
        });
        let owner = route.map_or(&play.owner, |route| &route.owner);
        Some(Decision { play, route, owner, skills: skills.unwrap_or(&play.skills), work })
    }

    /// A team by its name.
    #[must_use]
    pub fn team(&self, name: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.name == name)
    }

    /// The team for what nobody else takes.
    #[must_use]
    pub fn last_resort(&self) -> Option<&Team> {
        self.team(&self.last_resort)
    }

    /// Who may take a case that lies with a team since so long, in microseconds of its calendar:
    /// the team itself, then those that help out. The last resort is not among them.
    pub fn helpers(&self, team: &'_ Team, waited: Micros) -> impl Iterator<Item = &Team> {
        let due = team.overflow.iter().filter(move |overflow| overflow.after <= waited);
        let names: Vec<&str> = due.map(|overflow| overflow.to.as_str()).collect();
        let own = self.team(&team.name);
        own.into_iter().chain(names.into_iter().filter_map(|name| self.team(name)))
    }

    /// A policy by its name; the last one for a case whose own is no longer in the rules.
    #[must_use]
    pub fn policy(&self, name: &str) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.name == name).or(self.policies.last())
    }

    /// A path by its name; the first of all for a case whose own is no longer in the rules.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<&Path> {
        self.paths.iter().find(|path| path.name == name).or(self.paths.first())
    }

    /// The targets of a policy for a level; those of the last one for a case whose own is no
    /// longer in the rules.
    #[must_use]
    pub fn targets(&self, policy: &str, level: Level) -> Option<Targets<'_>> {
        self.policy(policy).map(|policy| policy.targets(level))
    }

    /// The playbook, in the order of precedence.
    #[must_use]
    pub fn playbook(&self) -> &[Play] {
        &self.plays
    }

    /// The names of the entries of the playbook that are lanes, where nobody waits.
    pub fn lanes(&self) -> impl Iterator<Item = &str> {
        self.plays.iter().filter(|play| play.path.is_none()).map(|play| play.name.as_str())
    }

    /// Who is called for a person or a duty, in this order: those who are there at this moment, in
    /// microseconds, first those whose hours it is.
    #[must_use]
    pub fn on_call(&self, name: &str, at: Micros) -> Vec<&Person> {
        let contact = self.contacts.iter().find(|contact| contact.name == name);
        let places = contact.map_or(&[][..], |contact| &contact.on_call);
        let persons = places.iter().filter_map(|place| self.persons.get(*place));
        let mut there: Vec<&Person> = persons.filter(|person| person.valid.is_valid(at)).collect();
        there.sort_by_key(|person| !person.calendar.is_open(at));
        there
    }

    /// How many persons are stale at this moment, in microseconds: gone, or not confirmed for long.
    #[must_use]
    pub fn stale_persons(&self, at: Micros) -> usize {
        self.persons.iter().filter(|person| self.is_stale(person, at)).count()
    }

    pub(crate) fn is_stale(&self, person: &Person, at: Micros) -> bool {
        at >= person.valid.until || at.saturating_sub(person.confirmed) > self.stale_after
    }

    /// A tenant by its name.
    #[must_use]
    pub fn tenant(&self, name: &str) -> Option<&Tenant> {
        self.tenants.iter().find(|tenant| tenant.name == name)
    }

    /// Every tenant.
    #[must_use]
    pub fn tenants(&self) -> &[Tenant] {
        &self.tenants
    }

    /// The weights of a tenant: those for it, or those for everybody.
    #[must_use]
    pub fn weights(&self, tenant: &str) -> Option<&Weights> {
        let own = self.weights.iter().find(|weights| weights.tenants.iter().any(|t| t == tenant));
        own.or_else(|| self.weights.iter().find(|weights| weights.tenants.is_empty()))
    }

    /// Everything planned, of every tenant and for every day.
    #[must_use]
    pub fn all_campaigns(&self) -> &[Campaign] {
        &self.campaigns
    }

    /// What a tenant has planned for this moment, in microseconds.
    pub fn campaigns<'a>(
        &'a self,
        tenant: &'a str,
        at: Micros,
    ) -> impl Iterator<Item = &'a Campaign> {
        let planned = self.campaigns.iter().filter(move |campaign| campaign.tenant == tenant);
        planned.filter(move |campaign| campaign.valid.is_valid(at))
    }
}
