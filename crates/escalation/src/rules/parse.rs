//! From text to rules, or to everything that is wrong with it.

use xxhash_rust::xxh3::xxh3_64;

use super::check::check;
use super::file::{self, File, Name};
use super::{Contact, Memory, Path, Policy, Route, Rules, Targets, Team, Work};

/// Something wrong with rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The line it stands in, from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// Reads and checks rules.
///
/// # Errors
/// With every problem found, by line. A file that is no TOML, or has a key or value nobody knows,
/// has one; what refers to what is checked only in a file that can be read.
pub fn parse(text: &str) -> Result<Rules, Vec<Problem>> {
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        vec![Problem { line: line(text, at), message: error.message().to_owned() }]
    })?;
    let found = check(&file);
    if found.is_empty() {
        let version = format!("{:016x}", xxh3_64(text.as_bytes()));
        return Ok(rules(version, file));
    }
    let place = |(at, message)| Problem { line: line(text, at), message };
    let mut problems: Vec<_> = found.into_iter().map(place).collect();
    problems.sort();
    Err(problems)
}

fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().iter().take(at);
    before.filter(|byte| **byte == b'\n').count() + 1
}

fn rules(version: String, file: File) -> Rules {
    let File { memory, team, policy, path, route } = file;
    let [closed, lane, idle] =
        [memory.closed, memory.lane, memory.idle].map(|lasting| lasting.into_inner().0);
    Rules {
        version,
        memory: Memory { closed, lane, idle },
        teams: team.into_iter().map(team_of).collect(),
        policies: policy.into_iter().map(policy_of).collect(),
        paths: path.into_iter().map(path_of).collect(),
        routes: route.into_iter().map(route_of).collect(),
    }
}

fn team_of(team: file::Team) -> Team {
    let file::Team { name, queue, skills } = team;
    Team { name: name.into_inner(), queue: queue.into_inner(), skills }
}

fn policy_of(policy: file::Policy) -> Policy {
    let targets = policy.targets.into_iter().map(|(level, targets)| {
        let [acknowledge, respond, resolve] =
            [targets.acknowledge, targets.respond, targets.resolve]
                .map(|lasting| lasting.map(|lasting| lasting.into_inner().0));
        (level, Targets { acknowledge, respond, resolve })
    });
    Policy { name: policy.name.into_inner(), targets: targets.collect() }
}

fn path_of(path: file::Path) -> Path {
    let contact = |c: file::Contact| Contact { name: c.name.into_inner(), after: c.after.0 };
    Path {
        name: path.name.into_inner(),
        contacts: path.contacts.into_iter().map(contact).collect(),
        repeat: path.repeat.into_inner().0,
        max_raises: path.max_raises.into_inner(),
    }
}

fn route_of(route: file::Route) -> Route {
    let names = |names: Vec<Name>| names.into_iter().map(Name::into_inner).collect();
    let work = route
        .policy
        .zip(route.path)
        .map(|(policy, path)| Work { policy: policy.into_inner(), path: path.into_inner() });
    Route {
        name: route.name.into_inner(),
        when: route.when,
        owner: route.owner.into_inner(),
        watchers: names(route.watchers),
        skills: names(route.skills),
        playbook: route.playbook,
        work,
    }
}
