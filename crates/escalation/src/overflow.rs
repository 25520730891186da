//! Selects the team that takes over a case which its owner does not acknowledge, and relaxes its
//! requirements.
//!
//! The owner's overflow teams are eligible by the wait in the owner's hours; the first one with
//! room takes the case. If none has room, the check is repeated after twice the wait, and finally
//! the last resort takes the case, with room or without. Due times do not change: the author keeps
//! waiting. A team has room if the weights of its accepted cases leave enough of its capacity. Each
//! partition gets an equal share of a capacity, rounded up, because authors are spread evenly over
//! partitions.
//!
//! A decision lists all future relaxations, so the consumer that assigns agents needs no later
//! record. Must not know: records, timers.

use std::collections::BTreeMap;

use mention::Relaxation;
use rules::{Rules, Team};
use stage::{EventTime, TimeDelta};

use crate::case::CaseState;
use crate::cases::Cases;
use crate::context::Context;

/// Where an unacknowledged case goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OverflowTarget<'a> {
    /// A team with room.
    TeamWithRoom(&'a str),
    /// The last resort.
    LastResort(&'a str),
    /// No team yet; the time of the next check.
    RetryAt(EventTime),
}

/// Starts the wait for the owner, and schedules the first overflow check.
pub(crate) fn start_offer(case: &mut CaseState, since: EventTime, rules: &Rules) {
    (case.offered_at, case.overflow_at) = (None, None);
    if case.is_accepted || case.is_lane() {
        return;
    }
    case.offered_at = Some(since);
    let team = rules.team(&case.owner);
    let first = team.and_then(|team| team.overflow.iter().map(|overflow| overflow.after).min());
    case.overflow_at = team.zip(first).map(|(team, first)| team.calendar.due(since, first));
}

/// The team that takes over a case which its owner has not acknowledged by `at`; `None` if the
/// owner is the last resort.
pub(crate) fn overflow_target<'a>(
    case: &CaseState,
    at: EventTime,
    cases: &Cases,
    context: Context<'a>,
) -> Option<OverflowTarget<'a>> {
    let team = context.rules.team(&case.owner)?;
    let since = case.offered_at?;
    let waited = team.calendar.elapsed(since, at);
    let has_room = |candidate: &&Team| {
        let shares = i64::from(context.config.partitions.max(1));
        // Rounded up, so that a small capacity does not become zero.
        let share = (i64::from(candidate.capacity) + shares - 1) / shares;
        candidate.name != case.owner && cases.load(&candidate.name) + case.weight <= share
    };
    if let Some(candidate) = context.rules.overflow_candidates(team, waited).find(has_room) {
        return Some(OverflowTarget::TeamWithRoom(&candidate.name));
    }
    let next = team.overflow.iter().map(|overflow| overflow.after);
    match next.filter(|after| *after > waited).min() {
        Some(next) => Some(OverflowTarget::RetryAt(team.calendar.due(since, next))),
        // All overflow teams are full: check again after twice the wait, which doubles each time.
        None if at - since < 2 * last_overflow_after(team) => {
            Some(OverflowTarget::RetryAt(at + (at - since).max(MIN_CHECK_DELAY)))
        }
        None => context
            .rules
            .last_resort()
            .filter(|last| last.name != case.owner)
            .map(|last| OverflowTarget::LastResort(&last.name)),
    }
}

/// The minimum delay between two checks.
const MIN_CHECK_DELAY: TimeDelta = TimeDelta::MINUTE;

fn last_overflow_after(team: &Team) -> TimeDelta {
    team.overflow.iter().map(|overflow| overflow.after).max().unwrap_or(TimeDelta::ZERO)
}

/// The relaxations of these skills that lie ahead, in the order of time.
pub(crate) fn relaxations(
    case: &CaseState,
    skills: &BTreeMap<String, u8>,
    rules: &Rules,
) -> Vec<Relaxation> {
    let Some((team, since)) = rules.team(&case.owner).zip(case.offered_at) else {
        return Vec::new();
    };
    let mut afters: Vec<TimeDelta> = team.relax.iter().map(|relax| relax.after).collect();
    // The rules may list relaxations in any order.
    afters.sort_unstable();
    afters.dedup();
    let mut required = skills.clone();
    let mut relaxes = Vec::new();
    for after in afters {
        let less = team.required_skills(skills, after);
        // A relaxation of skills that the case does not need changes nothing.
        if less != required {
            let (skills, proficiency) = skill_lists(&less);
            let from_at = team.calendar.due(since, after);
            relaxes.push(Relaxation { from_at, skills, proficiency });
            required = less;
        }
    }
    relaxes
}

/// Skills in the form of the records: names and proficiencies in two parallel lists.
pub(crate) fn skill_lists(skills: &BTreeMap<String, u8>) -> (Vec<String>, Vec<i32>) {
    skills.iter().map(|(skill, level)| (skill.clone(), i32::from(*level))).unzip()
}
