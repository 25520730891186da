//! The topics that the stage reads and writes: one variant for each.

use mention::{Mention, Reaction, Spread, Unique, admission, author_key, codec, topics};
use stage::{Input, LinkOutput, Malformed, Output, RawRecord, Topic};

use crate::digest;

/// An input record.
#[derive(Debug, Clone, PartialEq)]
pub enum In {
    /// A mention as received.
    Received {
        /// The mention.
        mention: Box<Mention>,
        /// The fingerprint of the source that sent it.
        source: u32,
    },
}

impl Input for In {
    fn topics() -> Vec<Topic> {
        vec![topics::RECEIVED]
    }

    fn read(record: &RawRecord) -> Result<Self, Malformed> {
        let mention = admission::read(record)?;
        let source = record.headers.get(topics::SOURCE_HEADER).unwrap_or_default();
        Ok(In::Received { mention, source: digest::of_source(source) })
    }
}

/// An output record, keyed by the author of its mention; a reaction is keyed by the author it
/// concerns.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// A new mention, an edit or a withdrawal.
    Unique(Box<Unique>),
    /// A repost or a folded copy.
    Spread(Box<Spread>),
    /// A repost, for the partition of the reposted author.
    Reaction(Box<Reaction>),
}

impl Output for Out {
    fn topics() -> Vec<Topic> {
        vec![topics::UNIQUE, topics::SPREAD, topics::REACTION]
    }

    fn topic(&self) -> Topic {
        match self {
            Out::Unique(_) => topics::UNIQUE,
            Out::Spread(_) => topics::SPREAD,
            Out::Reaction(_) => topics::REACTION,
        }
    }

    fn key(&self, out: &mut Vec<u8>) {
        match self {
            Out::Unique(unique) => unique.mention.key(out),
            Out::Spread(spread) => {
                author_key(&spread.tenant, &spread.platform, &spread.author.id, out);
            }
            Out::Reaction(reaction) => reaction.key(out),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Out::Unique(unique) => codec::write(unique.as_ref(), out),
            Out::Spread(spread) => codec::write(spread.as_ref(), out),
            Out::Reaction(reaction) => codec::write(reaction.as_ref(), out),
        }
    }
}

impl LinkOutput<Box<Unique>> for Out {
    fn is_link(&self) -> bool {
        matches!(self, Out::Unique(_))
    }

    fn into_link(self) -> Option<Box<Unique>> {
        match self {
            Out::Unique(unique) => Some(unique),
            Out::Spread(_) | Out::Reaction(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use stage::{Outgoing, Position};

    use super::*;

    #[test]
    fn a_tombstone_is_refused() {
        let at = Position { topic: topics::RECEIVED, partition: 0, offset: 0 };
        let tombstone =
            Outgoing::new(topics::RECEIVED, stage::EventTime::default(), b"k".to_vec(), None);
        assert_eq!(In::read(&tombstone.into_record(at)), Err(Malformed::NoPayload));
    }

    #[test]
    fn outputs_are_keyed_by_author_and_only_unique_mentions_reach_the_next_stage() {
        let mut mention = Mention::default();
        (mention.tenant, mention.platform) = ("t".into(), "x".into());
        mention.author.id = "a".into();
        let spread = Spread {
            tenant: "t".into(),
            platform: "x".into(),
            author: mention.author.clone(),
            ..Spread::default()
        };
        let unique = Box::new(Unique { mention, ..Unique::default() });
        for (out, link) in
            [(Out::Unique(unique.clone()), Some(unique)), (Out::Spread(Box::new(spread)), None)]
        {
            let mut key = Vec::new();
            out.key(&mut key);
            assert_eq!((key.as_slice(), out.into_link()), (&b"t/x/a"[..], link));
        }
    }
}
