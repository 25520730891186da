//! What rings: clocks that have run out, owners who do nothing or have not accepted, answers that
//! will be late.
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
use crate::overflow::{self, Helper};
use crate::{By, Case, Cases, Out, Running, clocks, control, explain};

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
    /// All cases of the partition, for what each team works on.
    pub(crate) cases: &'a Cases,
    pub(crate) by: By<'a>,
}

/// Rings everything in the case that is due.
pub(crate) fn ring(case: &mut Case, ring: Ring<'_>, out: &mut Vec<Out>) {
    ring.foresee(case, out);
    for clock in [Clock::Acknowledge, Clock::Respond, Clock::Resolve] {
        ring.clock(case, clock, out);
    }
    ring.idle(case, out);
    ring.overflow(case, out);
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
        let step = path.and_then(|path| path.step(case.level, clock, place));
        if let Some(team) = step.and_then(|step| step.give_to.as_deref()) {
            self.give(case, team, due_at, out);
        }
    }

    /// A step of the path gives the case to another team, which must accept it; if it does not, the
    /// contact after those already called is called.
    fn give(self, case: &mut Case, team: &str, at: Micros, out: &mut Vec<Out>) {
        if team == case.owner || self.by.rules.team(team).is_none() {
            return;
        }
        case.handed_back = clocks::passed(case);
        let from = case.owner.clone();
        case.hand_to(team);
        case.acknowledge = Standards::of(case, case.level, self.by).start(Clock::Acknowledge, at);
        overflow::offer(case, at, self.by.rules);
        let what = Happened::new(Disposition::HandedOff, explain::given(&from, case));
        out.push(self.happened(case, at, what));
    }

    /// Nobody has accepted the case: another team helps out, by the same deadlines.
    fn overflow(self, case: &mut Case, out: &mut Vec<Out>) {
        let Some(at) = case.overflow_at.filter(|look| *look <= self.at) else { return };
        case.overflow_at = None;
        let waited = case.offered_at.map_or(0, |since| at.saturating_sub(since));
        let (team, is_last) = match overflow::helper(case, at, self.cases, self.by) {
            None => return,
            Some(Helper::Later(look)) => return case.overflow_at = Some(look),
            Some(Helper::With(team)) => (team, false),
            Some(Helper::Last(team)) => (team, true),
        };
        let from = case.owner.clone();
        case.hand_to(team);
        // The deadline to accept it is the first owner's, so to miss it is a breach.
        case.is_handed_off = false;
        overflow::offer(case, at, self.by.rules);
        let explanation = explain::overflown(&from, case, waited, is_last);
        out.push(self.happened(case, at, Happened::new(Disposition::HandedOff, explanation)));
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
        overflow::offer(case, at, self.by.rules);
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
