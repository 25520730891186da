//! The topics that the stage reads and writes: one variant for each.

use mention::{Facet, Prioritized, Profile, Reaction, Scored, Signal, admission, codec, topics};
use stage::{Input, LinkOutput, Malformed, Output, RawRecord, Topic};

use crate::AuthorHash;

/// An input record.
#[derive(Debug, Clone, PartialEq)]
pub enum In {
    /// A mention with its understanding.
    Scored(Box<Scored>),
    /// The CRM profile of an author; none for a tombstone.
    Profile(AuthorHash, Option<Box<Profile>>),
    /// Another user's reaction to an author's mention.
    Reaction(AuthorHash, Box<Reaction>),
}

impl Input for In {
    fn topics() -> Vec<Topic> {
        vec![topics::SCORED, topics::PROFILE, topics::REACTION]
    }

    fn tap_topics() -> Vec<Topic> {
        vec![topics::SCORED]
    }

    fn read(record: &RawRecord) -> Result<Self, Malformed> {
        let author = || AuthorHash::of(&record.key);
        match record.at.topic {
            // The CRM deletes a profile with a tombstone.
            topics::PROFILE if record.value.is_none() => Ok(In::Profile(author(), None)),
            topics::PROFILE => {
                admission::read(record).map(|read| In::Profile(author(), Some(read)))
            }
            topics::REACTION => admission::read(record).map(|read| In::Reaction(author(), read)),
            _ => admission::read(record).map(In::Scored),
        }
    }
}

/// An output record.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// A mention with its priority.
    Prioritized(Box<Prioritized>),
    /// The counts of one facet in one second.
    Signal(Box<Signal>),
    /// A reply to another author's mention.
    Reaction(Box<Reaction>),
}

impl Output for Out {
    fn topics() -> Vec<Topic> {
        vec![topics::PRIORITIZED, topics::SIGNAL, topics::REACTION]
    }

    fn topic(&self) -> Topic {
        match self {
            Out::Prioritized(_) => topics::PRIORITIZED,
            Out::Signal(_) => topics::SIGNAL,
            Out::Reaction(_) => topics::REACTION,
        }
    }

    fn key(&self, out: &mut Vec<u8>) {
        match self {
            Out::Prioritized(fact) => fact.mention.key(out),
            Out::Reaction(reaction) => reaction.key(out),
            Out::Signal(signal) => {
                let facet = match signal.facet {
                    Facet::All => "all",
                    Facet::Reason => "reason",
                    Facet::Product => "product",
                    Facet::Cluster => "cluster",
                };
                for part in [&signal.tenant, "/", facet, "/", &signal.value] {
                    out.extend_from_slice(part.as_bytes());
                }
            }
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Out::Prioritized(fact) => codec::write(fact.as_ref(), out),
            Out::Signal(signal) => codec::write(signal.as_ref(), out),
            Out::Reaction(reaction) => codec::write(reaction.as_ref(), out),
        }
    }
}

impl LinkOutput<Box<Prioritized>> for Out {
    fn is_link(&self) -> bool {
        matches!(self, Out::Prioritized(_))
    }

    fn into_link(self) -> Option<Box<Prioritized>> {
        match self {
            Out::Prioritized(fact) => Some(fact),
            Out::Signal(_) | Out::Reaction(_) => None,
        }
    }
}
