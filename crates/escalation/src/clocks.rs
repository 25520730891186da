//! The clocks of a case: started by a policy, stopped by what happens.

use mention::{Clock, Level, Stopped};
use rules::{Path, Rules, Targets, Work};
use stage::Micros;

use crate::settings::Foresight;
use crate::{By, Case, Running, foresee, overflow};

/// How clocks run: how long on which calendar, and who is called when they run out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standards<'a> {
    targets: Option<Targets<'a>>,
    path: Option<&'a Path>,
    level: Level,
}

impl<'a> Standards<'a> {
    /// Those of a case, at a level.
    pub(crate) fn of(case: &Case, level: Level, by: By<'a>) -> Self {
        let targets = by.rules.targets(&case.policy, level);
        Self { targets, path: by.rules.path(&case.path), level }
    }

    /// Those of other work at a level, on the path of the case.
    pub(crate) fn of_work(case: &Case, work: Work<'a>, level: Level, by: By<'a>) -> Self {
        let targets = Some(work.policy.targets(level));
        Self { targets, path: by.rules.path(&case.path), level }
    }

    /// A clock as it begins to run at `time`; none where it does not.
    pub(crate) fn start(self, clock: Clock, time: Micros) -> Option<Running> {
        let targets = self.targets?;
        let target = match clock {
            Clock::Acknowledge => targets.acknowledge,
            Clock::Respond => targets.respond,
            Clock::Resolve => targets.resolve,
        };
        Some(self.due(clock, time, target?.due(time)))
    }

    /// A clock that begins to run at `time` and runs out at `due_at`.
    pub(crate) fn due(self, clock: Clock, time: Micros, due_at: Micros) -> Running {
        let first = self.path.and_then(|path| path.step(self.level, clock, 0));
        let next_at = Some(due_at.saturating_add(first.map_or(0, |step| step.after)));
        Running { due_at, next_at, step: 0, started_at: time, is_foreseen: false }
    }
}

/// Starts every clock that the case's policy has for its level.
pub(crate) fn start_all(case: &mut Case, time: Micros, by: By<'_>) {
    let standards = Standards::of(case, case.level, by);
    let clocks = [Clock::Acknowledge, Clock::Respond, Clock::Resolve];
    [case.acknowledge, case.respond, case.resolve] =
        clocks.map(|clock| standards.start(clock, time));
    case.is_accepted = false;
    (case.is_handed_off, case.idle_at) = (false, None);
    case.handed_back = 0;
    overflow::offer(case, time, by.rules);
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
pub(crate) fn tighten(case: &mut Case, standards: Standards<'_>, time: Micros, by: By<'_>) {
    for clock in [Clock::Acknowledge, Clock::Respond, Clock::Resolve] {
        let known = case.clock_mut(clock);
        if let (Some(running), Some(sooner)) = (known.as_mut(), standards.start(clock, time))
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
pub(crate) fn resume(case: &mut Case, standards: Standards<'_>, time: Micros, by: By<'_>) {
    let start = |clock| standards.start(clock, time);
    if !case.is_accepted {
        case.acknowledge = case.acknowledge.or_else(|| start(Clock::Acknowledge));
    }
    if case.respond.is_none() {
        case.respond = start(Clock::Respond);
        look(case, by);
        mind(case, time, by);
    }
    case.resolve = case.resolve.or_else(|| start(Clock::Resolve));
}

/// Sets when the case is taken back from an owner who has accepted it and does nothing while the
/// author waits.
pub(crate) fn mind(case: &mut Case, time: Micros, by: By<'_>) {
    let waits = case.is_accepted && case.respond.is_some() && !case.is_lane();
    let after = by.settings.idle_after.filter(|_| waits);
    case.idle_at = after.map(|after| time.saturating_add(after));
}

/// Stops a clock; says how much open time of its calendar it ran, if it did.
pub(crate) fn stop(case: &mut Case, clock: Clock, at: Micros, by: By<'_>) -> Option<Stopped> {
    let running = case.clock_mut(clock).take()?;
    let calendar = by.rules.targets(&case.policy, case.level)?.calendar;
    if clock == Clock::Respond {
        (case.foresee_at, case.idle_at) = (None, None);
    }
    Some(Stopped {
        clock,
        counted: calendar.elapsed(running.started_at, at),
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
    contact(case, clock, place(case, clock, step), rules)
}

/// Who is called at a place of the path; the owner where there is no path.
pub(crate) fn contact(case: &Case, clock: Clock, place: usize, rules: &Rules) -> String {
    let step = rules.path(&case.path).and_then(|path| path.step(case.level, clock, place));
    step.map_or_else(|| case.owner.clone(), |step| step.call.clone())
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
