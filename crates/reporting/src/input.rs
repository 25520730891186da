//! Input of the stage: all topics about mentions and cases, and the dead letters.

use mention::{
    Call, CaseEvent, Filtered, Mention, Prioritized, Raised, Routed, Scored, Spread, Unique,
    admission, topics,
};
use stage::{Input, Malformed, RawRecord, Topic};

use crate::dead_letter::{self, RejectedMention};

/// An input record.
#[derive(Debug, Clone, PartialEq)]
pub enum In {
    /// From `mention.received`.
    Received(Box<Mention>),
    /// From `mention.unique`.
    Unique(Box<Unique>),
    /// From `mention.spread`.
    Spread(Box<Spread>),
    /// From `mention.scored`.
    Scored(Box<Scored>),
    /// From `mention.prioritized`.
    Prioritized(Box<Prioritized>),
    /// From `mention.routed`.
    Routed(Box<Routed>),
    /// From `mention.filtered`.
    Filtered(Box<Filtered>),
    /// From `escalation.raised`.
    Raised(Box<Raised>),
    /// From `escalation.call`.
    Call(Box<Call>),
    /// From `case.event`.
    CaseEvent(Box<CaseEvent>),
    /// From a topic, by its position in `TOPICS`, to which other programs write: the stage that reads
    /// it makes the dead letter, and a second one would be replayed a second time.
    Rejected(u8),
    /// From the dead letters of a stage; `None` if the record holds no mention to count.
    DeadLetter(Option<RejectedMention>),
}

/// All input topics. The position is the code of the label in the state, so append new ones.
pub(crate) const TOPICS: [Topic; 14] = [
    topics::RECEIVED,
    topics::UNIQUE,
    topics::SPREAD,
    topics::SCORED,
    topics::PRIORITIZED,
    topics::ROUTED,
    topics::RAISED,
    topics::CASE_EVENT,
    topics::FILTERED,
    dead_letter::TOPICS[0],
    dead_letter::TOPICS[1],
    dead_letter::TOPICS[2],
    dead_letter::TOPICS[3],
    topics::CALL,
];

const RECEIVED_INDEX: u8 = 0;
const CASE_EVENT_INDEX: u8 = 7;
/// Position of the first dead-letter topic in [`TOPICS`].
const FIRST_DEAD_LETTER_TOPIC: u8 = 9;

impl In {
    /// Returns the position of the topic in [`TOPICS`].
    pub(crate) fn topic_index(&self) -> u8 {
        match self {
            In::Received(_) => RECEIVED_INDEX,
            In::Unique(_) => 1,
            In::Spread(_) => 2,
            In::Scored(_) => 3,
            In::Prioritized(_) => 4,
            In::Routed(_) => 5,
            In::Raised(_) => 6,
            In::Call(_) => 13,
            In::CaseEvent(_) => CASE_EVENT_INDEX,
            In::Rejected(topic) => *topic,
            In::Filtered(_) => 8,
            In::DeadLetter(rejected) => {
                FIRST_DEAD_LETTER_TOPIC
                    + rejected.as_ref().map_or(0, |rejected| rejected.stage as u8)
            }
        }
    }

    /// Returns the tenant; `None` for a rejected record and a dead letter without a mention.
    pub(crate) fn tenant(&self) -> Option<&str> {
        Some(match self {
            In::Received(mention) => &mention.tenant,
            In::Unique(fact) => &fact.mention.tenant,
            In::Spread(fact) => &fact.tenant,
            In::Scored(fact) => &fact.mention.tenant,
            In::Prioritized(fact) => &fact.mention.tenant,
            In::Routed(fact) => &fact.mention.tenant,
            In::Raised(fact) => &fact.tenant,
            In::Call(fact) => &fact.tenant,
            In::CaseEvent(fact) => &fact.tenant,
            In::Filtered(fact) => &fact.tenant,
            In::DeadLetter(rejected) => &rejected.as_ref()?.tenant,
            In::Rejected(_) => return None,
        })
    }
}

impl Input for In {
    fn topics() -> Vec<Topic> {
        TOPICS.to_vec()
    }

    fn read(record: &RawRecord) -> Result<Self, Malformed> {
        let (topic, value) = (record.at.topic, record.value.as_deref());
        // A dead letter never becomes a dead letter again, so undecodable ones are ignored.
        if let Some(stage) = dead_letter::TOPICS.iter().position(|dead| *dead == topic) {
            return Ok(In::DeadLetter(dead_letter::read(stage, value)));
        }
        Ok(match topic {
            topics::RECEIVED => {
                admission::read_bounded(value).map_or(In::Rejected(RECEIVED_INDEX), In::Received)
            }
            topics::UNIQUE => In::Unique(admission::read_bounded(value)?),
            topics::SPREAD => In::Spread(admission::read_bounded(value)?),
            topics::SCORED => In::Scored(admission::read_bounded(value)?),
            topics::PRIORITIZED => In::Prioritized(admission::read_bounded(value)?),
            topics::ROUTED => In::Routed(admission::read_bounded(value)?),
            topics::RAISED => In::Raised(admission::read_bounded(value)?),
            topics::CALL => In::Call(admission::read_bounded(value)?),
            topics::CASE_EVENT => {
                admission::read_bounded(value).map_or(In::Rejected(CASE_EVENT_INDEX), In::CaseEvent)
            }
            topics::FILTERED => In::Filtered(admission::read_bounded(value)?),
            _ => return Err(Malformed::WrongTopic(topic)),
        })
    }

    // A fused chain writes its intermediate topics as taps only; skipping them would miss mentions.
    fn tap_topics() -> Vec<Topic> {
        Vec::new()
    }
}
