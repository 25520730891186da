//! The input and output of the stage: one variant per topic.

use mention::{Scored, Unique, admission, codec, topics};
use stage::{Input, LinkOutput, Malformed, Output, RawRecord, Topic};

/// The input of the stage.
#[derive(Debug, Clone, PartialEq)]
pub enum In {
    /// A mention that is not a redelivery, repost or folded copy.
    Unique(Box<Unique>),
}

impl Input for In {
    fn topics() -> Vec<Topic> {
        vec![topics::UNIQUE]
    }

    fn tap_topics() -> Vec<Topic> {
        vec![topics::UNIQUE]
    }

    fn read(record: &RawRecord) -> Result<Self, Malformed> {
        admission::read(record).map(In::Unique)
    }
}

/// The output of the stage.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// A mention with its understanding.
    Scored(Box<Scored>),
}

impl Output for Out {
    fn topics() -> Vec<Topic> {
        vec![topics::SCORED]
    }

    fn topic(&self) -> Topic {
        match self {
            Out::Scored(_) => topics::SCORED,
        }
    }

    fn key(&self, out: &mut Vec<u8>) {
        match self {
            Out::Scored(fact) => fact.mention.key(out),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Out::Scored(fact) => codec::write(fact.as_ref(), out),
        }
    }
}

impl LinkOutput<Box<Scored>> for Out {
    fn is_link(&self) -> bool {
        true
    }

    fn into_link(self) -> Option<Box<Scored>> {
        match self {
            Out::Scored(fact) => Some(fact),
        }
    }
}
