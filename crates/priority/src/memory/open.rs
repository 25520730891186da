//! A mention that may have to be decided again.

use mention::{Engagement, Level, Scored, Tone, codec};

use super::Minute;

/// What others made of a mention, as far as was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reactions {
    /// Reposts.
    pub reposts: u32,
    /// Replies of others.
    pub replies: u32,
}

/// A mention that may have to be decided again, with the decision in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// When it was heard, by stream time.
    pub since: Minute,
    /// Counts the decisions about this version of it, from 1.
    pub revision: u16,
    /// The level decided.
    pub level: Level,
    /// The score decided, without the terms that change by time alone.
    pub base: i32,
    /// A hash of the incident it belongs to; 0 for none.
    pub incident: u64,
    /// A hash of the customer and their tier; 0 for none.
    pub customer: u64,
    /// What others made of it, as far as it was weighed by that: later ones wait for the next step.
    pub reactions: Reactions,
    /// Whether another user has answered it, and that was told.
    pub is_answered: bool,
    /// How many mentions of the author came before it, and how many of these were complaints.
    pub before: (u16, u16),
    /// How the author sounded, a bit a tone.
    pub tones: u8,
    /// The mention with what it says, as its topic holds it.
    pub scored: Box<[u8]>,
}

impl Open {
    /// The mention; none if its bytes are none.
    #[must_use]
    pub fn read(&self) -> Option<Scored> {
        codec::read(&self.scored).ok()
    }

    /// Reactions: those its platform told of, and those heard of since.
    ///
    /// A platform's own counts may hold some of these already: the greater count stands, so that
    /// none is counted twice.
    #[must_use]
    pub fn engagement(&self, told: Engagement) -> Engagement {
        Engagement {
            replies: told.replies.max(self.reactions.replies.into()),
            reposts: told.reposts.max(self.reactions.reposts.into()),
            ..told
        }
    }

    /// How the author sounded.
    #[must_use]
    pub fn tone(&self) -> Vec<Tone> {
        TONES.into_iter().filter(|tone| self.tones & bit(*tone) != 0).collect()
    }
}

const TONES: [Tone; 3] = [Tone::Repeated, Tone::Unanswered, Tone::WiderChannel];

fn bit(tone: Tone) -> u8 {
    match tone {
        Tone::Repeated => 1,
        Tone::Unanswered => 2,
        Tone::WiderChannel => 4,
    }
}

/// Tones as bits.
#[must_use]
pub fn bits(tones: &[Tone]) -> u8 {
    tones.iter().fold(0, |bits, tone| bits | bit(*tone))
}
