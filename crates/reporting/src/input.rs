//! What the stage reads: every topic of facts about mentions and cases.

use mention::codec::{self, Fact};
use mention::{
    CaseEvent, Filtered, Mention, Prioritized, Raised, Routed, Scored, Spread, Unique, topics,
};
use stage::{Input, Malformed, Topic};

use crate::refused::{self, Refused};

/// A fact.
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
    /// From `case.event`.
    CaseEvent(Box<CaseEvent>),
    /// From the dead letters of a stage; none where they hold no mention.
    Refused(Option<Refused>),
}

/// The topics; the place of one is its label's code in the state, so new ones come last.
pub(crate) const TOPICS: [Topic; 13] = [
    topics::RECEIVED,
    topics::UNIQUE,
    topics::SPREAD,
    topics::SCORED,
    topics::PRIORITIZED,
    topics::ROUTED,
    topics::RAISED,
    topics::CASE_EVENT,
    topics::FILTERED,
    refused::TOPICS[0],
    refused::TOPICS[1],
    refused::TOPICS[2],
    refused::TOPICS[3],
];

/// The place of the first topic of dead letters.
const DEAD_LETTERS: u8 = 9;

impl In {
    /// Its place in [`TOPICS`].
    pub(crate) fn place(&self) -> u8 {
        match self {
            In::Received(_) => 0,
            In::Unique(_) => 1,
            In::Spread(_) => 2,
            In::Scored(_) => 3,
            In::Prioritized(_) => 4,
            In::Routed(_) => 5,
            In::Raised(_) => 6,
            In::CaseEvent(_) => 7,
            In::Filtered(_) => 8,
            In::Refused(refused) => {
                DEAD_LETTERS + refused.as_ref().map_or(0, |refused| refused.step as u8)
            }
        }
    }

    /// Whose customer it is about; nobody's where it is no fact.
    pub(crate) fn tenant(&self) -> Option<&str> {
        Some(match self {
            In::Received(mention) => &mention.tenant,
            In::Unique(fact) => &fact.mention.tenant,
            In::Spread(fact) => &fact.tenant,
            In::Scored(fact) => &fact.mention.tenant,
            In::Prioritized(fact) => &fact.mention.tenant,
            In::Routed(fact) => &fact.mention.tenant,
            In::Raised(fact) => &fact.tenant,
            In::CaseEvent(fact) => &fact.tenant,
            In::Filtered(fact) => &fact.tenant,
            In::Refused(refused) => &refused.as_ref()?.tenant,
        })
    }
}

impl Input for In {
    fn topics() -> Vec<Topic> {
        TOPICS.to_vec()
    }

    fn read(topic: Topic, _: &[u8], value: Option<&[u8]>) -> Result<Self, Malformed> {
        if let Some(step) = refused::TOPICS.iter().position(|dead| *dead == topic) {
            return Ok(In::Refused(refused::read(step, value)));
        }
        let value = value.ok_or_else(|| Malformed::new(format!("a tombstone in {topic}")))?;
        Ok(match topic {
            topics::RECEIVED => In::Received(fact(value)?),
            topics::UNIQUE => In::Unique(fact(value)?),
            topics::SPREAD => In::Spread(fact(value)?),
            topics::SCORED => In::Scored(fact(value)?),
            topics::PRIORITIZED => In::Prioritized(fact(value)?),
            topics::ROUTED => In::Routed(fact(value)?),
            topics::RAISED => In::Raised(fact(value)?),
            topics::CASE_EVENT => In::CaseEvent(fact(value)?),
            topics::FILTERED => In::Filtered(fact(value)?),
            _ => return Err(Malformed::new(format!("{topic} is no input of metrics"))),
        })
    }

    fn reads_taps() -> bool {
        true
    }
}

fn fact<F: Fact>(bytes: &[u8]) -> Result<Box<F>, Malformed> {
    codec::read(bytes).map(Box::new)
}
