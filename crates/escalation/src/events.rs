//! Applies the events of the contact centre to a case.
//!
//! Events fall into three groups: the owner (accepted, returned, reassigned), the answer
//! (responded) and the end of the case (resolved, reopened). Within a group they are ordered by
//! `occurred_at`, then by kind. An event that is not after the last one of its group, or whose id was
//! applied recently, has no effect. So the order of arrival matters only between groups. Events about
//! a case that is not the author's last one have no effect.
//!
//! Whether a target was met is decided by `occurred_at` only where that is plausible
//! ([`clocks::StopTime`]); otherwise by the time of the record, and the control record says so. A first
//! answer from before the author began to wait has a slow clock, and counts. After an earlier answer or
//! end it may as well belong to the message before: it stops no clock, because a call too many does less
//! harm than an author who waits unnoticed.
//!
//! A bot's answer stops no clock, and a bot's hand-off restarts them. An agent's word that
//! another user helped the author lowers the level once and closes nothing; without it no reply of
//! another user does. Label corrections and capacities have no effect here; `reporting`
//! counts them. Must not know: records of mentions, the text of explanations.

use mention::{CaseEvent, CaseEventKind, Clock, StoppedClock};
use stage::EventTime;
use xxhash_rust::xxh3::xxh3_64;

use crate::author::AuthorKey;
use crate::case::{CaseState, MAX_EVENT_IDS, format_case_id, push_bounded};
use crate::clocks::{self, ClockTargets, StopTime};
use crate::context::Context;
use crate::topics::Out;
use crate::transition::{CaseChange, Reassigner, ReturnReason};
use crate::{lifecycle, overflow, records};

/// The outcome of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventOutcome {
    /// No effect: the event is late, a duplicate, or about an unknown case.
    Ignored,
    /// The case has changed.
    Applied,
    /// The case has changed: the author has an answer after this time of waiting.
    Answered { at: EventTime, waiting_since: EventTime },
    /// The event can never be applied, for this reason.
    Rejected(&'static str),
}

/// Applies an event to the last case of its author. `time` is the event time of its record.
pub(crate) fn apply(
    case: &mut CaseState,
    event: &CaseEvent,
    author: &AuthorKey,
    time: EventTime,
    context: Context<'_>,
    out: &mut Vec<Out>,
) -> EventOutcome {
    if event.case_id != format_case_id(case.id) || is_duplicate(case, event) {
        return EventOutcome::Ignored;
    }
    let mut apply = EventApplication { case, event, author, time, context, out };
    let outcome = match event.kind {
        CaseEventKind::Accepted => apply.accepted(),
        CaseEventKind::Returned => apply.returned(),
        CaseEventKind::Reassigned => apply.reassigned(),
        CaseEventKind::Responded if event.is_bot => EventOutcome::Ignored,
        CaseEventKind::Responded => apply.responded(),
        CaseEventKind::Resolved => apply.resolved(),
        CaseEventKind::Reopened => apply.reopened(),
        CaseEventKind::PeerAnswered => apply.peer_answered(),
        CaseEventKind::LabelCorrected | CaseEventKind::Capacity => EventOutcome::Ignored,
    };
    if matches!(outcome, EventOutcome::Applied | EventOutcome::Answered { .. }) {
        if let Some(hash) = event_id_hash(event) {
            push_bounded(&mut case.event_ids, hash, MAX_EVENT_IDS);
        }
        if !case.is_closed {
            lifecycle::extend_expiry(case, time, context.rules);
        }
    }
    outcome
}

/// The hash of the event's id; `None` if the contact centre sends none.
fn event_id_hash(event: &CaseEvent) -> Option<i32> {
    // 32 bits suffice: a case compares an id with its last few only.
    let hash = || xxh3_64(event.event_id.as_bytes()) as u32;
    (!event.event_id.is_empty()).then(|| hash().cast_signed())
}

fn is_duplicate(case: &CaseState, event: &CaseEvent) -> bool {
    event_id_hash(event).is_some_and(|hash| case.event_ids.contains(&hash))
}

struct EventApplication<'a> {
    case: &'a mut CaseState,
    event: &'a CaseEvent,
    author: &'a AuthorKey,
    time: EventTime,
    context: Context<'a>,
    out: &'a mut Vec<Out>,
}

impl EventApplication<'_> {
    /// When the event happened, by its own word. Ahead of its record it counts as the record: a fast
    /// clock must not outdate the events after it.
    fn claimed_at(&self) -> EventTime {
        self.event.occurred_at.min(self.time)
    }

    /// When the event happened: by its own word, if that is recent.
    fn happened_at(&self) -> EventTime {
        let claimed = self.claimed_at();
        let is_recent = self.time - claimed <= self.context.config.occurred_within;
        if is_recent { claimed } else { self.time }
    }

    /// Stops a clock; `None` if it was not running.
    fn stop(&mut self, clock: Clock) -> Option<StoppedClock> {
        let time = StopTime { claimed: self.event.occurred_at, appended: self.time };
        clocks::stop(self.case, clock, time, self.context)
    }

    /// Whether the event is after the last one about the owner; if so, records it as the last.
    fn is_next_of_owner(&mut self) -> bool {
        let this = (self.claimed_at(), self.event.kind);
        let last = self.case.last_event_at;
        if last.is_some_and(|last| this <= (last, self.case.last_event)) {
            return false;
        }
        (self.case.last_event_at, self.case.last_event) = (Some(this.0), this.1);
        true
    }

    /// Whether the event is after the last one about the end of the case; if so, records it.
    fn is_next_of_end(&mut self) -> bool {
        let this = (self.claimed_at(), self.event.kind);
        if self.case.ended_at.is_some_and(|last| this <= (last, self.case.ended_by)) {
            return false;
        }
        (self.case.ended_at, self.case.ended_by) = (Some(this.0), this.1);
        true
    }

    fn push_record(&mut self, change: &CaseChange) {
        let at = self.happened_at();
        let rules = self.context.rules;
        let record = records::case_change(self.case, self.author, at, change, rules);
        self.out.push(Out::Routed(Box::new(record)));
    }

    fn accepted(&mut self) -> EventOutcome {
        if !self.is_next_of_owner() {
            return EventOutcome::Ignored;
        }
        if self.case.is_closed {
            return EventOutcome::Applied;
        }
        // The team that accepts becomes the owner; an unknown team accepts for the owner.
        if let Some(team) = self.event.team.as_deref()
            && team != self.case.owner
            && self.context.rules.team(team).is_some()
        {
            self.case.hand_off_to(team);
        }
        self.accept();
        EventOutcome::Applied
    }

    /// Marks the case as acknowledged, and leaves a record if it was not.
    fn accept(&mut self) {
        let is_change = !self.case.is_accepted;
        // Before the clock stops: it knows how many contacts were notified.
        self.case.skipped_contacts = clocks::contacts_passed(self.case);
        let stopped = self.stop(Clock::Acknowledge);
        (self.case.is_accepted, self.case.is_handed_off) = (true, false);
        (self.case.offered_at, self.case.overflow_at) = (None, None);
        clocks::schedule_idle_check(self.case, self.time, self.context);
        if is_change {
            self.push_record(&CaseChange::Accepted(stopped));
        }
    }

    /// The owner keeps the case until another team accepts it. If none does, the path continues
    /// after the contacts already notified, and at least after the first.
    fn returned(&mut self) -> EventOutcome {
        if !self.is_next_of_owner() {
            return EventOutcome::Ignored;
        }
        if self.case.is_closed {
            return EventOutcome::Applied;
        }
        self.case.skipped_contacts = clocks::contacts_passed(self.case).saturating_add(1);
        (self.case.is_accepted, self.case.is_handed_off) = (false, true);
        self.case.idle_at = None;
        self.restart_acknowledge();
        let reason = match self.event.reason {
            Some(_) => ReturnReason::Stated,
            None => ReturnReason::Missing,
        };
        self.push_record(&CaseChange::Returned(reason));
        EventOutcome::Applied
    }

    fn reassigned(&mut self) -> EventOutcome {
        let Some(team) = self.event.team.as_deref() else {
            return EventOutcome::Rejected("reassigns the case without naming a team");
        };
        if self.context.rules.team(team).is_none() {
            return EventOutcome::Rejected(
                "reassigns the case to a team that the rules do not have",
            );
        }
        if !self.is_next_of_owner() {
            return EventOutcome::Ignored;
        }
        if self.case.is_closed {
            return EventOutcome::Applied;
        }
        let from = self.case.owner.clone();
        self.case.hand_off_to(team);
        // The path of the new owner starts with its first contact.
        self.case.skipped_contacts = 0;
        self.restart_acknowledge();
        let by = if self.event.is_bot { Reassigner::Bot } else { Reassigner::Supervisor };
        self.push_record(&CaseChange::Reassigned { from, by });
        EventOutcome::Applied
    }

    /// Restarts the acknowledge clock, and after a bot the response clock too.
    fn restart_acknowledge(&mut self) {
        if self.case.is_lane() {
            return;
        }
        let targets = ClockTargets::of(self.case, self.case.level, self.context);
        // The author waits for a person from the bot's hand-off on, not from its record.
        let at = match self.event.is_bot {
            true => self.happened_at(),
            false => self.time,
        };
        self.case.acknowledge = targets.start(Clock::Acknowledge, at);
        overflow::start_offer(self.case, at, self.context.rules);
        if self.event.is_bot && self.case.respond.is_some_and(|running| !running.is_breached()) {
            self.case.respond = targets.start(Clock::Respond, at);
            clocks::schedule_foresight(self.case, self.context);
        }
    }

    fn responded(&mut self) -> EventOutcome {
        let claimed = self.claimed_at();
        let previous = self.case.answered_at;
        if previous.is_some_and(|last| claimed <= last) {
            return EventOutcome::Ignored;
        }
        self.case.answered_at = Some(claimed);
        if !self.event.by.is_empty() {
            self.case.last_agent = Some(self.event.by.clone());
        }
        let waiting_since = self.case.respond.map(|running| running.started_at);
        let is_before = waiting_since.is_some_and(|since| claimed < since);
        if self.case.is_closed
            || (is_before && (previous.is_some() || self.case.ended_at.is_some()))
        {
            return EventOutcome::Applied;
        }
        // An answer implies acceptance, unless a later event returned or reassigned the case.
        if self.case.last_event_at.is_none_or(|last| last <= claimed) {
            (self.case.last_event_at, self.case.last_event) =
                (Some(claimed), CaseEventKind::Accepted);
            self.accept();
        }
        let stopped = self.stop(Clock::Respond);
        self.push_record(&CaseChange::Responded { stopped, is_public: self.event.is_public });
        match waiting_since {
            Some(waiting_since) => {
                let at = self.happened_at().max(waiting_since);
                EventOutcome::Answered { at, waiting_since }
            }
            None => EventOutcome::Applied,
        }
    }

    fn resolved(&mut self) -> EventOutcome {
        if !self.is_next_of_end() {
            return EventOutcome::Ignored;
        }
        if self.case.is_closed {
            return EventOutcome::Applied;
        }
        let stopped = self.stop(Clock::Resolve);
        let retention = self.context.rules.retention.closed;
        self.case.close(self.time, self.time + retention);
        self.push_record(&CaseChange::Resolved(stopped));
        EventOutcome::Applied
    }

    fn reopened(&mut self) -> EventOutcome {
        if !self.is_next_of_end() {
            return EventOutcome::Ignored;
        }
        if self.case.is_closed {
            lifecycle::reopen(self.case, self.time, self.context);
            self.push_record(&CaseChange::Reopened);
        }
        EventOutcome::Applied
    }

    /// An agent has seen that another user helped the author: lowers the level by one, which moves the
    /// response target back.
    fn peer_answered(&mut self) -> EventOutcome {
        let eased = lifecycle::ease(self.case.level);
        let Some(running) = self.case.respond.filter(|running| running.step == 0) else {
            return EventOutcome::Ignored;
        };
        if self.case.is_eased || eased == self.case.level {
            return EventOutcome::Ignored;
        }
        (self.case.level, self.case.is_eased) = (eased, true);
        let targets = ClockTargets::of(self.case, eased, self.context);
        let later = targets.start(Clock::Respond, running.started_at);
        // A policy may give a lower level no later target; easing never shortens a wait.
        if let Some(later) = later.filter(|later| later.due_at > running.due_at) {
            self.case.respond = Some(later);
            clocks::schedule_foresight(self.case, self.context);
        }
        self.push_record(&CaseChange::Eased);
        EventOutcome::Applied
    }
}

#[cfg(test)]
mod tests;
