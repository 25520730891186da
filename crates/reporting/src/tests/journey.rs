//! Mentions on their way, as the facts that each way leaves behind.

use mention::codec::{self, Fact};
use mention::{
    Author, CaseEvent, CaseEventKind, Change, Clock, Disposition, Filtered, Findings, Level,
    Mention, Novelty, Prioritized, Priority, Raised, Route, Routed, Scored, Sentiment, Spread,
    SpreadKind, Understanding, Unique, topics,
};
use stage::memory::Broker;
use stage::{Micros, Topic};

use crate::refused;

pub(super) const MINUTE: Micros = 60_000_000;
pub(super) const HOUR: Micros = 60 * MINUTE;

/// What becomes of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
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
    SentThroughAgain,
}

pub(super) const ENDS: [End; 16] = [
    End::Redelivered,
    End::Repost,
    End::Copy,
    End::Own,
    End::Withdrawn,
    End::Routed,
    End::Updated,
    End::Abstained,
    End::Filtered,
    End::LostByPriority,
    End::LostByEscalation,
    End::RejectedByDedupe,
    End::RejectedBySentiment,
    End::RejectedByPriority,
    End::RejectedByEscalation,
    End::SentThroughAgain,
];

/// One mention and what becomes of it.
#[derive(Debug, Clone)]
pub(super) struct Journey {
    pub(super) tenant: &'static str,
    pub(super) author: u8,
    pub(super) received_at: Micros,
    /// How long each stage takes.
    pub(super) delay: Micros,
    pub(super) end: End,
}

impl Journey {
    pub(super) fn key(&self) -> Vec<u8> {
        format!("{}/x/{}", self.tenant, self.author).into_bytes()
    }

    fn put<F: Fact>(&self, broker: &Broker, topic: Topic, time: Micros, fact: &F) {
        put(broker, self, topic, time, fact);
    }

    pub(super) fn mention(&self) -> Mention {
        Mention {
            tenant: self.tenant.to_owned(),
            platform: "x".to_owned(),
            id: format!("{}-{}", self.author, self.received_at),
            change: if self.end == End::Withdrawn { Change::Deleted } else { Change::Created },
            text: "where is my parcel".to_owned(),
            author: Author { id: self.author.to_string(), ..Author::default() },
            is_own: self.end == End::Own,
            published_at: Some(self.received_at - 2_000_000),
            received_at: self.received_at,
            ..Mention::default()
        }
    }

    fn novelty(&self) -> Novelty {
        match self.end {
            End::Updated => Novelty::Edit,
            End::Withdrawn => Novelty::Withdrawal,
            _ => Novelty::New,
        }
    }

    /// Writes the facts that this journey leaves on every topic.
    pub(super) fn write(&self, broker: &Broker) {
        let (mention, at) = (self.mention(), |n: i64| self.received_at + n * self.delay);
        self.put(broker, topics::RECEIVED, at(0), &mention);
        let kind = match self.end {
            End::Redelivered => return,
            End::RejectedByDedupe => return self.put(broker, refused::TOPICS[0], at(1), &mention),
            End::Copy => Some(SpreadKind::Copy),
            End::Repost => Some(SpreadKind::Repost),
            _ => None,
        };
        let (tenant, received_at) = (self.tenant.to_owned(), self.received_at);
        if let Some(kind) = kind {
            let spread = Spread { tenant, kind, received_at, ..Spread::default() };
            return self.put(broker, topics::SPREAD, at(1), &spread);
        }
        let findings = Findings { novelty: self.novelty(), ..Findings::default() };
        let unique = Unique { mention: mention.clone(), findings: findings.clone() };
        self.put(broker, topics::UNIQUE, at(1), &unique);
        if self.end == End::RejectedBySentiment {
            return self.put(broker, refused::TOPICS[1], at(2), &unique);
        }
        let sentiment = Sentiment { negative: 0.7, neutral: 0.2, positive: 0.1 };
        let sentiment = (self.end != End::Abstained).then_some(sentiment);
        let understanding = Understanding { sentiment, scored_at: at(2), ..Default::default() };
        let scored = Scored { mention, findings, understanding };
        self.put(broker, topics::SCORED, at(2), &scored);
        if matches!(self.end, End::RejectedByPriority | End::SentThroughAgain) {
            self.put(broker, refused::TOPICS[2], at(2), &scored);
        }
        if self.end == End::SentThroughAgain {
            self.put(broker, topics::SCORED, at(3), &scored);
        }
        if self.end == End::RejectedByPriority {
            return;
        }
        if self.end == End::LostByPriority {
            return;
        }
        let priority = Priority { level: Level::P2, ..Priority::default() };
        let Scored { mention, findings, understanding } = scored;
        let prioritized = Prioritized { mention, findings, understanding, priority };
        self.put(broker, topics::PRIORITIZED, at(3), &prioritized);
        if self.end == End::RejectedByEscalation {
            return self.put(broker, refused::TOPICS[3], at(4), &prioritized);
        }
        if self.end == End::LostByEscalation || self.end == End::Own {
            return;
        }
        if self.end == End::Filtered {
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
            routed_at: self.received_at + 4 * self.delay,
            ..Routed::default()
        }
    }

    pub(super) fn case_id(&self) -> String {
        format!("{}-{}", self.tenant, self.author)
    }

    /// Writes what the contact centre tells of the case.
    pub(super) fn tell(&self, broker: &Broker, time: Micros, kind: CaseEventKind) {
        let (tenant, case_id) = (self.tenant.to_owned(), self.case_id());
        let event = CaseEvent { tenant, case_id, kind, occurred_at: time, ..CaseEvent::default() };
        self.put(broker, topics::CASE_EVENT, time, &event);
    }

    /// Writes that a deadline of the case was missed.
    pub(super) fn raise(&self, broker: &Broker, time: Micros, clock: Clock) {
        let (tenant, owner) = (self.tenant.to_owned(), "care".to_owned());
        let raised = Raised { tenant, owner, clock, due_at: time, ..Raised::default() };
        self.put(broker, topics::RAISED, time, &raised);
    }

    /// Writes a second decision about the mention, which gives the case another owner.
    pub(super) fn hand_over(&self, broker: &Broker, time: Micros, owner: &str) {
        let (mention, disposition) = (self.mention(), Disposition::Routed);
        let route = Route { owner: owner.to_owned(), ..Route::default() };
        let case_id = self.case_id();
        let routed = Routed { mention, disposition, route, case_id, ..Routed::default() };
        self.put(broker, topics::ROUTED, time, &routed);
    }
}

/// Writes a fact with the key of a journey.
pub(super) fn put<F: Fact>(broker: &Broker, journey: &Journey, topic: Topic, at: Micros, fact: &F) {
    let mut value = Vec::new();
    codec::write(fact, &mut value);
    broker.append(topic, at, &journey.key(), Some(value));
}

/// An afternoon of two tenants over several hours, with cases and a record that is none.
pub(super) fn afternoon(broker: &Broker) {
    for n in 0..24_u8 {
        let journey = Journey {
            tenant: if n % 3 == 0 { "acme" } else { "globex" },
            author: n % 5,
            received_at: 400_000 * HOUR + i64::from(n) * 13 * MINUTE,
            delay: if n % 7 == 0 { 40 * MINUTE } else { 20_000 },
            end: ENDS[usize::from(n) % ENDS.len()],
        };
        journey.write(broker);
        let later = journey.received_at + 5 * MINUTE;
        match n {
            5 => journey.tell(broker, later, CaseEventKind::Accepted),
            6 => journey.raise(broker, later, Clock::Respond),
            15 => journey.tell(broker, later, CaseEventKind::Resolved),
            16 => journey.hand_over(broker, later, "press"),
            _ => {}
        }
    }
    let time = 400_001 * HOUR;
    broker.append(topics::SPREAD, time, b"acme/x/0", Some(b"no record".to_vec()));
    broker.append(topics::ROUTED, time, b"acme/x/0", None);
}
