//! The clocks of a case: started by a policy, stopped by what happens, ringing along a path.
//!
//! A clock that has run out calls the contacts of the path one after the other, then the last one
//! again and again, until it is stopped or the path says it is enough: there is no dead end.

use mention::{Clock, Raised};
use stage::Micros;

use crate::cases::Author;
use crate::rules::{Path, Rules, Targets};
use crate::{Case, Running, explain};

/// A clock that runs for `target` from `time`.
pub(crate) fn start(target: Option<Micros>, time: Micros, path: Option<&Path>) -> Option<Running> {
    let due_at = time.saturating_add(target?);
    let wait = path.and_then(|path| path.contact(0)).map_or(0, |contact| contact.after);
    Some(Running { due_at, next_at: Some(due_at.saturating_add(wait)), step: 0 })
}

/// Starts every clock that the case's policy has for its level.
pub(crate) fn start_all(case: &mut Case, time: Micros, rules: &Rules) {
    let Targets { acknowledge, respond, resolve } = rules.targets(&case.policy, case.level);
    let path = rules.path(&case.path);
    case.acknowledge = start(acknowledge, time, path);
    case.respond = start(respond, time, path);
    case.resolve = start(resolve, time, path);
    case.is_accepted = false;
    case.handed_back = 0;
}

/// Brings the deadlines forward to those of another message: none is ever put off, and what is
/// already late stays so.
pub(crate) fn tighten(case: &mut Case, targets: Targets, time: Micros, rules: &Rules) {
    let path = rules.path(&case.path);
    let Targets { acknowledge, respond, resolve } = targets;
    let clocks = [
        (&mut case.acknowledge, acknowledge),
        (&mut case.respond, respond),
        (&mut case.resolve, resolve),
    ];
    for (clock, target) in clocks {
        if let (Some(running), Some(sooner)) = (clock.as_mut(), start(target, time, path))
            && running.step == 0
            && sooner.due_at < running.due_at
        {
            *running = sooner;
        }
    }
}

/// Starts the clocks that a new message needs and that do not run: an author who writes again
/// waits for an answer again.
pub(crate) fn resume(case: &mut Case, targets: Targets, time: Micros, rules: &Rules) {
    let path = rules.path(&case.path);
    if !case.is_accepted {
        case.acknowledge = case.acknowledge.or_else(|| start(targets.acknowledge, time, path));
    }
    case.respond = case.respond.or_else(|| start(targets.respond, time, path));
    case.resolve = case.resolve.or_else(|| start(targets.resolve, time, path));
}

/// Who is called when the clock that runs out first does so; empty when none runs.
pub(crate) fn next_contact(case: &Case, rules: &Rules) -> String {
    let clocks = [
        (Clock::Acknowledge, case.acknowledge),
        (Clock::Respond, case.respond),
        (Clock::Resolve, case.resolve),
    ];
    let waiting = clocks.iter().filter_map(|(clock, running)| {
        let running = running.as_ref()?;
        Some((running.next_at?, *clock, running.step))
    });
    let Some((_, clock, step)) = waiting.min() else { return String::new() };
    let contact = rules.path(&case.path).and_then(|path| path.contact(place(case, clock, step)));
    contact.map_or_else(|| case.owner.clone(), |contact| contact.name.clone())
}

/// Where on the path a clock stands that has called `step` times.
fn place(case: &Case, clock: Clock, step: i64) -> usize {
    let passed = if clock == Clock::Acknowledge { case.handed_back } else { 0 };
    usize::try_from(step.saturating_add(passed)).unwrap_or(0)
}

/// Rings every clock of the case that is due by `at`, and sets it to its next step.
///
/// What is written depends on the rules, the case and the time it was due at, on nothing else.
pub(crate) fn ring(case: &mut Case, author: &Author, at: Micros, rules: &Rules) -> Vec<Raised> {
    let mut raised = Vec::new();
    for clock in [Clock::Acknowledge, Clock::Respond, Clock::Resolve] {
        let Some(running) = running(case, clock) else { continue };
        let Some(due_at) = running.next_at.filter(|next| *next <= at) else { continue };
        let place = place(case, clock, running.step);
        let step = running.step.saturating_add(1);
        let path = rules.path(&case.path);
        let contact = path.and_then(|path| path.contact(place));
        let next_at = path
            .filter(|path| step < i64::from(path.max_raises))
            .map(|path| due_at.saturating_add(path.delay_after(place)));
        let contact = contact.map_or_else(|| case.owner.clone(), |contact| contact.name.clone());
        let [tenant, platform, author_id] = author.parts();
        raised.push(Raised {
            case_id: case.name(),
            mention_id: format!("{tenant}/{platform}/{}", case.opened_by),
            clock,
            due_at,
            step,
            owner: case.owner.clone(),
            explanation: explain::raised(case, clock, step, &contact, due_at, next_at),
            contact,
            next_at,
            tenant,
            platform,
            author_id,
            path: case.path.clone(),
            ..Raised::default()
        });
        set(case, clock, Running { next_at, step, ..running });
    }
    raised
}

fn running(case: &Case, clock: Clock) -> Option<Running> {
    match clock {
        Clock::Acknowledge => case.acknowledge,
        Clock::Respond => case.respond,
        Clock::Resolve => case.resolve,
    }
}

fn set(case: &mut Case, clock: Clock, running: Running) {
    let place = match clock {
        Clock::Acknowledge => &mut case.acknowledge,
        Clock::Respond => &mut case.respond,
        Clock::Resolve => &mut case.resolve,
    };
    *place = Some(running);
}
