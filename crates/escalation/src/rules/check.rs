//! What rules must hold beyond their syntax: everything named exists, every route can be reached,
//! every mention finds one, every clock has an end and somebody to call.

use mention::Level;

use super::file::{File, Name, Path, Policy, Route};
use super::when::When;

/// A problem and its place in the text, in bytes.
type Found = (usize, String);

const LEVELS: [Level; 5] = [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5];

/// Everything wrong with a file.
pub(super) fn check(file: &File) -> Vec<Found> {
    let mut found = Vec::new();
    memory(file, &mut found);
    teams(file, &mut found);
    names("policy", file.policy.iter().map(|policy| &policy.name), &mut found);
    file.policy.iter().for_each(|known| policy(known, &mut found));
    names("path", file.path.iter().map(|path| &path.name), &mut found);
    file.path.iter().for_each(|known| path(known, &mut found));
    names("route", file.route.iter().map(|route| &route.name), &mut found);
    file.route.iter().for_each(|known| route(known, file, &mut found));
    order(&file.route, &mut found);
    found
}

fn at<T>(spanned: &toml::Spanned<T>) -> usize {
    spanned.span().start
}

/// Refuses names that are empty or given twice.
fn names<'a>(what: &str, all: impl Iterator<Item = &'a Name>, found: &mut Vec<Found>) {
    let mut seen = Vec::new();
    for name in all {
        if name.get_ref().is_empty() {
            found.push((at(name), format!("a {what} without a name")));
        } else if seen.contains(&name.get_ref()) {
            found.push((at(name), format!("a second {what} named \"{}\"", name.get_ref())));
        }
        seen.push(name.get_ref());
    }
}

fn memory(file: &File, found: &mut Vec<Found>) {
    for lasting in [&file.memory.closed, &file.memory.lane, &file.memory.idle] {
        if lasting.get_ref().0 == 0 {
            let message = "cases must be remembered for a while, such as \"30d\"";
            found.push((at(lasting), message.to_owned()));
        }
    }
}

fn teams(file: &File, found: &mut Vec<Found>) {
    names("team", file.team.iter().map(|team| &team.name), found);
    for team in file.team.iter().filter(|team| team.queue.get_ref().is_empty()) {
        found.push((at(&team.queue), "a team without a queue".to_owned()));
    }
}

fn policy(policy: &Policy, found: &mut Vec<Found>) {
    for level in LEVELS {
        let Some(targets) = policy.targets.get(&level) else {
            let name = policy.name.get_ref();
            found.push((
                at(&policy.name),
                format!("policy \"{name}\" has no targets for {level:?}"),
            ));
            continue;
        };
        let clocks = [&targets.acknowledge, &targets.respond, &targets.resolve];
        let clocks: Vec<_> = clocks.into_iter().flatten().collect();
        for clock in clocks.iter().filter(|clock| clock.get_ref().0 == 0) {
            found.push((at(clock), "a deadline of no time at all cannot be met".to_owned()));
        }
        for pair in clocks.windows(2).filter(|pair| pair[0].get_ref() > pair[1].get_ref()) {
            let message = format!(
                "{level:?}: a case is acknowledged, answered and resolved in this order, but this \
                 deadline is before the one above it"
            );
            found.push((at(pair[1]), message));
        }
    }
}

fn path(path: &Path, found: &mut Vec<Found>) {
    let name = path.name.get_ref();
    if path.contacts.is_empty() {
        found.push((at(&path.name), format!("path \"{name}\" has nobody to call")));
    }
    for contact in path.contacts.iter().filter(|contact| contact.name.get_ref().is_empty()) {
        found.push((at(&contact.name), "a contact without a name".to_owned()));
    }
    if path.repeat.get_ref().0 == 0 {
        found.push((at(&path.repeat), "the last contact cannot be called all the time".to_owned()));
    }
    let (raises, contacts) = (usize::from(*path.max_raises.get_ref()), path.contacts.len());
    if raises < contacts {
        let message = format!("{raises} calls never reach the last of {contacts} contacts");
        found.push((at(&path.max_raises), message));
    }
    if raises > 1000 {
        found.push((at(&path.max_raises), "more than 1000 calls for one deadline".to_owned()));
    }
}

fn route(route: &Route, file: &File, found: &mut Vec<Found>) {
    let owner = file.team.iter().find(|team| team.name.get_ref() == route.owner.get_ref());
    for name in route.watchers.iter().chain([&route.owner]) {
        if !file.team.iter().any(|team| team.name.get_ref() == name.get_ref()) {
            found.push((at(name), format!("there is no team \"{}\"", name.get_ref())));
        }
    }
    let unknown = |skill: &&Name| owner.is_some_and(|team| !team.skills.contains(skill.get_ref()));
    for skill in route.skills.iter().filter(unknown) {
        let (skill, owner, at) = (skill.get_ref(), route.owner.get_ref(), at(skill));
        found.push((at, format!("nobody in team \"{owner}\" has the skill \"{skill}\"")));
    }
    match (&route.policy, &route.path) {
        (Some(policy), Some(path)) => {
            if !file.policy.iter().any(|known| known.name.get_ref() == policy.get_ref()) {
                found.push((at(policy), format!("there is no policy \"{}\"", policy.get_ref())));
            }
            if !file.path.iter().any(|known| known.name.get_ref() == path.get_ref()) {
                found.push((at(path), format!("there is no path \"{}\"", path.get_ref())));
            }
        }
        (None, None) => {}
        (Some(one), None) | (None, Some(one)) => {
            let message = "a route has a policy and a path, or neither and is a lane";
            found.push((at(one), message.to_owned()));
        }
    }
    if route.when.is_empty_list() {
        let message =
            format!("an empty list: no mention can take route \"{}\"", route.name.get_ref());
        found.push((at(&route.name), message));
    }
}

/// Refuses routes that no mention reaches, and rules that leave a mention without a route.
fn order(routes: &[Route], found: &mut Vec<Found>) {
    for (i, route) in routes.iter().enumerate() {
        if let Some(before) = routes[..i].iter().find(|before| before.when.covers(&route.when)) {
            let (name, before) = (route.name.get_ref(), before.name.get_ref());
            let message =
                format!("route \"{name}\" is never reached: \"{before}\" takes all it could");
            found.push((at(&route.name), message));
        }
    }
    let last = routes.last();
    if !last.is_some_and(|route| route.when == When::default()) {
        let at = last.map_or(0, |route| at(&route.name));
        let message = "the last route must take everything: leave out its `when`";
        found.push((at, message.to_owned()));
    }
}
