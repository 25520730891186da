//! Who acts, as a record tells it.

use mention::{Clock, Due};
use rules::{Decision, Rules, Speaks};

use crate::case::{Case, Running};
use crate::{clocks, overflow};

/// Who has a case.
pub(crate) fn of_case(case: &Case, explanation: String, rules: &Rules) -> mention::Route {
    let at = |clock: Option<Running>| clock.map(|running| running.due_at);
    let clocks = [case.acknowledge, case.respond, case.resolve];
    let targets = rules.targets(&case.policy, case.level).filter(|_| !case.is_lane());
    let calendar = targets.map(|targets| targets.calendar);
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
        calendar: calendar.map(|calendar| calendar.name().to_owned()).unwrap_or_default(),
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
    rule: &Decision<'_>,
    case: Option<&Case>,
    explanation: String,
    language: Option<String>,
    rules: &Rules,
) -> mention::Route {
    let language = language.filter(|_| rule.play.speaks == Speaks::Author);
    let other = || Case { owner: rule.owner.to_owned(), ..Case::default() };
    let route = case.map_or_else(
        || of_case(&other(), String::new(), rules),
        |case| of_case(case, String::new(), rules),
    );
    // The team that the rule names is told when the case belongs to another.
    let mut watchers: Vec<String> = Vec::new();
    let known = route.watchers.iter().map(String::as_str);
    for watcher in std::iter::once(rule.owner).chain(rule.watchers()).chain(known) {
        if *watcher != route.owner && !watchers.iter().any(|known| known == watcher) {
            watchers.push(watcher.to_owned());
        }
    }
    let mut rules_fired: Vec<String> = rule.rules().map(str::to_owned).collect();
    for name in route.rules {
        if !rules_fired.contains(&name) {
            rules_fired.push(name);
        }
    }
    let play = rule.play;
    let (skills, proficiency) = overflow::spelt(rule.skills);
    let offered = case.filter(|case| case.owner == rule.owner);
    mention::Route {
        watchers,
        skills,
        proficiency,
        relaxes: offered.map_or_else(Vec::new, |c| overflow::relaxes(c, rule.skills, rules)),
        rule: rule.rule().to_owned(),
        rules: rules_fired,
        playbook: match play.reply.as_str() {
            "" => play.what.clone(),
            reply => format!("{} Reply: {reply}", play.what),
        },
        playbook_entry: play.name.clone(),
        playbook_version: play.version.clone(),
        visibility: play.visibility,
        knowledge: play.knowledge.clone(),
        weight: i32::try_from(play.weight).unwrap_or(i32::MAX),
        language,
        explanation,
        ..route
    }
}
