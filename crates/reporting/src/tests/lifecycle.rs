//! Lifecycles of mentions, and the records that each lifecycle leaves on the topics.

use mention::codec::{self, AvroRecord};
use mention::{
    Author, CaseEvent, CaseEventKind, Clock, DedupeResult, Disposition, Filtered, Level, Mention,
    MentionChange, Novelty, Prioritized, Priority, Raised, Route, Routed, Scored, Sentiment,
    Spread, SpreadKind, Understanding, Unique, topics,
};
use stage::memory::MemoryBroker;
use stage::{EventTime, TimeDelta, Topic};

use crate::config::start_of_hour;
use crate::dead_letter;

/// Outcome of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LifecycleEnd {
    Redelivered,
    Repost,
    Copy,
    Own,
    Withdrawn,
    Routed,
    Updated,
    Abstained,
    Filtered,
    LostByPriority,
    LostByEscalation,
    RejectedByDedupe,
    RejectedBySentiment,
    RejectedByPriority,
    RejectedByEscalation,
    Replayed,
}

pub(super) const ALL_ENDS: [LifecycleEnd; 16] = [
    LifecycleEnd::Redelivered,
    LifecycleEnd::Repost,
    LifecycleEnd::Copy,
    LifecycleEnd::Own,
    LifecycleEnd::Withdrawn,
    LifecycleEnd::Routed,
    LifecycleEnd::Updated,
    LifecycleEnd::Abstained,
    LifecycleEnd::Filtered,
    LifecycleEnd::LostByPriority,
    LifecycleEnd::LostByEscalation,
    LifecycleEnd::RejectedByDedupe,
    LifecycleEnd::RejectedBySentiment,
    LifecycleEnd::RejectedByPriority,
    LifecycleEnd::RejectedByEscalation,
    LifecycleEnd::Replayed,
];

/// A mention and its outcome.
#[derive(Debug, Clone)]
pub(super) struct MentionLifecycle {
    pub(super) tenant: &'static str,
    pub(super) author: u8,
    pub(super) received_at: EventTime,
    /// Delay of each stage.
    pub(super) delay: TimeDelta,
    pub(super) end: LifecycleEnd,
}

impl MentionLifecycle {
    pub(super) fn key(&self) -> Vec<u8> {
        format!("{}/x/{}", self.tenant, self.author).into_bytes()
    }

    fn put<F: AvroRecord>(&self, broker: &MemoryBroker, topic: Topic, time: EventTime, fact: &F) {
        put(broker, self, topic, time, fact);
    }

    pub(super) fn mention(&self) -> Mention {
        Mention {
            tenant: self.tenant.to_owned(),
            platform: "x".to_owned(),
            id: format!("{}-{}", self.author, self.received_at),
            change: if self.end == LifecycleEnd::Withdrawn {
                MentionChange::Deleted
            } else {
                MentionChange::Created
            },
            text: "where is my parcel".to_owned(),
            author: Author { id: self.author.to_string(), ..Author::default() },
            is_own: self.end == LifecycleEnd::Own,
            published_at: Some(self.received_at - TimeDelta::from_secs(2)),
            received_at: self.received_at,
            ..Mention::default()
        }
    }

    fn novelty(&self) -> Novelty {
        match self.end {
            LifecycleEnd::Updated => Novelty::Edit,
            LifecycleEnd::Withdrawn => Novelty::Withdrawal,
            _ => Novelty::New,
        }
    }

    /// Writes the records of this lifecycle to all topics.
    pub(super) fn write(&self, broker: &MemoryBroker) {
        let (mention, at) = (self.mention(), |n: i64| self.received_at + n * self.delay);
        self.put(broker, topics::RECEIVED, at(0), &mention);
        let kind = match self.end {
            LifecycleEnd::Redelivered => return,
            LifecycleEnd::RejectedByDedupe => {
                return self.put(broker, dead_letter::TOPICS[0], at(1), &mention);
            }
            LifecycleEnd::Copy => Some(SpreadKind::Copy),
            LifecycleEnd::Repost => Some(SpreadKind::Repost),
            _ => None,
        };
        let (tenant, received_at) = (self.tenant.to_owned(), self.received_at);
        if let Some(kind) = kind {
            let spread = Spread { tenant, kind, received_at, ..Spread::default() };
            return self.put(broker, topics::SPREAD, at(1), &spread);
        }
        let findings = DedupeResult { novelty: self.novelty(), ..DedupeResult::default() };
        let unique = Unique { mention: mention.clone(), findings: findings.clone() };
        self.put(broker, topics::UNIQUE, at(1), &unique);
        if self.end == LifecycleEnd::RejectedBySentiment {
            return self.put(broker, dead_letter::TOPICS[1], at(2), &unique);
        }
        let sentiment = Sentiment { negative: 0.7, neutral: 0.2, positive: 0.1 };
        let sentiment = (self.end != LifecycleEnd::Abstained).then_some(sentiment);
        let understanding =
            Understanding { sentiment, scored_at: at(2).as_wall_time(), ..Default::default() };
        let scored = Scored { mention, findings, understanding };
        self.put(broker, topics::SCORED, at(2), &scored);
        if matches!(self.end, LifecycleEnd::RejectedByPriority | LifecycleEnd::Replayed) {
            self.put(broker, dead_letter::TOPICS[2], at(2), &scored);
        }
        if self.end == LifecycleEnd::Replayed {
            self.put(broker, topics::SCORED, at(3), &scored);
        }
        if self.end == LifecycleEnd::RejectedByPriority {
            return;
        }
        if self.end == LifecycleEnd::LostByPriority {
            return;
        }
        let priority = Priority { level: Level::P2, ..Priority::default() };
        let Scored { mention, findings, understanding } = scored;
        let prioritized = Prioritized { mention, findings, understanding, priority };
        self.put(broker, topics::PRIORITIZED, at(3), &prioritized);
        if self.end == LifecycleEnd::RejectedByEscalation {
            return self.put(broker, dead_letter::TOPICS[3], at(4), &prioritized);
        }
        if self.end == LifecycleEnd::LostByEscalation || self.end == LifecycleEnd::Own {
            return;
        }
        if self.end == LifecycleEnd::Filtered {
            let (tenant, received_at) = (self.tenant.to_owned(), self.received_at);
            let filtered = Filtered { tenant, received_at, ..Filtered::default() };
            return self.put(broker, topics::FILTERED, at(4), &filtered);
        }
        self.put(broker, topics::ROUTED, at(4), &self.routed(prioritized));
    }

    fn routed(&self, prioritized: Prioritized) -> Routed {
        let Prioritized { mention, findings, understanding, priority } = prioritized;
        let disposition = match findings.novelty {
            Novelty::New => Disposition::Routed,
            Novelty::Edit => Disposition::Updated,
            Novelty::Withdrawal => Disposition::Withdrawn,
        };
        let supersedes = (disposition != Disposition::Routed).then(|| "before".to_owned());
        Routed {
            disposition,
            supersedes,
            case_id: self.case_id(),
            mention,
            findings,
            understanding,
            priority,
            route: Route {
                owner: "care".to_owned(),
                policy: "standard".to_owned(),
                ..Route::default()
            },
            routed_at: (self.received_at + 4 * self.delay).as_wall_time(),
            ..Routed::default()
        }
    }

    pub(super) fn case_id(&self) -> String {
        format!("{}-{}", self.tenant, self.author)
    }

    /// Writes an event of the contact centre about the case.
    pub(super) fn write_case_event(
        &self,
        broker: &MemoryBroker,
        time: EventTime,
        kind: CaseEventKind,
    ) {
        let (tenant, case_id) = (self.tenant.to_owned(), self.case_id());
        let event = CaseEvent { tenant, case_id, kind, occurred_at: time, ..CaseEvent::default() };
        self.put(broker, topics::CASE_EVENT, time, &event);
    }

    /// Writes a missed due time of the case.
    pub(super) fn write_breach(&self, broker: &MemoryBroker, time: EventTime, clock: Clock) {
        let (tenant, owner) = (self.tenant.to_owned(), "care".to_owned());
        let raised = Raised { tenant, owner, clock, due_at: time, ..Raised::default() };
        self.put(broker, topics::RAISED, time, &raised);
    }

    /// Writes a second decision about the mention, with another owner.
    pub(super) fn write_second_routing(&self, broker: &MemoryBroker, time: EventTime, owner: &str) {
        let (mention, disposition) = (self.mention(), Disposition::Routed);
        let route = Route { owner: owner.to_owned(), ..Route::default() };
        let case_id = self.case_id();
        let routed = Routed { mention, disposition, route, case_id, ..Routed::default() };
        self.put(broker, topics::ROUTED, time, &routed);
    }
}

/// Writes a record with the key of a lifecycle.
pub(super) fn put<F: AvroRecord>(
    broker: &MemoryBroker,
    lifecycle: &MentionLifecycle,
    topic: Topic,
    at: EventTime,
    fact: &F,
) {
    let mut value = Vec::new();
    codec::write(fact, &mut value);
    broker.append(topic, at, &lifecycle.key(), Some(value));
}

/// Writes mentions of two tenants over several hours, case events, a malformed record and a
/// tombstone.
pub(super) fn write_afternoon(broker: &MemoryBroker) {
    for n in 0..24_u8 {
        let lifecycle = MentionLifecycle {
            tenant: if n % 3 == 0 { "acme" } else { "globex" },
            author: n % 5,
            received_at: start_of_hour(400_000) + i64::from(n) * 13 * TimeDelta::MINUTE,
            delay: if n % 7 == 0 { 40 * TimeDelta::MINUTE } else { 20 * TimeDelta::MILLISECOND },
            end: ALL_ENDS[usize::from(n) % ALL_ENDS.len()],
        };
        lifecycle.write(broker);
        let later = lifecycle.received_at + 5 * TimeDelta::MINUTE;
        match n {
            5 => lifecycle.write_case_event(broker, later, CaseEventKind::Accepted),
            6 => lifecycle.write_breach(broker, later, Clock::Respond),
            15 => lifecycle.write_case_event(broker, later, CaseEventKind::Resolved),
            16 => lifecycle.write_second_routing(broker, later, "press"),
            _ => {}
        }
    }
    let time = start_of_hour(400_001);
    broker.append(topics::SPREAD, time, b"acme/x/0", Some(b"not a record".to_vec()));
    broker.append(topics::ROUTED, time, b"acme/x/0", None);
}
