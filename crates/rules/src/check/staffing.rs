//! Staffing: teams have capacity, skills and languages that the rules require; conditions name
//! existing tenants.

use std::collections::BTreeSet;

use crate::Rules;
use crate::condition::{Condition, Scope};
use crate::file::{LanguageRequirement, SpannedText};
use crate::merged::MergedFiles;
use crate::model::Team;
use crate::problem::{InFile, ProblemList};

pub(super) fn check(files: &MergedFiles, rules: &Rules, problems: &mut ProblemList<'_>) {
    teams(files, rules, problems);
    skills(files, rules, problems);
    languages(files, rules, problems);
    tenants(files, rules, problems);
}

/// Reports teams without capacity and teams that no rule names.
fn teams(files: &MergedFiles, rules: &Rules, problems: &mut ProblemList<'_>) {
    let owners =
        files.playbook.iter().flat_map(|p| p.entry.watchers.iter().chain([&p.entry.owner]));
    let routed = files.routes.iter().flat_map(|r| r.entry.watchers.iter().chain([&r.entry.owner]));
    let helping = files.teams.iter().flat_map(|team| team.entry.overflow.iter().map(|o| &o.to));
    let given = files.paths.iter().flat_map(|path| path.entry.steps.iter());
    let given = given.filter_map(|step| step.give_to.as_ref());
    let last = files.last_resort.iter().map(|last| &last.entry);
    let used = owners.chain(routed).chain(helping).chain(given).chain(last);
    let used: BTreeSet<&str> = used.map(|name: &SpannedText| name.get_ref().as_str()).collect();
    for (InFile { file, entry }, team) in files.teams.iter().zip(&rules.teams) {
        let name = &team.name;
        // The last resort needs capacity of its own: no team follows it.
        if team.capacity == 0 && (team.overflow.is_empty() || *name == rules.last_resort) {
            let what = format!("team \"{name}\" has no capacity");
            problems.error(*file, &entry.capacity, what, "give it capacity, or an overflow team");
        }
        if !used.contains(name.as_str()) {
            let what = format!("unreachable: no rule names team \"{name}\"");
            problems.error(
                *file,
                &entry.name,
                what,
                "name it as an owner or a watcher, or remove it",
            );
        }
    }
}

/// Reports skills that neither the owner nor its overflow teams have.
fn skills(files: &MergedFiles, rules: &Rules, problems: &mut ProblemList<'_>) {
    let plays = files.playbook.iter().map(|p| (p.file, &p.entry.owner, &p.entry.skills));
    let routes = files.routes.iter().map(|r| (r.file, &r.entry.owner, &r.entry.skills));
    for (file, owner, skills) in plays.chain(routes) {
        let Some(team) = rules.team(owner.get_ref()) else { continue };
        for (skill, required) in skills {
            let best =
                team_with_overflow(rules, team).filter_map(|t| t.skills.get(skill.get_ref())).max();
            if best.is_none_or(|best| best < required.get_ref()) {
                let (skill_name, owner) = (skill.get_ref(), owner.get_ref());
                let what = match best {
                    None => format!("team \"{owner}\" lacks the skill \"{skill_name}\""),
                    Some(best) => {
                        format!("team \"{owner}\" has only level {best} in \"{skill_name}\"")
                    }
                };
                problems.error(file, skill, what, "require less, or name a team that has it");
            }
        }
    }
}

/// A team and all its overflow teams, whatever the wait before them.
fn team_with_overflow<'a>(rules: &'a Rules, team: &'a Team) -> impl Iterator<Item = &'a Team> {
    let overflow_teams = team.overflow.iter().filter_map(|overflow| rules.team(&overflow.to));
    std::iter::once(team).chain(overflow_teams)
}

/// Reports languages of a tenant that no team which may own its cases speaks.
fn languages(files: &MergedFiles, rules: &Rules, problems: &mut ProblemList<'_>) {
    for tenant in &files.tenants {
        for language in &tenant.entry.languages {
            let spoken = |team: &Team| team.languages.contains_key(language.get_ref());
            if !rules.teams.iter().any(|team| team.capacity > 0 && spoken(team)) {
                let what = format!("no team with capacity speaks \"{}\"", language.get_ref());
                problems.error(tenant.file, language, what, "give a team the language, or drop it");
                continue;
            }
            let required = format!("tenant == {:?}", tenant.entry.name.get_ref());
            let own = Condition::parse(&required, Scope::Mention).ok().and_then(|own| own.region());
            for (written, entry) in files.playbook.iter().zip(&rules.playbook) {
                let region = entry.when.region();
                let meets = own.as_ref().zip(region).and_then(|(own, region)| own.and(&region));
                let needs_language = entry.language_requirement == LanguageRequirement::Author;
                if !needs_language || meets.is_some_and(|both| both.is_empty()) {
                    continue;
                }
                let Some(owner) = rules.team(&entry.owner) else { continue };
                if !team_with_overflow(rules, owner).any(spoken) {
                    let (name, owner) = (&entry.name, &entry.owner);
                    let what = format!(
                        "team \"{owner}\" does not speak \"{}\", which playbook entry \"{name}\" requires",
                        language.get_ref()
                    );
                    let remedy = "give the language to the team or one of its overflow teams";
                    problems.error(written.file, &written.entry.owner, what, remedy);
                }
            }
        }
    }
}

/// Reports conditions that name unknown tenants.
fn tenants(files: &MergedFiles, rules: &Rules, problems: &mut ProblemList<'_>) {
    let plays = files
        .playbook
        .iter()
        .zip(&rules.playbook)
        .map(|(w, p)| (w.file, w.entry.when.as_ref(), &p.when));
    let routes =
        files.routes.iter().zip(&rules.routes).map(|(w, r)| (w.file, Some(&w.entry.when), &r.when));
    let policies = files
        .policies
        .iter()
        .zip(&rules.policies)
        .map(|(w, p)| (w.file, w.entry.when.as_ref(), &p.when));
    for (file, place, when) in plays.chain(routes).chain(policies) {
        for name in when.tenants() {
            if let (None, Some(place)) = (rules.tenant(name), place) {
                let what = format!("there is no tenant \"{name}\"");
                problems.error(file, place, what, "name an existing tenant");
            }
        }
    }
}
