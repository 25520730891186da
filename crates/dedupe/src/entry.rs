//! The entries of the state: seen ids, originals of copies, clusters.

use crate::arrival::{Arrival, SeenVersion};
use crate::time::Second;

/// A mention that was seen, by its id: 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenEntry {
    /// When the last version was received; its window starts here.
    pub since: Second,
    /// When the first version was received, in seconds since the Unix epoch.
    pub first: u32,
    /// The fingerprint of the content of the last version; of the source, if the mention was deleted
    /// before any version was received.
    pub content: u32,
    /// The platform's version number; 0 if the platform sends none, at most 65,535.
    pub version: u16,
    /// [`WITHDRAWN`] and [`SPREAD`]; the lower 14 bits count the versions, at most 16,383.
    pub flags: u16,
}

/// The flag of a mention that was deleted.
pub const WITHDRAWN: u16 = 1 << 15;
/// The flag of a repost or a folded copy, which was never emitted as unique.
pub const SPREAD: u16 = 1 << 14;
const REVISION: u16 = SPREAD - 1;

impl SeenEntry {
    /// The entry after `arrival`.
    pub(crate) fn next(previous: Option<SeenEntry>, arrival: Arrival, now: Second) -> Self {
        let Arrival { version, content, .. } = arrival;
        let Some(previous) = previous else {
            return Self { since: now, first: now.get(), content, version, flags: 1 };
        };
        // SPREAD is dropped on purpose: an edited copy is compared again as if it were new.
        let flags = (previous.revision() + 1).min(REVISION);
        Self { since: now, content, version: version.max(previous.version), flags, ..previous }
    }

    /// The entry after a deletion of a mention of which no version was received.
    pub(crate) fn premature_withdrawal(source: u32, version: u16, now: Second) -> Self {
        Self { since: now, first: now.get(), content: source, version, flags: 1 | WITHDRAWN }
    }

    /// Whether another source deleted the mention before any version was received. Such a deletion
    /// proves nothing about the mention.
    pub(crate) fn is_premature_of_another(self, source: u32) -> bool {
        self.has(WITHDRAWN) && self.revision() == 1 && self.content != source
    }

    pub(crate) fn with_flag(self, flag: u16) -> Self {
        Self { flags: self.flags | flag, ..self }
    }

    pub(crate) fn has(self, flag: u16) -> bool {
        self.flags & flag != 0
    }

    /// The number of versions received.
    #[must_use]
    pub fn revision(self) -> u16 {
        self.flags & REVISION
    }

    pub(crate) fn version_seen(self) -> SeenVersion {
        let Self { version, content, .. } = self;
        SeenVersion { version, content, is_withdrawn: self.has(WITHDRAWN) }
    }
}

/// The first mention with a text by an author: the one into which copies are folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginalEntry {
    /// When it was received; its window starts here.
    pub since: Second,
    /// The fingerprint of its content. If the mention's content differs now, it was edited, and
    /// nothing is folded into it.
    pub content: u32,
    /// Its id on its platform.
    pub id: Box<str>,
}

/// Mentions with nearly the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cluster {
    /// When the last member was received; the window starts here.
    pub since: Second,
    /// The number of members.
    pub size: u32,
}
