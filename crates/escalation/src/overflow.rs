//! Who helps out when nobody accepts a case, and what is asked of them.
//!
//! A case that waits for its owner goes to the teams the owner names, by how long it has waited in
//! the owner's hours; the first of them with room takes it. When none has room it is looked again,
//! each time after twice as long, and once all were asked in vain the team of last resort takes it,
//! room or not. The deadlines stay what they were: it is the author who waits. A team has room for
//! what its capacity holds beside the cases it has accepted; each partition has an equal part of a
//! capacity, rounded up, since authors spread evenly over them.
//!
//! Requirements fall with the waiting time as well. What will be asked from when on stands in the
//! decision at once: whoever hands out the work needs no further record for it.

use std::collections::BTreeMap;

use mention::Relaxed;
use rules::{Rules, Team};
use stage::Micros;

use crate::{By, Case, Cases};

/// Where a case goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Helper<'a> {
    /// To a team with room.
    With(&'a str),
    /// To the last resort.
    Last(&'a str),
    /// Nowhere; it is looked again then.
    Later(Micros),
}

/// Says since when a case waits for its owner, and sets when it is looked for another team.
pub(crate) fn offer(case: &mut Case, since: Micros, rules: &Rules) {
    (case.offered_at, case.overflow_at) = (None, None);
    if case.is_accepted || case.is_lane() {
        return;
    }
    case.offered_at = Some(since);
    let team = rules.team(&case.owner);
    let first = team.and_then(|team| team.overflow.iter().map(|overflow| overflow.after).min());
    case.overflow_at = team.zip(first).map(|(team, first)| team.calendar.due(since, first));
}

/// Who takes a case that its owner has not accepted by `at`; none where the owner is alone.
pub(crate) fn helper<'a>(case: &Case, at: Micros, cases: &Cases, by: By<'a>) -> Option<Helper<'a>> {
    let team = by.rules.team(&case.owner)?;
    let since = case.offered_at?;
    let waited = team.calendar.elapsed(since, at);
    let has_room = |helper: &&Team| {
        let shares = i64::from(by.settings.shares.max(1));
        let share = (i64::from(helper.capacity) + shares - 1) / shares;
        helper.name != case.owner && cases.load(&helper.name) + case.weight <= share
    };
    if let Some(helper) = by.rules.helpers(team, waited).find(has_room) {
        return Some(Helper::With(&helper.name));
    }
    let next = team.overflow.iter().map(|overflow| overflow.after);
    match next.filter(|after| *after > waited).min() {
        Some(next) => Some(Helper::Later(team.calendar.due(since, next))),
        // The first look after all were due may find room yet.
        None if at.saturating_sub(since) < 2 * longest(team) => {
            Some(Helper::Later(at.saturating_add(at.saturating_sub(since).max(MINUTE))))
        }
        None => by
            .rules
            .last_resort()
            .filter(|last| last.name != case.owner)
            .map(|last| Helper::Last(&last.name)),
    }
}

/// A look is at least this much later than the one before, in microseconds.
const MINUTE: Micros = 60_000_000;

fn longest(team: &Team) -> Micros {
    team.overflow.iter().map(|overflow| overflow.after).max().unwrap_or(0)
}

/// What is asked later, where that is less than now: from when on, and what.
pub(crate) fn relaxes(case: &Case, skills: &BTreeMap<String, u8>, rules: &Rules) -> Vec<Relaxed> {
    let Some((team, since)) = rules.team(&case.owner).zip(case.offered_at) else {
        return Vec::new();
    };
    let mut afters: Vec<Micros> = team.relax.iter().map(|relax| relax.after).collect();
    afters.sort_unstable();
    afters.dedup();
    let mut asked = skills.clone();
    let mut relaxes = Vec::new();
    for after in afters {
        let less = team.asks(skills, after);
        if less != asked {
            let (skills, proficiency) = spelt(&less);
            let from_at = team.calendar.due(since, after);
            relaxes.push(Relaxed { from_at, skills, proficiency });
            asked = less;
        }
    }
    relaxes
}

/// Skills as records name them: their names, and beside them how well each is asked for.
pub(crate) fn spelt(skills: &BTreeMap<String, u8>) -> (Vec<String>, Vec<i32>) {
    skills.iter().map(|(skill, level)| (skill.clone(), i32::from(*level))).unzip()
}
