//! Fires the timers of a case: clocks that have run out, cases that the owner has not acknowledged,
//! idle owners, answers that will be late.
//!
//! A clock that has run out notifies the contacts of the path in order, then repeats the last one
//! until it is stopped or the path's limit is reached. A contact of whom nobody is on duty is not called:
//! the path's contact for off hours is, at its interval, until somebody of the step is on duty. Without
//! one, the record says that nobody can be reached. The records depend on the rules, the case,
//! the queue and the due time only; `is_late` alone depends on when the timer fires.
//! Must not know: records of mentions, the text of explanations, the wall clock.

use mention::Clock;
use rules::EscalationPath;
use stage::{EventTime, TimeDelta};

use crate::author::AuthorKey;
use crate::case::{CaseState, RunningClock};
use crate::cases::Cases;
use crate::clocks::{self, ClockTargets};
use crate::context::Context;
use crate::foresight::{self, QueuePosition};
use crate::overflow::{self, OverflowTarget};
use crate::records;
use crate::topics::Out;
use crate::transition::{CaseChange, Escalated, EscalationReason, OverflowKind};

/// A timer that fires.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FiredTimer<'a> {
    pub(crate) author: &'a AuthorKey,
    /// The due time.
    pub(crate) at: EventTime,
    /// Whether the timer fires long after its due time.
    pub(crate) is_late: bool,
    /// The position in the queue; `None` unless the foresight check is due.
    pub(crate) position: Option<QueuePosition<'a>>,
    /// The cases of the partition, for the load of each team.
    pub(crate) cases: &'a Cases,
    pub(crate) context: Context<'a>,
}

/// Does everything in the case that is due.
pub(crate) fn fire(case: &mut CaseState, timer: FiredTimer<'_>, out: &mut Vec<Out>) {
    // Foresight goes first: a prediction that fires with its breach must still precede it.
    timer.check_foresight(case, out);
    for clock in [Clock::Acknowledge, Clock::Respond, Clock::Resolve] {
        timer.escalate_clock(case, clock, out);
    }
    timer.check_idle(case, out);
    timer.check_overflow(case, out);
}

impl FiredTimer<'_> {
    /// Notifies the first contact if the queue will answer after the due time; otherwise schedules
    /// the next check.
    fn check_foresight(self, case: &mut CaseState, out: &mut Vec<Out>) {
        let Some(at) = case.foresee_at.filter(|check_at| *check_at <= self.at) else { return };
        case.foresee_at = None;
        let Some(running) = case.respond.filter(|running| running.step == 0) else { return };
        let expected = self.position.and_then(|it| foresight::expected_answer_at(at, it));
        let Some(expected_at) = expected.filter(|expected| *expected > running.due_at) else {
            case.foresee_at = foresight::next_check(at, running.due_at);
            return;
        };
        let position = clocks::path_position(case, Clock::Respond, 0);
        let callee = clocks::callee(case, Clock::Respond, position, at, self.context.rules);
        if callee.is_off_hours {
            // Nobody is woken by a prediction; the missed target is.
            case.foresee_at = foresight::next_check(at, running.due_at);
            return;
        }
        case.respond = Some(RunningClock { step: 1, is_foreseen: true, ..running });
        let reason =
            EscalationReason::Foreseen { left: running.due_at - at, needed: expected_at - at };
        let escalated = Escalated {
            clock: Clock::Respond,
            step: 1,
            callee,
            due_at: at,
            next: clocks::next_call_of(case, Clock::Respond, self.context.rules),
            reason,
        };
        out.push(self.escalated(case, escalated));
    }

    /// Notifies the next contact of a clock that has run out.
    fn escalate_clock(self, case: &mut CaseState, clock: Clock, out: &mut Vec<Out>) {
        let Some(running) = case.clock(clock) else { return };
        let Some(due_at) = running.next_at.filter(|next_at| *next_at <= self.at) else { return };
        let rules = self.context.rules;
        let position = clocks::position_of(case, clock);
        let callee = clocks::callee(case, clock, position, due_at, rules);
        let reason = match clock {
            // The owner before missed nothing: the new one has not acknowledged the hand-off.
            Clock::Acknowledge if case.is_handed_off => EscalationReason::NotAccepted,
            _ => EscalationReason::Breach,
        };
        // One breach per clock, however many calls follow.
        let is_breach = reason == EscalationReason::Breach && !running.is_breached();
        // Whoever is woken knows of the case: a further clock waits for those on duty.
        let is_silent = callee.is_off_hours && self.is_called_off_hours(case, clock, running);
        let called = match callee.is_off_hours {
            true => self.after_off_hours(case, (clock, position), (running, due_at), is_silent),
            false => self.after_call(case, (clock, position), (running, due_at)),
        };
        *case.clock_mut(clock) = Some(called);
        if is_breach {
            out.push(self.changed(case, due_at, &CaseChange::Breached(clock)));
        }
        if is_silent {
            return;
        }
        let is_of_path = !callee.is_off_hours;
        let next = clocks::next_call_of(case, clock, rules);
        let escalated = Escalated { clock, step: called.step, callee, due_at, next, reason };
        out.push(self.escalated(case, escalated));
        let path_step = rules.path(&case.path).and_then(|it| it.step(case.level, clock, position));
        let team = path_step.filter(|_| is_of_path).and_then(|step| step.give_to.as_deref());
        if let Some(team) = team {
            self.hand_off_by_path(case, team, due_at, out);
        }
    }

    /// Whether another clock of the case calls off hours: one that has done so more often, has calls left
    /// and still finds nobody of its path on duty.
    fn is_called_off_hours(self, case: &CaseState, clock: Clock, running: RunningClock) -> bool {
        let rules = self.context.rules;
        let others = [Clock::Acknowledge, Clock::Respond, Clock::Resolve].into_iter();
        others.filter(|other| *other != clock).any(|other| {
            let is_ahead =
                |it: &RunningClock| it.off_hours > running.off_hours && it.next_at.is_some();
            case.clock(other).filter(is_ahead).is_some_and(|_| {
                let position = clocks::position_of(case, other);
                let contact = clocks::contact_at(case, other, position, rules);
                rules.on_duty(&contact, self.at).is_empty()
            })
        })
    }

    /// The clock after a call of the path that was due at this time: the next one is for the next step.
    fn after_call(
        self,
        case: &CaseState,
        (clock, position): (Clock, usize),
        (running, due_at): (RunningClock, EventTime),
    ) -> RunningClock {
        let path = self.context.rules.path(&case.path);
        let is_left = |path: &&EscalationPath| {
            running.path_calls().saturating_add(1) < i64::from(path.max_raises)
        };
        let next_at = path.filter(is_left).map(|path| {
            let delay = path.delay_after(case.level, clock, position);
            let next =
                clocks::contact_at(case, clock, position.saturating_add(1), self.context.rules);
            ClockTargets::of(case, case.level, self.context).call_due(&next, due_at, delay)
        });
        RunningClock { next_at, step: running.step.saturating_add(1), ..running }
    }

    /// The clock after a call that was due at this time while nobody of the step is on duty: the next one
    /// is for the same step once somebody is, or before that for the contact for off hours.
    fn after_off_hours(
        self,
        case: &CaseState,
        (clock, position): (Clock, usize),
        (running, due_at): (RunningClock, EventTime),
        is_silent: bool,
    ) -> RunningClock {
        let rules = self.context.rules;
        let (step, off_hours) =
            (running.step.saturating_add(1), running.off_hours.saturating_add(1));
        let contact = clocks::contact_at(case, clock, position, rules);
        let on_duty = rules.next_duty(&contact, due_at);
        let path = rules.path(&case.path).filter(|path| off_hours < i64::from(path.max_raises));
        let every = path.and_then(|path| match path.off_hours(case.level, clock) {
            Some(off_hours) if !is_silent => Some(off_hours.every),
            // Everybody has left: the next rules may name a successor.
            _ => on_duty.is_none().then_some(path.repeat),
        });
        let next_at = on_duty.into_iter().chain(every.map(|every| due_at + every)).min();
        RunningClock { next_at, step, off_hours, ..running }
    }

    /// A step of the path hands the case off to another team, which must acknowledge it. If it does
    /// not, the path continues after the contacts already notified.
    fn hand_off_by_path(self, case: &mut CaseState, team: &str, at: EventTime, out: &mut Vec<Out>) {
        // A reload may have removed the team.
        if team == case.owner || self.context.rules.team(team).is_none() {
            return;
        }
        case.skipped_contacts = clocks::contacts_passed(case);
        let from = case.owner.clone();
        case.hand_off_to(team);
        let targets = ClockTargets::of(case, case.level, self.context);
        case.acknowledge = targets.start(Clock::Acknowledge, at);
        overflow::start_offer(case, at, self.context.rules);
        out.push(self.changed(case, at, &CaseChange::GivenByPath { from }));
    }

    /// Hands a case that its owner has not acknowledged to another team, with the same due times.
    fn check_overflow(self, case: &mut CaseState, out: &mut Vec<Out>) {
        let Some(at) = case.overflow_at.filter(|check_at| *check_at <= self.at) else { return };
        case.overflow_at = None;
        let waited = case.offered_at.map_or(TimeDelta::ZERO, |since| at - since);
        let (team, to) = match overflow::overflow_target(case, at, self.cases, self.context) {
            None => return,
            Some(OverflowTarget::RetryAt(retry_at)) => return case.overflow_at = Some(retry_at),
            Some(OverflowTarget::TeamWithRoom(team)) => (team, OverflowKind::OverflowTeam),
            Some(OverflowTarget::LastResort(team)) => (team, OverflowKind::LastResort),
        };
        let from = case.owner.clone();
        case.hand_off_to(team);
        // The acknowledge clock is still the first owner's, so running out is a breach.
        case.is_handed_off = false;
        overflow::start_offer(case, at, self.context.rules);
        out.push(self.changed(case, at, &CaseChange::Overflowed { from, waited, to }));
    }

    /// Takes the case back from an owner that acknowledged it and did nothing since. It must be
    /// acknowledged again, and the next contact of the path is notified.
    fn check_idle(self, case: &mut CaseState, out: &mut Vec<Out>) {
        let Some(at) = case.idle_at.filter(|idle_at| *idle_at <= self.at) else { return };
        let Some(after) = self.context.config.idle_after else {
            // The setting was switched off after the timer was set.
            case.idle_at = None;
            return;
        };
        case.skipped_contacts = clocks::contacts_passed(case);
        let position = clocks::path_position(case, Clock::Acknowledge, 0);
        let callee = clocks::callee(case, Clock::Acknowledge, position, at, self.context.rules);
        // This call uses up a contact of the path; the acknowledge clock continues after it.
        let used = i64::from(!callee.is_off_hours);
        case.skipped_contacts = case.skipped_contacts.saturating_add(used);
        let targets = ClockTargets::of(case, case.level, self.context);
        // A policy may have no acknowledge target; the idle period replaces it.
        let fallback = targets.due(Clock::Acknowledge, at, at + after);
        case.acknowledge = targets.start(Clock::Acknowledge, at).or(Some(fallback));
        (case.is_accepted, case.is_handed_off, case.idle_at) = (false, true, None);
        overflow::start_offer(case, at, self.context.rules);
        let change = CaseChange::TakenBack { contact: callee.contact.clone(), after };
        out.push(self.changed(case, at, &change));
        let escalated = Escalated {
            clock: Clock::Acknowledge,
            step: 0,
            callee,
            due_at: at,
            next: clocks::next_call_of(case, Clock::Acknowledge, self.context.rules),
            reason: EscalationReason::Idle { after },
        };
        out.push(self.escalated(case, escalated));
    }

    fn changed(self, case: &mut CaseState, at: EventTime, change: &CaseChange) -> Out {
        let rules = self.context.rules;
        Out::Routed(Box::new(records::case_change(case, self.author, at, change, rules)))
    }

    fn escalated(self, case: &CaseState, escalated: Escalated) -> Out {
        let mut raised = records::raised(case, self.author, escalated, self.context);
        raised.is_late = self.is_late;
        Out::Raised(Box::new(raised))
    }
}
