//! Counts one record: which counters, hours and cases it changes.

use mention::{
    Call, CaseEvent, Cause, Clock, Disposition, LabelCorrection, Mention, Novelty, Prioritized,
    Raised, Routed, SpreadKind, Understanding,
};
use stage::{EventTime, Record, TimeDelta, WallTime};

use crate::age::Milestone;
use crate::candidate::{self, sentiment_index};
use crate::family::{CounterFamily, TASKS};
use crate::hour_counts::{MentionClass, mention_class};
use crate::memory::{MAX_CASE_ID, MAX_NAME};
use crate::pending::PendingChanges;
use crate::{Config, HourCounts, In, KnownTenants, State, language};

/// Counts one record. Ignores a dead letter that holds no mention.
pub(crate) fn count(
    config: &Config,
    known: &KnownTenants,
    record: &Record<In>,
    state: &State,
    pending: &mut PendingChanges,
) {
    let Some(tenant) = record.value.tenant() else { return };
    let tenant = pending.admit_tenant(state, known, tenant);
    let topic_index = record.value.topic_index();
    let default_hour = config.first_open_hour(record.time);
    let mut counter = FactCounter { config, state, pending, tenant, topic_index, default_hour };
    counter.increment(CounterFamily::Records, topic_index);
    counter.count(&record.value);
}

/// Counts one record of a tenant.
struct FactCounter<'a> {
    config: &'a Config,
    state: &'a State,
    pending: &'a mut PendingChanges,
    tenant: &'a str,
    topic_index: u8,
    /// The first open hour for a state without a clock.
    default_hour: i64,
}

impl FactCounter<'_> {
    fn count(&mut self, fact: &In) {
        match fact {
            In::Received(mention) => {
                if let Some(published_at) = mention.published_at {
                    self.add_age(Milestone::Received, mention.received_at - published_at);
                }
                self.update_hour(mention.received_at, |hour| hour.received += 1);
            }
            In::Spread(spread) => self.update_hour(spread.received_at, |hour| match spread.kind {
                SpreadKind::Repost => hour.reposts += 1,
                SpreadKind::Copy => hour.copies += 1,
            }),
            In::Unique(fact) => self.update_hour(fact.mention.received_at, |hour| {
                hour.unique.add(&fact.mention, fact.findings.novelty);
            }),
            In::Scored(fact) => {
                self.count_scored(&fact.mention, fact.findings.novelty, &fact.understanding);
                self.update_hour(fact.mention.received_at, |hour| {
                    hour.scored.add(&fact.mention, fact.findings.novelty);
                });
            }
            In::Prioritized(fact) => self.count_prioritized(fact),
            In::Routed(routed) => self.count_routed(routed),
            In::Filtered(fact) => self.update_hour(fact.received_at, |hour| hour.filtered += 1),
            In::Raised(raised) => self.count_raised(raised),
            In::Call(call) => self.count_call(call),
            In::CaseEvent(event) => self.count_case_event(event),
            In::DeadLetter(None) | In::Rejected(_) => {}
            In::DeadLetter(Some(rejected)) => {
                self.update_hour(rejected.received_at, |hour| hour.rejected[rejected.stage] += 1);
            }
        }
    }

    fn count_prioritized(&mut self, fact: &Prioritized) {
        // A re-scored mention: its first revision has been counted.
        if fact.priority.revision > 1 {
            return;
        }
        if mention_class(&fact.mention, fact.findings.novelty) == MentionClass::Routable {
            self.increment(CounterFamily::Level, fact.priority.level as u8);
        }
        self.update_hour(fact.mention.received_at, |hour| {
            hour.prioritized.add(&fact.mention, fact.findings.novelty);
        });
    }

    fn count_raised(&mut self, raised: &Raised) {
        let clock = match raised.clock {
            Clock::Acknowledge => 0,
            Clock::Respond => 1,
            Clock::Resolve => 2,
        };
        // `Foreseen` and `Idle` notify a contact although no due time has passed.
        if matches!(raised.cause, Cause::Breach | Cause::NotAccepted) {
            self.increment_by(&raised.owner, CounterFamily::Breaches, clock);
        }
        self.increment_by(&raised.owner, CounterFamily::EscalationCalls, raised.cause as u8);
        if raised.is_unreachable {
            self.increment_by(&raised.owner, CounterFamily::Unreachable, 0);
        }
    }

    fn count_call(&mut self, call: &Call) {
        self.increment(CounterFamily::ContactCalls, u8::from(call.calls_left <= 0));
        let kind = (CounterFamily::ContactCases, u8::from(call.is_summary));
        // The number comes from a record: a negative one would take back what was counted.
        self.pending.add(self.state, self.tenant, kind, "", call.count.max(0));
    }

    fn increment(&mut self, family: CounterFamily, label: u8) {
        self.increment_by("", family, label);
    }

    fn increment_by(&mut self, breakdown: &str, family: CounterFamily, label: u8) {
        self.pending.increment(self.state, self.tenant, (family, label), breakdown);
    }

    fn add_age(&mut self, milestone: Milestone, age: TimeDelta) {
        self.pending.add_age(self.state, self.tenant, milestone, age);
    }

    fn first_open_hour(&self) -> i64 {
        self.pending.first_open_hour_or(self.state, self.default_hour)
    }

    /// Updates the hour of `received_at`, or counts the record as late if the hour has expired.
    fn update_hour(&mut self, received_at: EventTime, add: impl FnOnce(&mut HourCounts)) {
        let hour = received_at.interval(TimeDelta::HOUR);
        if hour + self.config.hours <= self.first_open_hour() {
            self.increment(CounterFamily::Late, self.topic_index);
        } else {
            add(self.pending.hour_mut(self.state, self.tenant, hour));
        }
    }

    fn count_scored(&mut self, mention: &Mention, novelty: Novelty, understanding: &Understanding) {
        self.add_age(Milestone::Scored, wall_age(mention, understanding.scored_at));
        if mention_class(mention, novelty) != MentionClass::Routable {
            return;
        }
        self.increment(CounterFamily::Sentiment, sentiment_index(understanding));
        for (task, agrees) in candidate::agreement(understanding).into_iter().flatten().enumerate()
        {
            self.increment(CounterFamily::CandidateAnswers, task as u8 * 2 + u8::from(!agrees));
        }
        let hour = mention.received_at.interval(TimeDelta::HOUR);
        // An expired hour would stay in the state forever: only `close_hours` removes entries.
        if hour + self.config.hours > self.first_open_hour() {
            let about = (self.tenant, hour, self.config.reference_hours);
            self.pending.add_scores(self.state, about, understanding);
        }
    }

    fn count_routed(&mut self, routed: &Routed) {
        let (mention, owner) = (&routed.mention, &routed.route.owner);
        let disposition = routed.disposition as u8;
        self.increment_by(owner, CounterFamily::Routed, disposition);
        // Not written by Harken: such a case would be of any size.
        if routed.case_id.len() > MAX_CASE_ID || owner.len() > MAX_NAME {
            return;
        }
        if routed.disposition.is_case_control() {
            // Update first: the resolution depends on the answers counted in the case.
            self.update_case(routed);
            return self.count_clocks_and_resolution(routed);
        }
        self.add_age(Milestone::Routed, wall_age(mention, routed.routed_at));
        // Later revisions are about a mention that the hour has already counted.
        let is_first = routed.priority.revision <= 1;
        if is_first && mention_class(mention, routed.findings.novelty) == MentionClass::Routable {
            let abstained = routed.understanding.sentiment.is_none();
            self.update_hour(mention.received_at, |hour| match abstained {
                true => hour.abstained += 1,
                false => hour.routed += 1,
            });
        }
        self.update_case(routed);
        self.count_sentiment_by_contact(routed);
        self.count_demand(routed);
    }

    /// Counts a new message under an SLA policy as demand of its hour.
    fn count_demand(&mut self, routed: &Routed) {
        let is_new = routed.disposition == Disposition::Routed && routed.priority.revision <= 1;
        let hour = routed.mention.received_at.interval(TimeDelta::HOUR);
        let is_kept = hour + self.config.demand_hours > self.first_open_hour();
        if is_new && is_kept && !routed.route.policy.is_empty() {
            self.pending.add_demand(self.state, self.tenant, hour);
        }
    }

    /// Counts a stopped clock, and the resolution of the case.
    fn count_clocks_and_resolution(&mut self, routed: &Routed) {
        let owner = &routed.route.owner;
        if let Some(stopped) = routed.stopped {
            if stopped.is_breach_withdrawn {
                let clock = stopped.clock as u8;
                self.increment_by(owner, CounterFamily::WithdrawnBreaches, clock);
            }
            // Labels are `clock` and `level`; the second has five values, see `CounterFamily::labels`.
            let label = stopped.clock as u8 * 5 + routed.priority.level as u8;
            let amounts = [
                (CounterFamily::Stopped, 1),
                (CounterFamily::InTime, i64::from(stopped.is_in_time)),
                (CounterFamily::ClockMicros, stopped.counted.as_micros()),
            ];
            for (family, amount) in amounts {
                self.pending.add(self.state, self.tenant, (family, label), owner, amount);
            }
        }
        if routed.disposition == Disposition::Resolved {
            let case = self.pending.case_mut(self.state, &routed.case_id);
            let is_first = case.answers <= 1 && !case.is_reopened;
            let is_incident = case.is_of_incident || case.has_notice;
            let deflected = u8::from(case.has_notice) * 2 + u8::from(case.answers == 0);
            let label = u8::from(!is_first);
            self.increment_by(owner, CounterFamily::Resolution, label);
            if is_incident {
                self.increment(CounterFamily::Incident, deflected);
            }
        }
    }

    /// Counts the sentiment of a message by its position in the case: first, after an answer, or
    /// later without an answer.
    fn count_sentiment_by_contact(&mut self, routed: &Routed) {
        let understanding = &routed.understanding;
        if routed.disposition != Disposition::Routed || understanding.sentiment.is_none() {
            return;
        }
        let case = self.pending.case_mut(self.state, &routed.case_id);
        // The values of the label in pairs: negative, then other.
        let offset = match (case.messages, case.answers) {
            (..=1, _) => 0,
            (_, 1..) => 2,
            (_, _) => 4,
        };
        let is_other = u8::from(sentiment_index(understanding) != 0);
        self.increment(CounterFamily::SentimentByContact, offset + is_other);
    }

    fn update_case(&mut self, routed: &Routed) {
        let first_open_hour = self.first_open_hour();
        let case = self.pending.case_mut(self.state, &routed.case_id);
        self.tenant.clone_into(&mut case.tenant);
        case.apply_decision(routed);
        case.last_active_hour = case.last_active_hour.max(first_open_hour);
        // Labels that arrived before the first message could not know the language.
        if case.messages > 0 {
            let language = language::name_of(case.language_code);
            for label in std::mem::take(&mut case.early_labels) {
                self.increment_by(language, CounterFamily::Labels, label);
            }
        }
    }

    fn count_case_event(&mut self, event: &CaseEvent) {
        self.increment(CounterFamily::CaseEvents, event.kind as u8);
        if event.case_id.len() > MAX_CASE_ID {
            return;
        }
        let first_open_hour = self.first_open_hour();
        let case = self.pending.case_mut(self.state, &event.case_id);
        self.tenant.clone_into(&mut case.tenant);
        case.apply_event(event);
        case.last_active_hour = case.last_active_hour.max(first_open_hour);
        if let Some(label) = &event.label {
            self.count_label(&event.case_id, label);
        }
    }

    /// Counts a label reviewed by an agent, by the language of the last message of the case. The two
    /// topics are not ordered, so the first message may arrive later; until then the label waits.
    fn count_label(&mut self, case_id: &str, label: &LabelCorrection) {
        // An unknown task counts as `other`, the first of the list.
        let task = TASKS.iter().position(|task| *task == label.task).unwrap_or_default();
        let label_index = task as u8 * 2 + u8::from(label.was != label.is);
        let case = self.pending.case_mut(self.state, case_id);
        if case.messages == 0 && case.early_labels.len() < MAX_EARLY_LABELS {
            return case.early_labels.push(label_index);
        }
        let language = language::name_of(case.language_code);
        self.increment_by(language, CounterFamily::Labels, label_index);
    }
}

/// Returns the age of a mention by the clocks of the processes. Its time of receiving is event time
/// that was read from such a clock.
fn wall_age(mention: &Mention, now: WallTime) -> TimeDelta {
    now.as_event_time() - mention.received_at
}

/// Maximum of labels of a case that wait for its first message; further ones count as of unknown
/// language. Must fit the length byte of the changelog.
const MAX_EARLY_LABELS: usize = 32;
