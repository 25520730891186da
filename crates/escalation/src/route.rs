//! Who acts, as a record tells it.

use mention::{Clock, Due};

use crate::case::{Case, Running};
use crate::clocks;
use crate::rules::{Route, Rules};

/// Who has a case.
pub(crate) fn of_case(case: &Case, explanation: String, rules: &Rules) -> mention::Route {
    let at = |clock: Option<Running>| clock.map(|running| running.due_at);
    let clocks = [case.acknowledge, case.respond, case.resolve];
    let step =
        [Clock::Acknowledge, Clock::Respond, Clock::Resolve].into_iter().filter_map(|clock| {
            let running = case.clock(clock)?;
            i64::try_from(clocks::place(case, clock, running.step)).ok()
        });
    mention::Route {
        queue: rules.team(&case.owner).map(|team| team.queue.clone()).unwrap_or_default(),
        owner: case.owner.clone(),
        watchers: case.watchers.iter().filter(|team| **team != case.owner).cloned().collect(),
        rule: case.rule.clone(),
        rules_version: rules.version.clone(),
        policy: case.policy.clone(),
        due: Due {
            acknowledge_at: at(case.acknowledge),
            respond_at: at(case.respond),
            resolve_at: at(case.resolve),
        },
        path: case.path.clone(),
        next_contact: clocks::next_contact(case, rules),
        step: step.max().unwrap_or(0),
        next_at: clocks.into_iter().filter_map(|clock| clock?.next_at).min(),
        last_agent: case.last_agent.clone(),
        explanation,
        rules: Some(&case.rule).filter(|rule| !rule.is_empty()).into_iter().cloned().collect(),
        ..mention::Route::default()
    }
}

/// Who acts on a mention. Of a case that is no longer the author's last one the owner is not
/// remembered: there the rules are asked as for a new one, and no clock runs.
pub(crate) fn of_mention(
    rule: &Route,
    case: Option<&Case>,
    explanation: String,
    rules: &Rules,
) -> mention::Route {
    let other = || Case { owner: rule.owner.clone(), ..Case::default() };
    let route = case.map_or_else(
        || of_case(&other(), String::new(), rules),
        |case| of_case(case, String::new(), rules),
    );
    // The team that the rule names is told when the case belongs to another.
    let mut watchers = Vec::with_capacity(rule.watchers.len() + route.watchers.len() + 1);
    for watcher in std::iter::once(&rule.owner).chain(&rule.watchers).chain(&route.watchers) {
        if *watcher != route.owner && !watchers.contains(watcher) {
            watchers.push(watcher.clone());
        }
    }
    let mut rules_fired = vec![rule.name.clone()];
    rules_fired.extend(route.rules.into_iter().filter(|name| *name != rule.name));
    mention::Route {
        watchers,
        skills: rule.skills.clone(),
        rule: rule.name.clone(),
        rules: rules_fired,
        playbook: rule.playbook.clone(),
        explanation,
        ..route
    }
}
