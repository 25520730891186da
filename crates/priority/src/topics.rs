//! The topics that the stage reads and writes: one variant for each.

use mention::{Facet, Prioritized, Profile, Reaction, Scored, Signal, author_key, codec, topics};
use stage::{EventTime, Input, LinkOutput, Malformed, Output, Topic};

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

    fn read(topic: Topic, key: &[u8], value: Option<&[u8]>) -> Result<Self, Malformed> {
        if topic == topics::PROFILE {
            let profile = value.map(codec::read::<Profile>).transpose()?;
            if let Some(Profile { tenant, platform, author_id, .. }) = &profile {
                let mut own = Vec::with_capacity(key.len());
                author_key(tenant, platform, author_id, &mut own);
                if own != key {
                    // Partitioned by its key, it would be where its author never appears.
                    let message = "the key is not tenant/platform/author_id of the profile".into();
                    return Err(Malformed::Invalid(message));
                }
            }
            return Ok(In::Profile(AuthorHash::of(key), profile.map(Box::new)));
        }
        let value = value.ok_or(Malformed::NoPayload)?;
        if topic == topics::REACTION {
            let reaction = codec::read::<Reaction>(value)?;
            let mut own = Vec::with_capacity(key.len());
            reaction.key(&mut own);
            // By the fields and not by the record's key: the two are the same for our own producers.
            return Ok(In::Reaction(AuthorHash::of(&own), Box::new(reaction)));
        }
        codec::read(value).map(|scored| In::Scored(Box::new(scored)))
    }
}

/// An output record.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// A mention with its priority, and the event time of the decision.
    Prioritized(Box<Prioritized>, EventTime),
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
            Out::Prioritized(..) => topics::PRIORITIZED,
            Out::Signal(_) => topics::SIGNAL,
            Out::Reaction(_) => topics::REACTION,
        }
    }

    fn key(&self, out: &mut Vec<u8>) {
        match self {
            Out::Prioritized(fact, _) => fact.mention.key(out),
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

    fn time(&self) -> EventTime {
        match self {
            Out::Prioritized(_, decided_at) => *decided_at,
            Out::Signal(signal) => signal.second_at,
            Out::Reaction(reaction) => reaction.received_at,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Out::Prioritized(fact, _) => codec::write(fact.as_ref(), out),
            Out::Signal(signal) => codec::write(signal.as_ref(), out),
            Out::Reaction(reaction) => codec::write(reaction.as_ref(), out),
        }
    }
}

impl LinkOutput<Box<Prioritized>> for Out {
    fn is_link(&self) -> bool {
        matches!(self, Out::Prioritized(..))
    }

    fn into_link(self) -> Option<Box<Prioritized>> {
        match self {
            Out::Prioritized(fact, _) => Some(fact),
            Out::Signal(_) | Out::Reaction(_) => None,
        }
    }
}
