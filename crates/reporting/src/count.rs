//! What each fact adds to the counters.

use mention::{
    CaseEvent, Cause, Clock, Disposition, Label, Mention, Novelty, Routed, SpreadKind,
    Understanding,
};
use stage::{Micros, Record};

use crate::age::Point;
use crate::draft::Draft;
use crate::family::{Family, TASKS};
use crate::hour::{Fate, fate};
use crate::settings::HOUR;
use crate::shadow::{self, label};
use crate::{Hour, In, Settings, State, language};

/// Counts one fact.
pub(crate) fn count(settings: &Settings, record: &Record<In>, state: &State, draft: &mut Draft) {
    let fact = &record.value;
    let Some(tenant) = fact.tenant() else { return };
    draft.add(state, tenant, (Family::Records, fact.place()), "");
    let start = settings.tick(record.time);
    let mut count = Count { settings, state, draft, tenant, place: fact.place(), start };
    match fact {
        In::Received(mention) => {
            if let Some(published_at) = mention.published_at {
                count.age(Point::Heard, published_at, mention.received_at);
            }
            count.hour(mention.received_at, |hour| hour.heard += 1);
        }
        In::Spread(spread) => count.hour(spread.received_at, |hour| match spread.kind {
            SpreadKind::Repost => hour.reposts += 1,
            SpreadKind::Copy => hour.copies += 1,
        }),
        In::Unique(fact) => count.hour(fact.mention.received_at, |hour| {
            hour.unique.add(&fact.mention, fact.findings.novelty);
        }),
        In::Scored(fact) => {
            count.scored(&fact.mention, fact.findings.novelty, &fact.understanding);
            count.hour(fact.mention.received_at, |hour| {
                hour.scored.add(&fact.mention, fact.findings.novelty);
            });
        }
        // What is decided again has been counted.
        In::Prioritized(fact) if fact.priority.revision > 1 => {}
        In::Prioritized(fact) => {
            if fate(&fact.mention, fact.findings.novelty) == Fate::Owed {
                count.add(Family::Level, fact.priority.level as u8);
            }
            count.hour(fact.mention.received_at, |hour| {
                hour.prioritized.add(&fact.mention, fact.findings.novelty);
            });
        }
        In::Routed(routed) => count.routed(routed),
        In::Filtered(filtered) => count.hour(filtered.received_at, |hour| hour.filtered += 1),
        In::Raised(raised) => {
            let clock = match raised.clock {
                Clock::Acknowledge => 0,
                Clock::Respond => 1,
                Clock::Resolve => 2,
            };
            // Who is called before the deadline, or for an idle owner, has missed none.
            if matches!(raised.cause, Cause::Breach | Cause::NotAccepted) {
                draft.add(state, tenant, (Family::Breaches, clock), &raised.owner);
            }
            draft.add(state, tenant, (Family::Calls, raised.cause as u8), &raised.owner);
        }
        In::CaseEvent(event) => count.case_event(event),
        In::Refused(None) => {}
        In::Refused(Some(refused)) => {
            count.hour(refused.received_at, |hour| hour.rejected[refused.step] += 1);
        }
    }
}

/// Counts one fact about a tenant.
struct Count<'a> {
    settings: &'a Settings,
    state: &'a State,
    draft: &'a mut Draft,
    tenant: &'a str,
    place: u8,
    start: i64,
}

impl Count<'_> {
    fn add(&mut self, family: Family, label: u8) {
        self.draft.add(self.state, self.tenant, (family, label), "");
    }

    fn age(&mut self, point: Point, from: Micros, to: Micros) {
        self.draft.age(self.state, self.tenant, point, to.saturating_sub(from));
    }

    fn tick(&self) -> i64 {
        self.draft.tick(self.state, self.start)
    }

    /// Counts into the hour of this receipt, while it is kept.
    fn hour(&mut self, received_at: Micros, add: impl FnOnce(&mut Hour)) {
        let hour = received_at.div_euclid(HOUR);
        if hour + self.settings.hours <= self.tick() {
            self.add(Family::Late, self.place);
        } else {
            add(self.draft.hour(self.state, self.tenant, hour));
        }
    }

    fn scored(&mut self, mention: &Mention, novelty: Novelty, found: &Understanding) {
        self.age(Point::Scored, mention.received_at, found.scored_at);
        if fate(mention, novelty) != Fate::Owed {
            return;
        }
        self.add(Family::Sentiment, label(found));
        for (task, agrees) in shadow::agreement(found).into_iter().flatten().enumerate() {
            self.add(Family::Shadow, task as u8 * 2 + u8::from(!agrees));
        }
        let hour = mention.received_at.div_euclid(HOUR);
        if hour + self.settings.hours > self.tick() {
            let about = (self.tenant, hour, self.settings.reference_hours);
            self.draft.scores(self.state, about, found);
        }
    }

    fn routed(&mut self, routed: &Routed) {
        let (mention, owner) = (&routed.mention, &routed.route.owner);
        let disposition = routed.disposition as u8;
        self.draft.add(self.state, self.tenant, (Family::Routed, disposition), owner);
        if routed.disposition.is_about_case() {
            self.case(routed);
            return self.quality(routed);
        }
        self.age(Point::Routed, mention.received_at, routed.routed_at);
        let is_first = routed.priority.revision <= 1;
        if is_first && fate(mention, routed.findings.novelty) == Fate::Owed {
            let abstained = routed.understanding.sentiment.is_none();
            self.hour(mention.received_at, |hour| match abstained {
                true => hour.abstained += 1,
                false => hour.routed += 1,
            });
        }
        self.case(routed);
        self.mood(routed);
        self.demand(routed);
    }

    /// A new message that a team owes an answer to.
    fn demand(&mut self, routed: &Routed) {
        let is_new = routed.disposition == Disposition::Routed && routed.priority.revision <= 1;
        let hour = routed.mention.received_at.div_euclid(HOUR);
        let is_kept = hour + self.settings.demand_hours > self.tick();
        if is_new && is_kept && !routed.route.policy.is_empty() {
            self.draft.demand(self.state, self.tenant, hour);
        }
    }

    /// How a case went, by what a record about it says.
    fn quality(&mut self, routed: &Routed) {
        let owner = &routed.route.owner;
        if let Some(stopped) = routed.stopped {
            let label = stopped.clock as u8 * 5 + routed.priority.level as u8;
            let many = [
                (Family::Stopped, 1),
                (Family::InTime, i64::from(stopped.is_in_time)),
                (Family::Counted, stopped.counted),
            ];
            for (family, many) in many {
                self.draft.add_many(self.state, self.tenant, (family, label), owner, many);
            }
        }
        if routed.disposition == Disposition::Resolved {
            let case = self.draft.case(self.state, &routed.case_id);
            let is_first = case.answers <= 1 && !case.is_reopened;
            let is_incident = case.is_of_incident || case.has_notice;
            let deflected = u8::from(case.has_notice) * 2 + u8::from(case.answers == 0);
            let label = u8::from(!is_first);
            self.draft.add(self.state, self.tenant, (Family::Resolution, label), owner);
            if is_incident {
                self.add(Family::Incident, deflected);
            }
        }
    }

    /// How an author feels who was there before, and what came between.
    fn mood(&mut self, routed: &Routed) {
        let found = &routed.understanding;
        if routed.disposition != Disposition::Routed || found.sentiment.is_none() {
            return;
        }
        let case = self.draft.case(self.state, &routed.case_id);
        let place = match (case.messages, case.answers) {
            (..=1, _) => 0,
            (_, 1..) => 2,
            (_, _) => 4,
        };
        let is_other = u8::from(label(found) != 0);
        self.add(Family::Mood, place + is_other);
    }

    fn case(&mut self, routed: &Routed) {
        let tick = self.tick();
        let case = self.draft.case(self.state, &routed.case_id);
        case.tenant.clone_from(&routed.mention.tenant);
        case.decide(routed);
        case.tick = case.tick.max(tick);
        if case.messages > 0 {
            let language = language::name(case.language);
            for place in std::mem::take(&mut case.early_labels) {
                self.draft.add(self.state, self.tenant, (Family::Labels, place), language);
            }
        }
    }

    fn case_event(&mut self, event: &CaseEvent) {
        self.add(Family::CaseEvents, event.kind as u8);
        let tick = self.tick();
        let case = self.draft.case(self.state, &event.case_id);
        case.tenant.clone_from(&event.tenant);
        case.follow(event);
        case.tick = case.tick.max(tick);
        if let Some(label) = &event.label {
            self.label(&event.case_id, label);
        }
    }

    /// A label that an agent has looked at; its language is that of the case's last message, which
    /// the topic of messages may yet have to tell.
    fn label(&mut self, case_id: &str, label: &Label) {
        let task = TASKS.iter().position(|task| *task == label.task).unwrap_or_default();
        let place = task as u8 * 2 + u8::from(label.was != label.is);
        let case = self.draft.case(self.state, case_id);
        if case.messages == 0 && case.early_labels.len() < EARLY_MOST {
            return case.early_labels.push(place);
        }
        let language = language::name(case.language);
        self.draft.add(self.state, self.tenant, (Family::Labels, place), language);
    }
}

/// How many labels of a case wait for its first message.
const EARLY_MOST: usize = 32;
