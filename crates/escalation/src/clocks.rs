//! The clocks of a case: started by a policy, stopped by what happens.

use mention::{Clock, Stopped};
use stage::Micros;

use crate::rules::{Path, Rules, Targets};
use crate::settings::Foresight;
use crate::{By, Case, Running, foresee};

/// A clock that runs for `target` from `time`.
pub(crate) fn start(target: Option<Micros>, time: Micros, path: Option<&Path>) -> Option<Running> {
    let due_at = time.saturating_add(target?);
    let wait = path.and_then(|path| path.contact(0)).map_or(0, |contact| contact.after);
    let next_at = Some(due_at.saturating_add(wait));
    Some(Running { due_at, next_at, step: 0, started_at: time, is_foreseen: false })
}

/// Starts every clock that the case's policy has for its level.
pub(crate) fn start_all(case: &mut Case, time: Micros, by: By<'_>) {
    let Targets { acknowledge, respond, resolve } = by.rules.targets(&case.policy, case.level);
    let path = by.rules.path(&case.path);
    case.acknowledge = start(acknowledge, time, path);
    case.respond = start(respond, time, path);
    case.resolve = start(resolve, time, path);
    case.is_accepted = false;
    (case.is_handed_off, case.idle_at) = (false, None);
    case.handed_back = 0;
    look(case, by);
}

/// Sets when it is asked first whether the answer will be in time.
pub(crate) fn look(case: &mut Case, by: By<'_>) {
    let is_on = by.settings.foresight == Foresight::On;
    let running = case.respond.filter(|running| is_on && running.step == 0);
    case.foresee_at = running.and_then(|r| foresee::first_look(r.started_at, r.due_at));
}

/// Brings the deadlines forward to those of another message: none is ever put off, and what is
/// already late stays so.
pub(crate) fn tighten(case: &mut Case, targets: Targets, time: Micros, by: By<'_>) {
    let path = by.rules.path(&case.path);
    let Targets { acknowledge, respond, resolve } = targets;
    let clocks = [
        (&mut case.acknowledge, acknowledge),
        (&mut case.respond, respond),
        (&mut case.resolve, resolve),
    ];
    for (clock, target) in clocks {
        if let (Some(running), Some(sooner)) = (clock.as_mut(), start(target, time, path))
            && !running.is_breached()
            && sooner.due_at < running.due_at
        {
            // The author waits since the first message, not since this one.
            *running = Running { started_at: running.started_at, ..sooner };
        }
    }
    look(case, by);
}

/// Starts the clocks that a new message needs and that do not run: an author who writes again
/// waits for an answer again.
pub(crate) fn resume(case: &mut Case, targets: Targets, time: Micros, by: By<'_>) {
    let path = by.rules.path(&case.path);
    if !case.is_accepted {
        case.acknowledge = case.acknowledge.or_else(|| start(targets.acknowledge, time, path));
    }
    if case.respond.is_none() {
        case.respond = start(targets.respond, time, path);
        look(case, by);
        mind(case, time, by);
    }
    case.resolve = case.resolve.or_else(|| start(targets.resolve, time, path));
}

/// Sets when the case is taken back from an owner who has accepted it and does nothing while the
/// author waits.
pub(crate) fn mind(case: &mut Case, time: Micros, by: By<'_>) {
    let waits = case.is_accepted && case.respond.is_some() && !case.is_lane();
    let after = by.settings.idle_after.filter(|_| waits);
    case.idle_at = after.map(|after| time.saturating_add(after));
}

/// Stops a clock; says how long it ran, if it did.
pub(crate) fn stop(case: &mut Case, clock: Clock, at: Micros) -> Option<Stopped> {
    let running = case.clock_mut(clock).take()?;
    if clock == Clock::Respond {
        (case.foresee_at, case.idle_at) = (None, None);
    }
    Some(Stopped {
        clock,
        counted: at.saturating_sub(running.started_at).max(0),
        is_in_time: at <= running.due_at,
    })
}

/// Who is called when the clock that runs out first does so; empty when none runs.
pub(crate) fn next_contact(case: &Case, rules: &Rules) -> String {
    let clocks = [Clock::Acknowledge, Clock::Respond, Clock::Resolve];
    let waiting = clocks.into_iter().filter_map(|clock| {
        let running = case.clock(clock)?;
        Some((running.next_at?, clock, running.step))
    });
    let Some((_, clock, step)) = waiting.min() else { return String::new() };
    let contact = rules.path(&case.path).and_then(|path| path.contact(place(case, clock, step)));
    contact.map_or_else(|| case.owner.clone(), |contact| contact.name.clone())
}

/// Where on the path a clock stands that has called `step` times.
pub(crate) fn place(case: &Case, clock: Clock, step: i64) -> usize {
    let passed = if clock == Clock::Acknowledge { case.handed_back } else { 0 };
    usize::try_from(step.saturating_add(passed)).unwrap_or(0)
}

/// How many contacts of the path were called or passed over for want of an owner.
pub(crate) fn passed(case: &Case) -> i64 {
    case.handed_back.saturating_add(case.acknowledge.map_or(0, |running| running.step))
}
