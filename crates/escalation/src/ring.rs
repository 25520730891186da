//! What rings: clocks that have run out, owners who do nothing, answers that will be late.
//!
//! A clock that has run out calls the contacts of the path one after the other, then the last one
//! again and again, until it is stopped or the path says it is enough: there is no dead end.
//! What is written depends on the rules, the case, the queue and the time it was due at, and on
//! nothing else; only whether it is marked late depends on when it rings.

use mention::{Cause, Clock, Disposition, Raised};
use stage::Micros;

use crate::cases::Author;
use crate::clocks::Standards;
use crate::control::Happened;
use crate::foresee::{self, Waiting};
use crate::{By, Case, Out, Running, clocks, control, explain};

/// How a timer rings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ring<'a> {
    pub(crate) author: &'a Author,
    /// When it was due, in microseconds.
    pub(crate) at: Micros,
    /// Whether that is long ago.
    pub(crate) is_late: bool,
    /// What is known of the queue, where it is asked whether the answer will be in time.
    pub(crate) waiting: Option<Waiting<'a>>,
    pub(crate) by: By<'a>,
}

/// Rings everything in the case that is due.
pub(crate) fn ring(case: &mut Case, ring: Ring<'_>, out: &mut Vec<Out>) {
    ring.foresee(case, out);
    for clock in [Clock::Acknowledge, Clock::Respond, Clock::Resolve] {
        ring.clock(case, clock, out);
    }
    ring.idle(case, out);
}

impl Ring<'_> {
    fn foresee(self, case: &mut Case, out: &mut Vec<Out>) {
        let Some(at) = case.foresee_at.filter(|look| *look <= self.at) else { return };
        case.foresee_at = None;
        let Some(running) = case.respond.filter(|running| running.step == 0) else { return };
        let expected = self.waiting.and_then(|waiting| foresee::expected(at, waiting));
        let Some(expected_at) = expected.filter(|expected| *expected > running.due_at) else {
            case.foresee_at = foresee::next_look(at, running.due_at);
            return;
        };
        let contact = clocks::contact(case, Clock::Respond, 0, self.by.rules);
        let explanation = explain::foreseen(case, &contact, running.due_at - at, expected_at - at);
        case.respond = Some(Running { step: 1, is_foreseen: true, ..running });
        let next_at = running.next_at;
        let raised = Raised { step: 1, contact, next_at, explanation, ..Raised::default() };
        out.push(self.raised(case, Clock::Respond, Cause::Foreseen, at, raised));
    }

    fn clock(self, case: &mut Case, clock: Clock, out: &mut Vec<Out>) {
        let Some(running) = case.clock(clock) else { return };
        let Some(due_at) = running.next_at.filter(|next| *next <= self.at) else { return };
        let place = clocks::place(case, clock, running.step);
        let step = running.step.saturating_add(1);
        let path = self.by.rules.path(&case.path);
        let next_at = path
            .filter(|path| step < i64::from(path.max_raises))
            .map(|path| due_at.saturating_add(path.delay_after(case.level, clock, place)));
        let contact = clocks::contact(case, clock, place, self.by.rules);
        let cause = match clock {
            Clock::Acknowledge if case.is_handed_off => Cause::NotAccepted,
            _ => Cause::Breach,
        };
        *case.clock_mut(clock) = Some(Running { next_at, step, ..running });
        if cause == Cause::Breach && !running.is_breached() {
            let what = Happened::new(Disposition::Breached, explain::breached(case, clock));
            out.push(self.happened(case, due_at, what));
        }
        let explanation = explain::raised(case, clock, step, &contact, due_at, next_at);
        let raised = Raised { step, contact, next_at, explanation, ..Raised::default() };
        out.push(self.raised(case, clock, cause, due_at, raised));
    }

    /// An owner who has accepted the case and does nothing loses it: it must be accepted anew, and
    /// if nobody does the contact after the ones already called is called.
    fn idle(self, case: &mut Case, out: &mut Vec<Out>) {
        let Some(at) = case.idle_at.filter(|idle| *idle <= self.at) else { return };
        let Some(after) = self.by.settings.idle_after else {
            case.idle_at = None;
            return;
        };
        case.handed_back = clocks::passed(case);
        let place = clocks::place(case, Clock::Acknowledge, 0);
        let contact = clocks::contact(case, Clock::Acknowledge, place, self.by.rules);
        case.handed_back = case.handed_back.saturating_add(1);
        let standards = Standards::of(case, case.level, self.by);
        let without = standards.due(Clock::Acknowledge, at, at.saturating_add(after));
        case.acknowledge = standards.start(Clock::Acknowledge, at).or(Some(without));
        (case.is_accepted, case.is_handed_off, case.idle_at) = (false, true, None);
        let explanation = explain::idle(case, &contact, after);
        let what = Happened::new(Disposition::HandedOff, explanation.clone());
        out.push(self.happened(case, at, what));
        let next_at = case.acknowledge.and_then(|running| running.next_at);
        let raised = Raised { contact, next_at, explanation, ..Raised::default() };
        out.push(self.raised(case, Clock::Acknowledge, Cause::Idle, at, raised));
    }

    fn happened(self, case: &mut Case, at: Micros, happened: Happened) -> Out {
        let record = control::record(case, self.author, at, happened, self.by.rules);
        Out::Routed(Box::new(record))
    }

    fn raised(self, case: &Case, clock: Clock, cause: Cause, at: Micros, raised: Raised) -> Out {
        let [tenant, platform, author_id] = self.author.parts();
        Out::Raised(Box::new(Raised {
            case_id: case.name(),
            mention_id: format!("{tenant}/{platform}/{}", case.opened_by),
            clock,
            due_at: at,
            owner: case.owner.clone(),
            tenant,
            platform,
            author_id,
            cause,
            is_late: self.is_late,
            path: case.path.clone(),
            ..raised
        }))
    }
}
