//! What is remembered: of ids, of what authors said, of clusters.

use crate::time::Second;
use crate::verdict::{Arrival, Known};

/// What is remembered of a mention: 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// When its last version was heard: its window begins here.
    pub since: Second,
    /// When its first version was heard, in seconds.
    pub first: u32,
    /// The fingerprint of its content.
    pub content: u32,
    /// Its version as its platform counts; 0 where none was told, at most 65,535.
    pub version: u16,
    /// [`WITHDRAWN`], [`SPREAD`] and below them the number of versions heard, at most 16,383.
    pub marks: u16,
}

/// The mark of a mention that was deleted.
pub const WITHDRAWN: u16 = 1 << 15;
/// The mark of a repost or a folded copy: it never was work for anybody.
pub const SPREAD: u16 = 1 << 14;
const REVISION: u16 = SPREAD - 1;

impl Heard {
    /// What is remembered once this has arrived.
    pub(crate) fn next(known: Option<Heard>, arrival: Arrival, now: Second) -> Self {
        let Arrival { version, content, .. } = arrival;
        let Some(known) = known else {
            return Self { since: now, first: now.get(), content, version, marks: 1 };
        };
        let marks = (known.revision() + 1).min(REVISION);
        Self { since: now, content, version: version.max(known.version), marks, ..known }
    }

    pub(crate) fn marked(self, mark: u16) -> Self {
        Self { marks: self.marks | mark, ..self }
    }

    pub(crate) fn is(self, mark: u16) -> bool {
        self.marks & mark != 0
    }

    /// How many versions were heard.
    #[must_use]
    pub fn revision(self) -> u16 {
        self.marks & REVISION
    }

    pub(crate) fn known(self) -> Known {
        let Self { version, content, .. } = self;
        Known { version, content, is_withdrawn: self.is(WITHDRAWN) }
    }
}

/// The first mention in which an author said something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When it was heard: its window begins here.
    pub since: Second,
    /// The fingerprint of its content: once that has changed, it no longer says so.
    pub content: u32,
    /// Its id at its platform.
    pub id: Box<str>,
}

/// Mentions with almost the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cluster {
    /// When the last of them was heard: its window begins here.
    pub since: Second,
    /// How many they are.
    pub size: u32,
}
