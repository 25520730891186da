//! The history of an author.

use super::Minute;
use super::aged_map::Aged;

/// What is kept of an author's mentions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuthorHistory {
    /// The minute of the last mention, in stream time.
    pub last: Minute,
    /// The number of mentions.
    pub mentions: u16,
    /// The number of complaints among them.
    pub complaints: u16,
    /// The bytes from which the tones of the next mention are computed.
    pub tone_history: Box<[u8]>,
}

/// The author's mentions before another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PriorContacts {
    /// The number of mentions.
    pub mentions: u16,
    /// The number of complaints among them.
    pub complaints: u16,
}

impl AuthorHistory {
    /// The history after one more mention.
    #[must_use]
    pub fn with_mention(
        &self,
        now: Minute,
        complaint: ComplaintStatus,
        tone_history: Box<[u8]>,
    ) -> Self {
        let complaints = u16::from(complaint == ComplaintStatus::Yes);
        Self {
            last: now.max(self.last),
            mentions: self.mentions.saturating_add(1),
            complaints: self.complaints.saturating_add(complaints),
            tone_history,
        }
    }

    /// The number of mentions and complaints so far.
    #[must_use]
    pub fn contacts(&self) -> PriorContacts {
        PriorContacts { mentions: self.mentions, complaints: self.complaints }
    }
}

impl PriorContacts {
    /// The contacts without the last one, which counts as a complaint.
    #[must_use]
    pub fn less_one(self) -> Self {
        Self {
            mentions: self.mentions.saturating_sub(1),
            complaints: self.complaints.saturating_sub(1),
        }
    }
}

impl Aged for AuthorHistory {
    fn since(&self) -> Minute {
        self.last
    }
}

/// Whether a mention is probably a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComplaintStatus {
    /// It is.
    Yes,
    /// It is not.
    No,
}
