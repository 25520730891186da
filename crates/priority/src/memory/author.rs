//! How an author was last heard.

use super::Minute;

/// How an author was heard, while that is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Author {
    /// When last, by stream time.
    pub last: Minute,
    /// How many mentions.
    pub mentions: u16,
    /// How many of these were complaints.
    pub complaints: u16,
    /// What the fold of tones remembers.
    pub tone: Box<[u8]>,
}

impl Author {
    /// The same after one more mention.
    #[must_use]
    pub fn heard(&self, now: Minute, complains: Complains, tone: Box<[u8]>) -> Self {
        let more = u16::from(complains == Complains::Yes);
        Self {
            last: now.max(self.last),
            mentions: self.mentions.saturating_add(1),
            complaints: self.complaints.saturating_add(more),
            tone,
        }
    }
}

/// Whether a mention is more likely a complaint than not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complains {
    /// It is.
    Yes,
    /// It is not.
    No,
}
