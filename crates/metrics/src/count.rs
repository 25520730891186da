//! What each fact adds to the counters.

use mention::{
    CaseEvent, Cause, Clock, Disposition, Mention, Novelty, Routed, SpreadKind, Understanding,
};
use stage::{Micros, Record};

use crate::age::Point;
use crate::draft::Draft;
use crate::family::Family;
use crate::hour::{Fate, fate};
use crate::settings::HOUR;
use crate::{Hour, In, Settings, State};

/// Counts one fact.
pub(crate) fn count(settings: &Settings, record: &Record<In>, state: &State, draft: &mut Draft) {
    let (fact, tenant) = (&record.value, record.value.tenant());
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
        if fate(mention, novelty) == Fate::Owed {
            self.add(Family::Sentiment, label(found));
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
            let label = u8::from(!is_first);
            self.draft.add(self.state, self.tenant, (Family::Resolution, label), owner);
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
    }

    fn case_event(&mut self, event: &CaseEvent) {
        self.add(Family::CaseEvents, event.kind as u8);
        if let Some(label) = &event.label {
            self.add(Family::Labels, u8::from(label.was != label.is));
        }
        let tick = self.tick();
        let case = self.draft.case(self.state, &event.case_id);
        case.tenant.clone_from(&event.tenant);
        case.follow(event);
        case.tick = case.tick.max(tick);
    }
}

/// The place of the likeliest class in its family; the earlier one of equals.
fn label(found: &Understanding) -> u8 {
    let Some(sentiment) = found.sentiment else { return 3 };
    let (negative, neutral, positive) = (sentiment.negative, sentiment.neutral, sentiment.positive);
    if negative >= neutral && negative >= positive {
        0
    } else if neutral >= positive {
        1
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mention::Sentiment;

    #[test]
    fn a_mention_is_counted_under_its_likeliest_class() {
        let cases = [
            (Some((0.6, 0.3, 0.1)), 0),
            (Some((0.2, 0.5, 0.3)), 1),
            (Some((0.1, 0.3, 0.6)), 2),
            (Some((0.4, 0.4, 0.2)), 0),
            (Some((0.2, 0.4, 0.4)), 1),
            (None, 3),
        ];
        for (sentiment, expected) in cases {
            let sentiment = sentiment.map(|(negative, neutral, positive)| Sentiment {
                negative,
                neutral,
                positive,
            });
            let found = Understanding { sentiment, ..Understanding::default() };
            assert_eq!(label(&found), expected, "{sentiment:?}");
        }
    }
}
