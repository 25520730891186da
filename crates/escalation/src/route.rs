//! Builds the route of a record: owner, queue, due times, skills, playbook entry.
//!
//! Must not know: the text of explanations.

use mention::{Clock, DueTimes};
use rules::{Decision, LanguageRequirement, Person, Rules};

use crate::case::{CaseState, RunningClock};
use crate::{clocks, overflow};

/// The route of a control record, without an explanation.
pub(crate) fn of_case(case: &CaseState, rules: &Rules) -> mention::Route {
    let due_at = |clock: Option<RunningClock>| clock.map(|running| running.due_at);
    let clocks = [case.acknowledge, case.respond, case.resolve];
    let targets = rules.targets(&case.policy, case.level).filter(|_| !case.is_lane());
    let calendar = targets.map(|targets| targets.calendar);
    let step =
        [Clock::Acknowledge, Clock::Respond, Clock::Resolve].into_iter().filter_map(|clock| {
            case.clock(clock)?;
            i64::try_from(clocks::position_of(case, clock)).ok()
        });
    let next = clocks::next_call(case, rules);
    let person = next.as_ref().and_then(|next| next.callee.person);
    mention::Route {
        next_person: person.map(|person| person.id.clone()).unwrap_or_default(),
        next_channel: person.and_then(Person::channel).unwrap_or_default().to_owned(),
        next_confirmed_at: person.map(|person| person.confirmed_at),
        next_contact: next.map(|next| next.callee.contact).unwrap_or_default(),
        queue: rules.team(&case.owner).map(|team| team.queue.clone()).unwrap_or_default(),
        owner: case.owner.clone(),
        watchers: case.watchers.iter().filter(|team| **team != case.owner).cloned().collect(),
        rule: case.rule.clone(),
        rules_version: rules.version.clone(),
        policy: case.policy.clone(),
        due: DueTimes {
            acknowledge_at: due_at(case.acknowledge),
            respond_at: due_at(case.respond),
            resolve_at: due_at(case.resolve),
        },
        path: case.path.clone(),
        calendar: calendar.map(|calendar| calendar.name().to_owned()).unwrap_or_default(),
        step: step.max().unwrap_or(0),
        next_at: clocks.into_iter().filter_map(|clock| clock?.next_at).min(),
        last_agent: case.last_agent.clone(),
        rules: Some(&case.rule).filter(|rule| !rule.is_empty()).into_iter().cloned().collect(),
        ..mention::Route::default()
    }
}

/// The route of a mention, without an explanation. `case` is `None` if the mention belongs to an
/// older case of its author, whose owner and clocks are forgotten: then the decision names the
/// owner, and no clock runs.
pub(crate) fn of_mention(
    decision: &Decision<'_>,
    case: Option<&CaseState>,
    language: Option<String>,
    rules: &Rules,
) -> mention::Route {
    let language =
        language.filter(|_| decision.entry.language_requirement == LanguageRequirement::Author);
    let without_clocks = || CaseState { owner: decision.owner.to_owned(), ..CaseState::default() };
    let route = match case {
        // Owner, policy and clocks belong to the case, whatever the decision.
        Some(case) => of_case(case, rules),
        None => of_case(&without_clocks(), rules),
    };
    // The team that the decision names watches a case that belongs to another team.
    let mut watchers: Vec<String> = Vec::new();
    let of_case = route.watchers.iter().map(String::as_str);
    for watcher in std::iter::once(decision.owner).chain(decision.watchers()).chain(of_case) {
        if *watcher != route.owner && !watchers.iter().any(|other| other == watcher) {
            watchers.push(watcher.to_owned());
        }
    }
    let mut fired_rules: Vec<String> = decision.rule_names().map(str::to_owned).collect();
    for name in route.rules {
        if !fired_rules.contains(&name) {
            fired_rules.push(name);
        }
    }
    let entry = decision.entry;
    let (skills, proficiency) = overflow::skill_lists(decision.skills);
    // The skills are the decision's, so they relax only while its own team is the owner.
    let offered = case.filter(|case| case.owner == decision.owner);
    mention::Route {
        watchers,
        skills,
        proficiency,
        relaxes: offered
            .map_or_else(Vec::new, |c| overflow::relaxations(c, decision.skills, rules)),
        rule: decision.deciding_rule().to_owned(),
        rules: fired_rules,
        playbook: entry.instructions.clone(),
        reply: entry.reply.clone(),
        playbook_entry: entry.name.clone(),
        playbook_version: entry.version.clone(),
        visibility: entry.visibility,
        knowledge: entry.knowledge.clone(),
        weight: i32::try_from(entry.weight).unwrap_or(i32::MAX),
        language,
        ..route
    }
}
