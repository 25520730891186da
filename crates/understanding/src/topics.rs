//! What the stage reads and writes: one variant for each topic.

use mention::{Scored, Unique, codec, topics};
use stage::{Input, Malformed, Micros, Output, Topic, Yields};

/// What the stage reads.
#[derive(Debug, Clone, PartialEq)]
pub enum In {
    /// A mention that is no redelivery, repost or folded copy.
    Unique(Box<Unique>),
}

impl Input for In {
    fn topics() -> Vec<Topic> {
        vec![topics::UNIQUE]
    }

    fn read(_: Topic, _: &[u8], value: Option<&[u8]>) -> Result<Self, Malformed> {
        let value = value.ok_or_else(|| Malformed::new("a mention without a value"))?;
        codec::read(value).map(|unique| In::Unique(Box::new(unique)))
    }
}

/// What the stage writes.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// A mention with what it says.
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

    fn time(&self) -> Micros {
        match self {
            Out::Scored(fact) => fact.mention.received_at,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Out::Scored(fact) => codec::write(fact.as_ref(), out),
        }
    }
}

impl Yields<Box<Scored>> for Out {
    fn is_link(&self) -> bool {
        true
    }

    fn link(self) -> Option<Box<Scored>> {
        match self {
            Out::Scored(fact) => Some(fact),
        }
    }
}
