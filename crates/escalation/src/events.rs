//! What the contact centre tells about a case.
//!
//! Events are about three things: who has the case (accepted, returned, reassigned), whether the
//! author is answered (responded), and whether it is open (resolved, reopened). Those about one
//! thing are ordered by when they happened, then by kind; one that is not after the last applied is
//! late or doubled and changes nothing, and so does one whose id was heard. So the order in which
//! they arrive does not matter, except between things: an answer from before the author began to
//! wait is late, too. An event about a case that is not the author's last changes nothing.
//!
//! A bot's answer stops no clock; what a bot hands over counts from then on. A peer's answer makes
//! a case less urgent, once, and closes nothing. A corrected label and a team's capacity change
//! nothing here: they are counted.

use mention::{CaseEvent, CaseEventKind, Clock, Disposition, Level};
use stage::Micros;
use xxhash_rust::xxh3::xxh3_64;

use crate::case::{Case, HEARD_MOST, keep_latest, name};
use crate::cases::Author;
use crate::clocks::Standards;
use crate::control::{self, Happened};
use crate::{By, Out, clocks, decide, explain, overflow};

/// What becomes of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Nothing: it is late, doubled, or about nothing that is known here.
    Nothing,
    /// The case is different.
    Applied,
    /// The case is different: an author who has waited since then has an answer.
    Answered(Micros),
    /// It can never be applied, for this reason.
    Refused(&'static str),
}

/// Applies an event to the last case of its author.
pub(crate) fn apply(
    case: &mut Case,
    event: &CaseEvent,
    author: &Author,
    time: Micros,
    by: By<'_>,
    out: &mut Vec<Out>,
) -> Heard {
    if event.case_id != name(case.id) || is_known(case, event) {
        return Heard::Nothing;
    }
    let mut apply = Apply { case, event, author, time, by, out };
    let heard = match event.kind {
        CaseEventKind::Accepted => apply.accepted(),
        CaseEventKind::Returned => apply.returned(),
        CaseEventKind::Reassigned => apply.reassigned(),
        CaseEventKind::Responded if event.is_bot => Heard::Nothing,
        CaseEventKind::Responded => apply.responded(),
        CaseEventKind::Resolved => apply.resolved(),
        CaseEventKind::Reopened => apply.reopened(),
        CaseEventKind::PeerAnswered => apply.peer_answered(),
        CaseEventKind::LabelCorrected | CaseEventKind::Capacity => Heard::Nothing,
    };
    if matches!(heard, Heard::Applied | Heard::Answered(_)) {
        if let Some(id) = id(event) {
            keep_latest(&mut case.heard, id, HEARD_MOST);
        }
        if !case.is_closed {
            decide::keep(case, time, by.rules);
        }
    }
    heard
}

fn id(event: &CaseEvent) -> Option<i32> {
    let hash = || xxh3_64(event.event_id.as_bytes()) as u32;
    (!event.event_id.is_empty()).then(|| hash().cast_signed())
}

fn is_known(case: &Case, event: &CaseEvent) -> bool {
    id(event).is_some_and(|id| case.heard.contains(&id))
}

struct Apply<'a> {
    case: &'a mut Case,
    event: &'a CaseEvent,
    author: &'a Author,
    time: Micros,
    by: By<'a>,
    out: &'a mut Vec<Out>,
}

impl Apply<'_> {
    /// Whether it is after the last event about who has the case, which it becomes.
    fn is_next(&mut self) -> bool {
        let this = (self.event.occurred_at, self.event.kind);
        let last = self.case.last_event_at;
        if last.is_some_and(|last| this <= (last, self.case.last_event)) {
            return false;
        }
        (self.case.last_event_at, self.case.last_event) = (Some(this.0), this.1);
        true
    }

    /// Whether it is after the last event that closed or reopened the case, which it becomes.
    fn is_next_end(&mut self) -> bool {
        let this = (self.event.occurred_at, self.event.kind);
        if self.case.ended_at.is_some_and(|last| this <= (last, self.case.ended_by)) {
            return false;
        }
        (self.case.ended_at, self.case.ended_by) = (Some(this.0), this.1);
        true
    }

    fn tell(&mut self, happened: Happened) {
        let at = self.event.occurred_at.min(self.time);
        let record = control::record(self.case, self.author, at, happened, self.by.rules);
        self.out.push(Out::Routed(Box::new(record)));
    }

    fn accepted(&mut self) -> Heard {
        if !self.is_next() {
            return Heard::Nothing;
        }
        if self.case.is_closed {
            return Heard::Applied;
        }
        // Whoever takes it has it; a team that nobody knows takes it for the owner.
        if let Some(team) = self.event.team.as_deref()
            && team != self.case.owner
            && self.by.rules.team(team).is_some()
        {
            self.case.hand_to(team);
        }
        self.accept();
        Heard::Applied
    }

    fn accept(&mut self) {
        let is_news = !self.case.is_accepted;
        self.case.handed_back = clocks::passed(self.case);
        let stopped = clocks::stop(self.case, Clock::Acknowledge, self.event.occurred_at, self.by);
        (self.case.is_accepted, self.case.is_handed_off) = (true, false);
        (self.case.offered_at, self.case.overflow_at) = (None, None);
        clocks::mind(self.case, self.time, self.by);
        if is_news {
            let explanation = explain::accepted(self.case, stopped);
            self.tell(Happened { stopped, ..Happened::new(Disposition::Accepted, explanation) });
        }
    }

    /// The owner stays until somebody else has it, somebody must accept it anew, and if nobody does
    /// the contact after the ones already called is called: at the least the first is passed over.
    fn returned(&mut self) -> Heard {
        if !self.is_next() {
            return Heard::Nothing;
        }
        if self.case.is_closed {
            return Heard::Applied;
        }
        self.case.handed_back = clocks::passed(self.case).saturating_add(1);
        (self.case.is_accepted, self.case.is_handed_off) = (false, true);
        self.case.idle_at = None;
        self.ask_anew();
        let reason = self.event.reason.as_deref();
        let explanation = explain::returned(self.case, reason.is_some());
        self.tell(Happened::new(Disposition::Returned, explanation));
        Heard::Applied
    }

    fn reassigned(&mut self) -> Heard {
        let Some(team) = self.event.team.as_deref() else {
            return Heard::Refused("gives the case to no team");
        };
        if self.by.rules.team(team).is_none() {
            return Heard::Refused("gives the case to a team that the rules do not have");
        }
        if !self.is_next() {
            return Heard::Nothing;
        }
        if self.case.is_closed {
            return Heard::Applied;
        }
        let from = self.case.owner.clone();
        self.case.hand_to(team);
        self.case.handed_back = 0;
        self.ask_anew();
        let explanation = explain::reassigned(&from, self.case, self.event.is_bot);
        self.tell(Happened::new(Disposition::HandedOff, explanation));
        Heard::Applied
    }

    /// Starts the clock until somebody accepts the case; after a bot the author's, too.
    fn ask_anew(&mut self) {
        if self.case.is_lane() {
            return;
        }
        let standards = Standards::of(self.case, self.case.level, self.by);
        let at = match self.event.is_bot {
            true => self.event.occurred_at.min(self.time),
            false => self.time,
        };
        self.case.acknowledge = standards.start(Clock::Acknowledge, at);
        overflow::offer(self.case, at, self.by.rules);
        if self.event.is_bot && self.case.respond.is_some_and(|running| !running.is_breached()) {
            self.case.respond = standards.start(Clock::Respond, at);
            clocks::look(self.case, self.by);
        }
    }

    fn responded(&mut self) -> Heard {
        let at = self.event.occurred_at;
        if self.case.answered_at.is_some_and(|last| at <= last) {
            return Heard::Nothing;
        }
        self.case.answered_at = Some(at);
        if !self.event.by.is_empty() {
            self.case.last_agent = Some(self.event.by.clone());
        }
        let since = self.case.respond.map(|running| running.started_at);
        if self.case.is_closed || since.is_some_and(|since| at < since) {
            return Heard::Applied;
        }
        // Whoever answers has taken the case, unless somebody has given it back since.
        if self.case.last_event_at.is_none_or(|last| last <= at) {
            (self.case.last_event_at, self.case.last_event) = (Some(at), CaseEventKind::Accepted);
            self.accept();
        }
        let stopped = clocks::stop(self.case, Clock::Respond, at, self.by);
        let explanation = explain::responded(self.case, stopped, self.event.is_public);
        self.tell(Happened { stopped, ..Happened::new(Disposition::Responded, explanation) });
        since.map_or(Heard::Applied, Heard::Answered)
    }

    fn resolved(&mut self) -> Heard {
        if !self.is_next_end() {
            return Heard::Nothing;
        }
        if self.case.is_closed {
            return Heard::Applied;
        }
        let stopped = clocks::stop(self.case, Clock::Resolve, self.event.occurred_at, self.by);
        self.case.close(self.time, self.time.saturating_add(self.by.rules.memory.closed));
        let explanation = explain::resolved(self.case, stopped);
        self.tell(Happened { stopped, ..Happened::new(Disposition::Resolved, explanation) });
        Heard::Applied
    }

    fn reopened(&mut self) -> Heard {
        if !self.is_next_end() {
            return Heard::Nothing;
        }
        if self.case.is_closed {
            reopen(self.case, self.time, self.by);
            let explanation = explain::reopened(self.case);
            self.tell(Happened::new(Disposition::Reopened, explanation));
        }
        Heard::Applied
    }

    /// One level less urgent, and the author may wait as long as that level says.
    fn peer_answered(&mut self) -> Heard {
        let lower = eased(self.case.level);
        let Some(running) = self.case.respond.filter(|running| running.step == 0) else {
            return Heard::Nothing;
        };
        if self.case.is_eased || lower == self.case.level {
            return Heard::Nothing;
        }
        (self.case.level, self.case.is_eased) = (lower, true);
        let standards = Standards::of(self.case, lower, self.by);
        let later = standards.start(Clock::Respond, running.started_at);
        if let Some(later) = later.filter(|later| later.due_at > running.due_at) {
            self.case.respond = Some(later);
            clocks::look(self.case, self.by);
        }
        let explanation = explain::eased(self.case);
        self.tell(Happened::new(Disposition::Eased, explanation));
        Heard::Applied
    }
}

/// The level of what another user has answered: one below.
pub(crate) fn eased(level: Level) -> Level {
    match level {
        Level::P1 => Level::P2,
        Level::P2 => Level::P3,
        Level::P3 | Level::P4 => Level::P4,
        Level::P5 => Level::P5,
    }
}

/// Opens a closed case again, for the same owner.
pub(crate) fn reopen(case: &mut Case, time: Micros, by: By<'_>) {
    (case.is_closed, case.closed_at, case.is_accepted) = (false, None, false);
    case.reopened = case.reopened.saturating_add(1);
    if !case.is_lane() {
        clocks::start_all(case, time, by);
    }
}

#[cfg(test)]
mod tests;
