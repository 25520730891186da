//! An open mention: one that is scored again when the inputs of its decision change.

use mention::{Engagement, Level, Scored, Tone, codec};

use super::aged_map::Aged;
use super::{Minute, PriorContacts};

/// The reactions of other users to a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReactionCounts {
    /// Reposts.
    pub reposts: u32,
    /// Replies, with peer answers.
    pub replies: u32,
}

/// What a decision depends on besides time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DecisionInputs {
    /// The score without the terms that change with time alone.
    pub base: i32,
    /// A hash of the incident of the mention; 0 for none.
    pub incident: u64,
    /// A hash of the customer and their tier; 0 for none.
    pub customer: u64,
}

/// An open mention with the last decision about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenMention {
    /// The minute of its last version, in stream time.
    pub since: Minute,
    /// The number of decisions about this version, from 1.
    pub revision: u16,
    /// The level decided.
    pub level: Level,
    /// The inputs of the decision.
    pub inputs: DecisionInputs,
    /// The reactions counted in the decision; later ones count from the next step on.
    pub reactions: ReactionCounts,
    /// Whether a record states that another user answered it.
    pub is_answered: bool,
    /// The author's earlier mentions.
    pub prior_contacts: PriorContacts,
    /// The tones of the mention, one bit each.
    pub tones: u8,
    /// The mention as encoded on its topic.
    pub scored: Box<[u8]>,
}

impl OpenMention {
    /// The mention; none if its bytes cannot be decoded.
    #[must_use]
    pub fn decode(&self) -> Option<Scored> {
        codec::read(&self.scored).ok()
    }

    /// The engagement of the mention: for replies and reposts the greater of the platform's count
    /// and the reactions received.
    #[must_use]
    pub fn engagement(&self, by_platform: Engagement) -> Engagement {
        Engagement {
            // Not the sum: the platform's count may already include the reactions received.
            replies: by_platform.replies.max(self.reactions.replies.into()),
            reposts: by_platform.reposts.max(self.reactions.reposts.into()),
            ..by_platform
        }
    }

    /// The tones of the mention, as computed when it was received.
    #[must_use]
    pub fn tones_at_arrival(&self) -> Vec<Tone> {
        TONES.into_iter().filter(|tone| self.tones & tone_bit(*tone) != 0).collect()
    }
}

impl Aged for OpenMention {
    fn since(&self) -> Minute {
        self.since
    }
}

const TONES: [Tone; 3] = [Tone::Repeated, Tone::Unanswered, Tone::WiderChannel];

// The bits are part of the changelog; bit 7 says there that another user answered.
fn tone_bit(tone: Tone) -> u8 {
    match tone {
        Tone::Repeated => 1,
        Tone::Unanswered => 2,
        Tone::WiderChannel => 4,
    }
}

/// Encodes tones as bits.
#[must_use]
pub fn tone_bits(tones: &[Tone]) -> u8 {
    tones.iter().fold(0, |bits, tone| bits | tone_bit(*tone))
}
