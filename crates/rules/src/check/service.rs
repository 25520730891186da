//! Somebody is there: teams that have agents, skills that somebody has, languages that somebody
//! speaks, names of tenants that exist.

use std::collections::BTreeSet;

use crate::Rules;
use crate::book::Book;
use crate::file::{Name, Speaks};
use crate::model::Team;
use crate::problem::{Findings, In};
use crate::when::{Condition, Scope};

pub(super) fn check(book: &Book, rules: &Rules, found: &mut Findings<'_>) {
    teams(book, rules, found);
    skills(book, rules, found);
    languages(book, rules, found);
    tenants(book, rules, found);
}

/// Every team has somebody who works, and something leads to it.
fn teams(book: &Book, rules: &Rules, found: &mut Findings<'_>) {
    let owners = book.plays.iter().flat_map(|p| p.it.watchers.iter().chain([&p.it.owner]));
    let routed = book.routes.iter().flat_map(|r| r.it.watchers.iter().chain([&r.it.owner]));
    let helping = book.teams.iter().flat_map(|team| team.it.overflow.iter().map(|o| &o.to));
    let given = book.paths.iter().flat_map(|path| path.it.steps.iter());
    let given = given.filter_map(|step| step.give_to.as_ref());
    let last = book.last_resort.iter().map(|last| &last.it);
    let used = owners.chain(routed).chain(helping).chain(given).chain(last);
    let used: BTreeSet<&str> = used.map(|name: &Name| name.get_ref().as_str()).collect();
    for (In { file, it }, team) in book.teams.iter().zip(&rules.teams) {
        let name = &team.name;
        if team.capacity == 0 && (team.overflow.is_empty() || *name == rules.last_resort) {
            let what = format!("nobody serves team \"{name}\"");
            found.broken(*file, &it.capacity, what, "give it capacity, or let another help out");
        }
        if !used.contains(name.as_str()) {
            let what = format!("unreachable: nothing is ever given to team \"{name}\"");
            found.broken(*file, &it.name, what, "name it as an owner or a watcher, or remove it");
        }
    }
}

/// What is asked of an agent somebody of the owner can do, or of those who help out.
fn skills(book: &Book, rules: &Rules, found: &mut Findings<'_>) {
    let plays = book.plays.iter().map(|p| (p.file, &p.it.owner, &p.it.skills));
    let routes = book.routes.iter().map(|r| (r.file, &r.it.owner, &r.it.skills));
    for (file, owner, skills) in plays.chain(routes) {
        let Some(team) = rules.team(owner.get_ref()) else { continue };
        for (skill, asked) in skills {
            let best = helpers(rules, team).filter_map(|t| t.skills.get(skill.get_ref())).max();
            if best.is_none_or(|best| best < asked.get_ref()) {
                let (skill_name, owner) = (skill.get_ref(), owner.get_ref());
                let what = match best {
                    None => format!("nobody in team \"{owner}\" has the skill \"{skill_name}\""),
                    Some(best) => format!(
                        "nobody in team \"{owner}\" is better than {best} at \"{skill_name}\""
                    ),
                };
                found.broken(file, skill, what, "ask for less, or name a team that can");
            }
        }
    }
}

/// A team and all who help it out, however late.
fn helpers<'a>(rules: &'a Rules, team: &'a Team) -> impl Iterator<Item = &'a Team> {
    let named = team.overflow.iter().filter_map(|overflow| rules.team(&overflow.to));
    std::iter::once(team).chain(named)
}

/// Every language of a tenant is spoken by somebody who can answer.
fn languages(book: &Book, rules: &Rules, found: &mut Findings<'_>) {
    for tenant in &book.tenants {
        for language in &tenant.it.languages {
            let spoken = |team: &Team| team.languages.contains_key(language.get_ref());
            if !rules.teams.iter().any(|team| team.capacity > 0 && spoken(team)) {
                let what = format!("nobody speaks \"{}\"", language.get_ref());
                found.broken(tenant.file, language, what, "give a team the language, or drop it");
                continue;
            }
            let asked = format!("tenant == {:?}", tenant.it.name.get_ref());
            let own = Condition::read(&asked, Scope::Mention).ok().and_then(|own| own.region());
            for (written, play) in book.plays.iter().zip(&rules.plays) {
                let region = play.when.region();
                let meets = own.as_ref().zip(region).and_then(|(own, region)| own.and(&region));
                let is_asked = play.speaks == Speaks::Author;
                if !is_asked || meets.is_some_and(|both| both.is_empty()) {
                    continue;
                }
                let Some(owner) = rules.team(&play.owner) else { continue };
                if !helpers(rules, owner).any(spoken) {
                    let (name, owner) = (&play.name, &play.owner);
                    let what = format!(
                        "nobody in team \"{owner}\" speaks \"{}\", as playbook entry \"{name}\" asks",
                        language.get_ref()
                    );
                    let remedy = "give the team or one that helps it out the language";
                    found.broken(written.file, &written.it.owner, what, remedy);
                }
            }
        }
    }
}

/// A condition that names a tenant names one that exists.
fn tenants(book: &Book, rules: &Rules, found: &mut Findings<'_>) {
    let plays =
        book.plays.iter().zip(&rules.plays).map(|(w, p)| (w.file, w.it.when.as_ref(), &p.when));
    let routes =
        book.routes.iter().zip(&rules.routes).map(|(w, r)| (w.file, Some(&w.it.when), &r.when));
    let policies = book
        .policies
        .iter()
        .zip(&rules.policies)
        .map(|(w, p)| (w.file, w.it.when.as_ref(), &p.when));
    for (file, place, when) in plays.chain(routes).chain(policies) {
        for name in when.tenants() {
            if let (None, Some(place)) = (rules.tenant(name), place) {
                let what = format!("there is no tenant \"{name}\"");
                found.broken(file, place, what, "name a tenant that is there");
            }
        }
    }
}
