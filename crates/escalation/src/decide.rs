//! What becomes of a mention: a new case, a message of an open one, or a new decision about one
//! that was routed before.

use std::fmt::Write as _;

use mention::{Disposition, Filtered, Novelty, Prioritized, Routed};
use rules::{Decision, Facts, Rules};
use stage::Micros;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::case::{Case, Told, name};
use crate::cases::Author;
use crate::clocks::Standards;
use crate::control::{self, Happened};
use crate::{By, Out, clocks, events, explain, filter, route};

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
    /// It needs somebody, and its author's case was closed not long ago.
    Reopens,
    /// It was routed before, and is different now.
    Changes(Told),
    /// It was routed before, and is void now.
    Withdraws(Told),
}

/// How a mention stands to the last case of its author.
///
/// `reopens` says whether a closed case is opened again by a message that needs somebody.
pub(crate) fn standing(
    fact: &Prioritized,
    hash: i64,
    case: Option<&Case>,
    reopens: impl Fn(&Case) -> bool,
) -> Standing {
    let told = case.and_then(|case| case.told.iter().find(|told| told.mention == hash)).copied();
    let is_open = case.is_some_and(|case| !case.is_closed);
    // A revision is about work in progress: it opens none, and closed work stays as it was.
    let is_revision = fact.priority.revision > 1;
    let is_work = told.zip(case).is_some_and(|(told, case)| is_open && told.case == case.id);
    match (fact.findings.novelty, told) {
        _ if fact.mention.is_own => Standing::Nothing,
        _ if is_revision && !is_work => Standing::Nothing,
        (Novelty::Withdrawal, Some(told)) if !told.is_withdrawn => Standing::Withdraws(told),
        (Novelty::Withdrawal, _) => Standing::Nothing,
        (Novelty::Edit, Some(told)) if told.is_withdrawn => Standing::Nothing,
        (_, Some(told)) if !told.is_withdrawn => Standing::Changes(told),
        _ if is_open => Standing::Joins,
        _ if case.is_some_and(reopens) => Standing::Reopens,
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
    by: By<'_>,
    out: &mut Vec<Out>,
) -> Verdict {
    let hash = xxh3_64(fact.mention.id.as_bytes()).cast_signed();
    // There always is one: the last entry of the playbook takes everything.
    let Some(rule) = by.rules.decide(&Facts::of(&fact), time) else { return Verdict::Nothing };
    let rule = &rule;
    let reopens = |case: &Case| {
        let within = by.settings.reopen_within;
        let is_recent = case.closed_at.is_some_and(|at| time.saturating_sub(at) <= within);
        within > 0 && is_recent && case.live > 0 && !case.is_lane() && rule.work.is_some()
    };
    let standing = standing(&fact, hash, case.as_ref(), reopens);
    if standing == Standing::Nothing {
        return Verdict::Nothing;
    }
    // What nobody has judged yet is never dropped.
    let is_judged = fact.understanding.unjudged().is_none();
    if is_judged && by.settings.filter.drops(rule, standing, case.as_ref()) {
        return Verdict::Filtered(Box::new(filter::filtered(&fact, rule, by.rules)));
    }
    let decided = follow(fact, (standing, hash), author, case, (time, now), (rule, by), out);
    decided
        .map_or(Verdict::Nothing, |(case, routed)| Verdict::Routed(Box::new(case), routed.into()))
}

fn follow(
    fact: Prioritized,
    (standing, hash): (Standing, i64),
    author: &Author,
    case: Option<Case>,
    (time, now): (Micros, Micros),
    (rule, by): (&Decision<'_>, By<'_>),
    out: &mut Vec<Out>,
) -> Option<(Case, Routed)> {
    let (mut case, told, step) = match standing {
        Standing::Nothing => return None,
        Standing::Opens => {
            let before = case.unwrap_or_default();
            let mut case = open(&fact, author, rule, time, by);
            let told = next(&fact, hash, case.id, &before.told);
            case.contacts = before.contacts;
            (case.told, case.moods, case.last_agent) =
                (before.told, before.moods, before.last_agent);
            (case, told, Step::Opened)
        }
        Standing::Joins => {
            let mut case = case?;
            let told = next(&fact, hash, case.id, &case.told);
            let step = join(&mut case, &fact, rule, time, by);
            case.live += 1;
            (case, told, step)
        }
        Standing::Reopens => {
            let mut case = case?;
            let told = next(&fact, hash, case.id, &case.told);
            case.level = fact.priority.level;
            events::reopen(&mut case, time, by);
            keep(&mut case, time, by.rules);
            case.live += 1;
            let happened = Happened::new(Disposition::Reopened, explain::reopened(&case));
            let record = control::record(&mut case, author, time, happened, by.rules);
            out.push(Out::Routed(Box::new(record)));
            (case, told, Step::Reopened)
        }
        Standing::Changes(told) => {
            let mut case = case?;
            let is_closed = told.case != case.id || case.is_closed;
            let step = if is_closed {
                Step::ChangedLate
            } else {
                change(&mut case, &fact, rule, time, by).unwrap_or(Step::Changed)
            };
            (case, Told { seq: told.seq.saturating_add(1), ..told }, step)
        }
        Standing::Withdraws(told) => {
            let mut case = case?;
            let step = withdraw(&mut case, told, time, by.rules);
            (case, Told { seq: told.seq.saturating_add(1), is_withdrawn: true, ..told }, step)
        }
    };
    if matches!(standing, Standing::Opens | Standing::Joins | Standing::Reopens) {
        case.contacts = case.contacts.saturating_add(1);
        case.feel(fact.understanding.sentiment);
        for team in std::iter::once(rule.owner).chain(rule.watchers()) {
            if *team != case.owner {
                case.watch(team);
            }
        }
    }
    let earlier = case.told.iter().find(|earlier| earlier.mention == hash);
    let supersedes = earlier.map(|earlier| decision(*earlier));
    case.remember(told);
    let explanation = explain::routed(&fact, rule, &case, step);
    let Prioritized { mention, findings, understanding, mut priority } = fact;
    let incident_notice = priority.incident_notice.take();
    let language = understanding.language.clone();
    let routed = Routed {
        mention_id: mention.mention_id(),
        decision_id: decision(told),
        decision_seq: told.seq.into(),
        supersedes,
        disposition: match standing {
            Standing::Changes(_) => Disposition::Updated,
            Standing::Withdraws(_) => Disposition::Withdrawn,
            Standing::Opens | Standing::Joins | Standing::Reopens | Standing::Nothing => {
                Disposition::Routed
            }
        },
        case_id: name(told.case),
        is_public: mention.channel.is_public(),
        findings,
        understanding,
        priority,
        route: mention::Route {
            incident_notice,
            ..route::of_mention(
                rule,
                Some(&case).filter(|case| case.id == told.case),
                explanation,
                language,
                by.rules,
            )
        },
        routed_at: now,
        decided_at: time,
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
    /// It has opened the closed case again.
    Reopened,
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
    let mut id = String::with_capacity(48);
    // Writing to a string does not fail.
    let _ = write!(id, "{:016x}-{:016x}-{}", told.case, told.mention, told.seq);
    id
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

fn open(
    fact: &Prioritized,
    author: &Author,
    rule: &Decision<'_>,
    time: Micros,
    by: By<'_>,
) -> Case {
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
    take_over(&mut case, rule, time, by);
    case
}

/// Gives a case to the owner that a route names, and starts its clocks.
fn take_over(case: &mut Case, rule: &Decision<'_>, time: Micros, by: By<'_>) {
    rule.owner.clone_into(&mut case.owner);
    rule.rule().clone_into(&mut case.rule);
    case.weight = case.weight.max(rule.play.weight.into());
    if let Some(work) = &rule.work {
        case.policy.clone_from(&work.policy.name);
        case.path.clone_from(&work.path.name);
        clocks::start_all(case, time, by);
    }
    keep(case, time, by.rules);
}

/// Puts off the forgetting of an open case in which something happens.
pub(crate) fn keep(case: &mut Case, time: Micros, rules: &Rules) {
    let idle = if case.is_lane() { rules.memory.lane } else { rules.memory.idle };
    case.expires_at = case.expires_at.max(time.saturating_add(idle));
}

/// A further message: the owner stays, deadlines only come nearer, an answered author waits again.
fn join(
    case: &mut Case,
    fact: &Prioritized,
    rule: &Decision<'_>,
    time: Micros,
    by: By<'_>,
) -> Step {
    if let Some(step) = change(case, fact, rule, time, by) {
        return step;
    }
    if let Some(work) = rule.work {
        let standards = Standards::of_work(case, work, fact.priority.level, by);
        clocks::resume(case, standards, time, by);
    }
    Step::Joined
}

/// Other content: a lane may turn into work, which is told; deadlines only come nearer.
fn change(
    case: &mut Case,
    fact: &Prioritized,
    rule: &Decision<'_>,
    time: Micros,
    by: By<'_>,
) -> Option<Step> {
    keep(case, time, by.rules);
    let work = rule.work?;
    if case.is_lane() {
        case.level = fact.priority.level;
        take_over(case, rule, time, by);
        return Some(Step::TakenOver);
    }
    let level = match fact.priority.peer_answered && case.is_eased {
        true => events::eased(fact.priority.level),
        false => fact.priority.level,
    };
    case.level = case.level.min(level);
    let standards = Standards::of_work(case, work, level, by);
    clocks::tighten(case, standards, time, by);
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
            case.close(time, time.saturating_add(rules.memory.closed));
            Step::WithdrawnLast
        }
        (false, _) => Step::Withdrawn,
    }
}

#[cfg(test)]
mod tests;
