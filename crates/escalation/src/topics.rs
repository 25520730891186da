//! The inputs and outputs of the stage: one variant for each topic.

use mention::{
    CaseEvent, Filtered, Prioritized, Raised, Routed, admission, author_key, codec, contact_key,
    topics,
};
use stage::{Input, Malformed, Output, RawRecord, RecordHeaders, Topic};

use crate::headers;

/// An input record.
#[derive(Debug, Clone, PartialEq)]
pub enum In {
    /// A mention with its priority.
    Prioritized(Box<Prioritized>),
    /// An event of the contact centre about a case.
    CaseEvent(Box<CaseEvent>),
}

impl Input for In {
    fn topics() -> Vec<Topic> {
        vec![topics::PRIORITIZED, topics::CASE_EVENT]
    }

    fn tap_topics() -> Vec<Topic> {
        vec![topics::PRIORITIZED]
    }

    fn read(record: &RawRecord) -> Result<Self, Malformed> {
        match record.at.topic {
            topics::CASE_EVENT => admission::read(record).map(In::CaseEvent),
            // Every other input topic carries prioritized mentions.
            _ => admission::read(record).map(In::Prioritized),
        }
    }
}

/// An output record.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// A routed mention, or a control record about a case.
    Routed(Box<Routed>),
    /// A mention that the filter dropped.
    Filtered(Box<Filtered>),
    /// An escalation.
    Raised(Box<Raised>),
}

impl Output for Out {
    fn topics() -> Vec<Topic> {
        vec![topics::ROUTED, topics::FILTERED, topics::RAISED]
    }

    fn topic(&self) -> Topic {
        match self {
            Out::Routed(_) => topics::ROUTED,
            Out::Filtered(_) => topics::FILTERED,
            Out::Raised(_) => topics::RAISED,
        }
    }

    fn key(&self, out: &mut Vec<u8>) {
        match self {
            Out::Routed(routed) => routed.mention.key(out),
            Out::Filtered(fact) => author_key(&fact.tenant, &fact.platform, &fact.author_id, out),
            // By person: the stage `calls` limits how often each is called.
            Out::Raised(raised) => contact_key(&raised.tenant, raised.callee(), out),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Out::Routed(routed) => codec::write(routed.as_ref(), out),
            Out::Filtered(filtered) => codec::write(filtered.as_ref(), out),
            Out::Raised(raised) => codec::write(raised.as_ref(), out),
        }
    }

    fn headers(&self) -> RecordHeaders {
        match self {
            Out::Routed(routed) => headers::routed(routed),
            Out::Filtered(_) => RecordHeaders::new(),
            Out::Raised(raised) => headers::raised(raised),
        }
    }
}
