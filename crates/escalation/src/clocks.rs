//! Starts, stops and moves the clocks of a case by its policy and path.
//!
//! Must not know: messages, events, records.

use mention::{Clock, Level, StoppedClock};
use rules::{EscalationPath, Person, Rules, Targets, Work};
use stage::{EventTime, TimeDelta};

use crate::case::{CaseState, RunningClock};
use crate::config::Foresight;
use crate::context::Context;
use crate::{foresight, overflow};

/// The targets of a policy at a level, with the path to follow when a clock runs out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClockTargets<'a> {
    targets: Option<Targets<'a>>,
    path: Option<&'a EscalationPath>,
    level: Level,
    rules: &'a Rules,
}

impl<'a> ClockTargets<'a> {
    /// The targets of the case's own policy at a level.
    pub(crate) fn of(case: &CaseState, level: Level, context: Context<'a>) -> Self {
        let targets = context.rules.targets(&case.policy, level);
        Self { targets, path: context.rules.path(&case.path), level, rules: context.rules }
    }

    /// The targets of another policy at a level, with the path of the case.
    pub(crate) fn of_work(
        case: &CaseState,
        work: Work<'a>,
        level: Level,
        context: Context<'a>,
    ) -> Self {
        let targets = Some(work.policy.targets(level));
        Self { targets, path: context.rules.path(&case.path), level, rules: context.rules }
    }

    /// A clock that starts at `time`; `None` if the policy has no target for it.
    pub(crate) fn start(self, clock: Clock, time: EventTime) -> Option<RunningClock> {
        let targets = self.targets?;
        let target = match clock {
            Clock::Acknowledge => targets.acknowledge,
            Clock::Respond => targets.respond,
            Clock::Resolve => targets.resolve,
        };
        Some(self.due(clock, time, target?.due(time)))
    }

    /// A clock that starts at `time` and runs out at `due_at`.
    pub(crate) fn due(self, clock: Clock, time: EventTime, due_at: EventTime) -> RunningClock {
        let first = self.path.and_then(|path| path.step(self.level, clock, 0));
        let (call, delay) = first.map_or(("", TimeDelta::ZERO), |step| (&step.call, step.delay));
        let next_at = Some(self.call_due(call, due_at, delay));
        RunningClock { due_at, next_at, started_at: time, ..RunningClock::default() }
    }

    /// When to call a contact `delay` after `from`. While the clock's calendar is closed, no customer
    /// counts on an answer: then the delay is counted in the hours of the contact, who is not called
    /// outside of them.
    pub(crate) fn call_due(self, contact: &str, from: EventTime, delay: TimeDelta) -> EventTime {
        let at = from + delay;
        match self.targets.is_some_and(|targets| targets.calendar.is_open(at)) {
            true => at,
            false => self.rules.duty_due(contact, from, delay),
        }
    }
}

/// Starts every clock that the policy of the case has for its level.
pub(crate) fn start_all(case: &mut CaseState, time: EventTime, context: Context<'_>) {
    let targets = ClockTargets::of(case, case.level, context);
    let clocks = [Clock::Acknowledge, Clock::Respond, Clock::Resolve];
    [case.acknowledge, case.respond, case.resolve] = clocks.map(|clock| targets.start(clock, time));
    case.is_accepted = false;
    (case.is_handed_off, case.idle_at) = (false, None);
    case.skipped_contacts = 0;
    overflow::start_offer(case, time, context.rules);
    schedule_foresight(case, context);
}

/// Schedules the first foresight check of the response clock.
pub(crate) fn schedule_foresight(case: &mut CaseState, context: Context<'_>) {
    let is_on = context.config.foresight == Foresight::On;
    let running = case.respond.filter(|running| is_on && running.step == 0);
    case.foresee_at = running.and_then(|r| foresight::first_check(r.started_at, r.due_at));
}

/// Moves due times nearer, to those of another message. Never postpones one, and leaves breached
/// clocks alone.
pub(crate) fn tighten(
    case: &mut CaseState,
    targets: ClockTargets<'_>,
    time: EventTime,
    context: Context<'_>,
) {
    for clock in [Clock::Acknowledge, Clock::Respond, Clock::Resolve] {
        let current = case.clock_mut(clock);
        if let (Some(running), Some(sooner)) = (current.as_mut(), targets.start(clock, time))
            // A breached clock keeps its due time, on which its records depend.
            && !running.is_breached()
            && sooner.due_at < running.due_at
        {
            // The author has been waiting since the first message.
            *running = RunningClock { started_at: running.started_at, ..sooner };
        }
    }
    schedule_foresight(case, context);
}

/// Starts the stopped clocks that a new message needs: an author who writes again waits again.
pub(crate) fn resume(
    case: &mut CaseState,
    targets: ClockTargets<'_>,
    time: EventTime,
    context: Context<'_>,
) {
    let start = |clock| targets.start(clock, time);
    if !case.is_accepted {
        case.acknowledge = case.acknowledge.or_else(|| start(Clock::Acknowledge));
    }
    if case.respond.is_none() {
        case.respond = start(Clock::Respond);
        schedule_foresight(case, context);
        schedule_idle_check(case, time, context);
    }
    case.resolve = case.resolve.or_else(|| start(Clock::Resolve));
}

/// Schedules the check that takes the case back from an owner who acknowledged it and does nothing
/// while the author waits.
pub(crate) fn schedule_idle_check(case: &mut CaseState, time: EventTime, context: Context<'_>) {
    let is_waiting = case.is_accepted && case.respond.is_some() && !case.is_lane();
    let after = context.config.idle_after.filter(|_| is_waiting);
    // In the hours of the owner: nobody is idle at night.
    let team = context.rules.team(&case.owner);
    case.idle_at = after.map(|after| match team {
        Some(team) => team.calendar.due(time, after),
        None => time + after,
    });
}

/// When an event stops a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StopTime {
    /// The `occurred_at` of the event: the word of the contact centre.
    pub(crate) claimed: EventTime,
    /// The time of its record.
    pub(crate) appended: EventTime,
}

impl StopTime {
    /// The time at which the event stops this clock. The claim decides if it lies between the start of
    /// the clock and the record, and at most `within` before the record. So a fast, slow or late contact
    /// centre cannot make a missed target of a met one, or the reverse, by more than that. Returns a
    /// claim that does not decide as well.
    fn of(self, running: RunningClock, within: TimeDelta) -> (EventTime, Option<EventTime>) {
        let StopTime { claimed, appended } = self;
        // The times of records have milliseconds: within one, a claim is not ahead.
        let is_ahead = claimed.floor(TimeDelta::MILLISECOND) > appended;
        match is_ahead || claimed < running.started_at || appended - claimed > within {
            true => (appended, Some(claimed)),
            false => (claimed.min(appended), None),
        }
    }
}

/// Stops a clock and returns its open time; `None` if it was not running.
pub(crate) fn stop(
    case: &mut CaseState,
    clock: Clock,
    time: StopTime,
    context: Context<'_>,
) -> Option<StoppedClock> {
    let running = case.clock_mut(clock).take()?;
    let (at, disputed_at) = time.of(running, context.config.occurred_within);
    // The calendar of the current rules: a reload may have changed it.
    let calendar = context.rules.targets(&case.policy, case.level)?.calendar;
    if clock == Clock::Respond {
        // The author no longer waits: nothing to predict, and no idle owner.
        (case.foresee_at, case.idle_at) = (None, None);
    }
    Some(StoppedClock {
        clock,
        counted: calendar.elapsed(running.started_at, at),
        is_in_time: at <= running.due_at,
        disputed_at,
        is_breach_withdrawn: at <= running.due_at && running.is_breached(),
    })
}

/// Whom the next clock that runs out will call; `None` if no clock calls.
pub(crate) fn next_call<'a>(case: &CaseState, rules: &'a Rules) -> Option<NextCall<'a>> {
    let clocks = [Clock::Acknowledge, Clock::Respond, Clock::Resolve];
    let waiting = clocks.into_iter().filter_map(|clock| Some((case.clock(clock)?.next_at?, clock)));
    let (_, clock) = waiting.min()?;
    next_call_of(case, clock, rules)
}

/// Whom a clock will call next; `None` if it calls nobody.
pub(crate) fn next_call_of<'a>(
    case: &CaseState,
    clock: Clock,
    rules: &'a Rules,
) -> Option<NextCall<'a>> {
    let at = case.clock(clock)?.next_at?;
    Some(NextCall { at, callee: callee(case, clock, position_of(case, clock), at, rules) })
}

/// A call to come.
#[derive(Debug, Clone)]
pub(crate) struct NextCall<'a> {
    pub(crate) at: EventTime,
    pub(crate) callee: Callee<'a>,
}

/// A contact to call, and who is on duty for it.
#[derive(Debug, Clone)]
pub(crate) struct Callee<'a> {
    pub(crate) contact: String,
    /// `None` if nobody can be reached.
    pub(crate) person: Option<&'a Person>,
    /// Whether nobody of the path's own step is on duty.
    pub(crate) is_off_hours: bool,
}

/// Whom to call at `at` for a position of the path: the contact of the step, or the contact for off
/// hours while nobody of the step is on duty.
pub(crate) fn callee<'a>(
    case: &CaseState,
    clock: Clock,
    position: usize,
    at: EventTime,
    rules: &'a Rules,
) -> Callee<'a> {
    let contact = contact_at(case, clock, position, rules);
    let person = rules.on_duty(&contact, at).first().copied();
    let off_hours = rules.path(&case.path).and_then(|path| path.off_hours(case.level, clock));
    match (person, off_hours) {
        (None, Some(off_hours)) => Callee {
            person: rules.on_duty(&off_hours.call, at).first().copied(),
            contact: off_hours.call.clone(),
            is_off_hours: true,
        },
        (person, _) => Callee { contact, person, is_off_hours: person.is_none() },
    }
}

/// The contact at a position of the path; the owner if the rules have no path.
pub(crate) fn contact_at(case: &CaseState, clock: Clock, position: usize, rules: &Rules) -> String {
    let step = rules.path(&case.path).and_then(|path| path.step(case.level, clock, position));
    step.map_or_else(|| case.owner.clone(), |step| step.call.clone())
}

/// The path position of a running clock; the first one if it does not run.
pub(crate) fn position_of(case: &CaseState, clock: Clock) -> usize {
    path_position(case, clock, case.clock(clock).map_or(0, RunningClock::path_calls))
}

/// The path position of a clock after `calls` calls of the path.
pub(crate) fn path_position(case: &CaseState, clock: Clock, calls: i64) -> usize {
    // Only the acknowledge clock skips contacts: it restarts with every hand-off.
    let skipped = if clock == Clock::Acknowledge { case.skipped_contacts } else { 0 };
    usize::try_from(calls.saturating_add(skipped)).unwrap_or(0)
}

/// The number of contacts that the acknowledge clock has notified or skipped.
pub(crate) fn contacts_passed(case: &CaseState) -> i64 {
    let called = case.acknowledge.map_or(0, RunningClock::path_calls);
    case.skipped_contacts.saturating_add(called)
}
