//! What becomes of a mention: a new case, a message of an open one, or a new decision about one
//! that was routed before.

use mention::{Disposition, Filtered, Novelty, Prioritized, Routed};
use stage::Micros;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::case::{Case, Told, name};
use crate::cases::Author;
use crate::rules::{Route, Rules};
use crate::{Filter, clocks, explain, filter};

/// How a mention stands to what was routed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody is to hear of it: the brand's own, a withdrawal of what was never routed or is
    /// withdrawn already, an edit of what is withdrawn.
    Nothing,
    /// Its author has no open case.
    Opens,
    /// Its author has an open case.
    Joins,
    /// It was routed before, and is different now.
    Changes(Told),
    /// It was routed before, and is void now.
    Withdraws(Told),
}

/// How a mention stands to the last case of its author.
pub(crate) fn standing(fact: &Prioritized, hash: i64, case: Option<&Case>) -> Standing {
    let told = case.and_then(|case| case.told.iter().find(|told| told.mention == hash)).copied();
    let is_open = case.is_some_and(|case| !case.is_closed);
    match (fact.findings.novelty, told) {
        _ if fact.mention.is_own => Standing::Nothing,
        (Novelty::Withdrawal, Some(told)) if !told.is_withdrawn => Standing::Withdraws(told),
        (Novelty::Withdrawal, _) => Standing::Nothing,
        (Novelty::Edit, Some(told)) if told.is_withdrawn => Standing::Nothing,
        (_, Some(told)) if !told.is_withdrawn => Standing::Changes(told),
        _ if is_open => Standing::Joins,
        _ => Standing::Opens,
    }
}

/// What becomes of a mention.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// Nobody is to hear of it.
    Nothing,
    /// The setting says that nobody is to hear of it.
    Filtered(Box<Filtered>),
    /// It is routed, and this is the case as it is now.
    Routed(Box<Case>, Box<Routed>),
}

/// Decides about a mention.
///
/// `time` is event time and decides the deadlines; `now` is only written down. Microseconds.
pub(crate) fn hear(
    fact: Prioritized,
    author: &Author,
    case: Option<Case>,
    (time, now): (Micros, Micros),
    (rules, filter): (&Rules, &Filter),
) -> Verdict {
    let hash = xxh3_64(fact.mention.id.as_bytes()).cast_signed();
    let standing = standing(&fact, hash, case.as_ref());
    // There always is one: the last route takes everything.
    let Some(rule) = rules.route(&fact) else { return Verdict::Nothing };
    if filter.drops(rule, standing, case.as_ref()) {
        return Verdict::Filtered(Box::new(filter::filtered(&fact, rule, rules)));
    }
    let decided = follow(fact, (standing, hash), author, case, (time, now), rule, rules);
    decided
        .map_or(Verdict::Nothing, |(case, routed)| Verdict::Routed(Box::new(case), routed.into()))
}

fn follow(
    fact: Prioritized,
    (standing, hash): (Standing, i64),
    author: &Author,
    case: Option<Case>,
    (time, now): (Micros, Micros),
    rule: &Route,
    rules: &Rules,
) -> Option<(Case, Routed)> {
    let (mut case, told, step) = match standing {
        Standing::Nothing => return None,
        Standing::Opens => {
            let before = case.map(|case| case.told).unwrap_or_default();
            let mut case = open(&fact, author, rule, time, rules);
            let told = next(&fact, hash, case.id, &before);
            case.told = before;
            (case, told, Step::Opened)
        }
        Standing::Joins => {
            let mut case = case?;
            let told = next(&fact, hash, case.id, &case.told);
            let step = join(&mut case, &fact, rule, time, rules);
            case.live += 1;
            (case, told, step)
        }
        Standing::Changes(told) => {
            let mut case = case?;
            let is_closed = told.case != case.id || case.is_closed;
            let step = if is_closed {
                Step::ChangedLate
            } else {
                change(&mut case, &fact, rule, time, rules).unwrap_or(Step::Changed)
            };
            (case, Told { seq: told.seq.saturating_add(1), ..told }, step)
        }
        Standing::Withdraws(told) => {
            let mut case = case?;
            let step = withdraw(&mut case, told, time, rules);
            (case, Told { seq: told.seq.saturating_add(1), is_withdrawn: true, ..told }, step)
        }
    };
    let earlier = case.told.iter().find(|earlier| earlier.mention == hash);
    let supersedes = earlier.map(|earlier| decision(*earlier));
    case.remember(told);
    let explanation = explain::routed(&fact, rule, &case, step, rules);
    let Prioritized { mention, findings, understanding, priority } = fact;
    let routed = Routed {
        mention_id: mention.mention_id(),
        decision_id: decision(told),
        decision_seq: told.seq.into(),
        supersedes,
        disposition: match standing {
            Standing::Changes(_) => Disposition::Updated,
            Standing::Withdraws(_) => Disposition::Withdrawn,
            Standing::Opens | Standing::Joins | Standing::Nothing => Disposition::Routed,
        },
        case_id: name(told.case),
        is_public: mention.channel.is_public(),
        findings,
        understanding,
        priority,
        route: route(rule, Some(&case).filter(|case| case.id == told.case), explanation, rules),
        routed_at: now,
        mention,
        ..Routed::default()
    };
    Some((case, routed))
}

/// What a mention has done to a case, as the explanation tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It opened the case.
    Opened,
    /// The case lay in a lane; now there is work in it, and somebody who owns that.
    TakenOver,
    /// It is a further message of the open case.
    Joined,
    /// It has other content.
    Changed,
    /// It has other content, but its case is closed.
    ChangedLate,
    /// It is void; the case has other messages.
    Withdrawn,
    /// It is void, and the case with it.
    WithdrawnLast,
    /// It is void, but its case is closed.
    WithdrawnLate,
}

/// The id of a decision: the case, the mention in it, and which decision about it.
fn decision(told: Told) -> String {
    format!("{}-{:016x}-{}", name(told.case), told.mention, told.seq)
}

/// The first decision about a mention, or the next one when it was withdrawn and is back.
///
/// An edit of what is no longer remembered goes on counting with its revision, so that a decision
/// id is not given twice.
fn next(fact: &Prioritized, hash: i64, case: i64, before: &[Told]) -> Told {
    let earlier = before.iter().find(|told| told.mention == hash).map_or(0, |told| told.seq);
    let revision = match fact.findings.novelty {
        Novelty::Edit => i32::try_from(fact.findings.revision).unwrap_or(i32::MAX),
        Novelty::New | Novelty::Withdrawal => 1,
    };
    let seq = (earlier.saturating_add(1)).max(revision);
    Told { mention: hash, case, seq, is_withdrawn: false }
}

fn open(fact: &Prioritized, author: &Author, rule: &Route, time: Micros, rules: &Rules) -> Case {
    let mut id = Xxh3::new();
    id.update(author.key());
    id.update(&[0]);
    id.update(fact.mention.id.as_bytes());
    // The time tells the case from an earlier one, long forgotten, that the same mention opened.
    id.update(&time.to_le_bytes());
    let mut case = Case {
        id: id.digest().cast_signed(),
        opened_by: fact.mention.id.clone(),
        level: fact.priority.level,
        live: 1,
        ..Case::default()
    };
    take_over(&mut case, rule, time, rules);
    case
}

/// Gives a case to the owner that a route names, and starts its clocks.
fn take_over(case: &mut Case, rule: &Route, time: Micros, rules: &Rules) {
    case.owner.clone_from(&rule.owner);
    if let Some(work) = &rule.work {
        case.policy.clone_from(&work.policy);
        case.path.clone_from(&work.path);
        clocks::start_all(case, time, rules);
    }
    keep(case, time, rules);
}

/// Puts off the forgetting of an open case in which something happens.
pub(crate) fn keep(case: &mut Case, time: Micros, rules: &Rules) {
    let idle = if case.is_lane() { rules.memory.lane } else { rules.memory.idle };
    case.expires_at = case.expires_at.max(time.saturating_add(idle));
}

/// A further message: the owner stays, deadlines only come nearer, an answered author waits again.
fn join(case: &mut Case, fact: &Prioritized, rule: &Route, time: Micros, rules: &Rules) -> Step {
    if let Some(step) = change(case, fact, rule, time, rules) {
        return step;
    }
    if let Some(work) = &rule.work {
        let targets = rules.targets(&work.policy, fact.priority.level);
        clocks::resume(case, targets, time, rules);
    }
    Step::Joined
}

/// Other content: a lane may turn into work, which is told; deadlines only come nearer.
fn change(
    case: &mut Case,
    fact: &Prioritized,
    rule: &Route,
    time: Micros,
    rules: &Rules,
) -> Option<Step> {
    keep(case, time, rules);
    let work = rule.work.as_ref()?;
    if case.is_lane() {
        case.level = fact.priority.level;
        take_over(case, rule, time, rules);
        return Some(Step::TakenOver);
    }
    case.level = case.level.min(fact.priority.level);
    let targets = rules.targets(&work.policy, fact.priority.level);
    clocks::tighten(case, targets, time, rules);
    None
}

fn withdraw(case: &mut Case, told: Told, time: Micros, rules: &Rules) -> Step {
    if told.case != case.id {
        return Step::WithdrawnLate;
    }
    case.live -= 1;
    match (case.is_closed, case.live) {
        (true, _) => Step::WithdrawnLate,
        (false, ..=0) => {
            case.close(time.saturating_add(rules.memory.closed));
            Step::WithdrawnLast
        }
        (false, _) => Step::Withdrawn,
    }
}

/// Who acts. Of a case that is no longer the author's last one the owner is not remembered: there
/// the rules are asked as for a new one, and no clock runs.
fn route(rule: &Route, case: Option<&Case>, explanation: String, rules: &Rules) -> mention::Route {
    let owner = case.map_or(&rule.owner, |case| &case.owner);
    let mut watchers = Vec::with_capacity(rule.watchers.len() + 1);
    // The team that the rule names is told when the case belongs to another.
    for watcher in std::iter::once(&rule.owner).chain(&rule.watchers) {
        if watcher != owner && !watchers.contains(watcher) {
            watchers.push(watcher.clone());
        }
    }
    let at = |clock: Option<crate::Running>| clock.map(|running| running.due_at);
    let due = case.map(|case| mention::Due {
        acknowledge_at: at(case.acknowledge),
        respond_at: at(case.respond),
        resolve_at: at(case.resolve),
    });
    mention::Route {
        queue: rules.team(owner).map(|team| team.queue.clone()).unwrap_or_default(),
        owner: owner.clone(),
        watchers,
        skills: rule.skills.clone(),
        rule: rule.name.clone(),
        rules_version: rules.version.clone(),
        policy: case.map(|case| case.policy.clone()).unwrap_or_default(),
        due: due.unwrap_or_default(),
        path: case.map(|case| case.path.clone()).unwrap_or_default(),
        next_contact: case.map(|case| clocks::next_contact(case, rules)).unwrap_or_default(),
        playbook: rule.playbook.clone(),
        explanation,
        rules: vec![rule.name.clone()],
        ..mention::Route::default()
    }
}

#[cfg(test)]
mod tests;
