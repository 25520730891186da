//! What the stage reads and writes: one variant for each topic.

use mention::{Facet, Prioritized, Profile, Reaction, Scored, Signal, author_key, codec, topics};
use stage::{Input, Malformed, Micros, Output, Reason, Topic, Yields};

use crate::Account;

/// What the stage reads.
#[derive(Debug, Clone, PartialEq)]
pub enum In {
    /// A mention with what it says.
    Scored(Box<Scored>),
    /// What the CRM knows of an author; nothing when the author is to be forgotten.
    Profile(Account, Option<Box<Profile>>),
    /// What somebody else makes of an author's mention.
    Reaction(Account, Box<Reaction>),
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
                    // It would stand in a partition where its author never appears.
                    let message = "the key is not tenant/platform/author_id of the profile".into();
                    return Err(Malformed { reason: Reason::Invalid, message });
                }
            }
            return Ok(In::Profile(Account::of(key), profile.map(Box::new)));
        }
        let value = value.ok_or_else(|| Malformed::new("a mention without a value"))?;
        if topic == topics::REACTION {
            let reaction = codec::read::<Reaction>(value)?;
            let mut own = Vec::with_capacity(key.len());
            reaction.key(&mut own);
            return Ok(In::Reaction(Account::of(&own), Box::new(reaction)));
        }
        codec::read(value).map(|scored| In::Scored(Box::new(scored)))
    }
}

/// What the stage writes.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// A mention with its urgency, and when that was decided, in microseconds of event time.
    Prioritized(Box<Prioritized>, Micros),
    /// How much is said about one thing within a second.
    Signal(Box<Signal>),
    /// A reply to somebody else's mention.
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

    fn time(&self) -> Micros {
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

impl Yields<Box<Prioritized>> for Out {
    fn is_link(&self) -> bool {
        matches!(self, Out::Prioritized(..))
    }

    fn link(self) -> Option<Box<Prioritized>> {
        match self {
            Out::Prioritized(fact, _) => Some(fact),
            Out::Signal(_) | Out::Reaction(_) => None,
        }
    }
}
