//! A case: what is remembered about one author between two records.

use mention::codec::{self, Fact};
use mention::{CaseEventKind, Level};
use serde::{Deserialize, Serialize};
use stage::{Malformed, Micros, Wire};

/// A case remembers this many mentions of its author, the latest ones; an edit of an older one is
/// routed as a message that was never heard, a withdrawal of it leads to nothing.
pub const TOLD_MOST: usize = 16;

/// A clock that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Running {
    /// The deadline, in microseconds.
    pub due_at: Micros,
    /// When somebody is called next; none when everybody was called as often as the path says.
    pub next_at: Option<Micros>,
    /// How often somebody was called.
    pub step: i64,
}

/// A mention that was routed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// The xxh3 hash of its id.
    pub mention: i64,
    /// The case it belongs to.
    pub case: i64,
    /// The decisions about it so far.
    pub seq: i32,
    /// Whether its author has taken it back.
    pub is_withdrawn: bool,
}

/// The last case of an author, and what was routed of theirs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Case {
    /// Its id.
    pub id: i64,
    /// The platform's id of the mention that opened it.
    pub opened_by: String,
    /// The most urgent level of its messages.
    pub level: Level,
    /// The team that owns it.
    pub owner: String,
    /// Its SLA policy; empty for a lane, where no clock runs.
    pub policy: String,
    /// Its escalation path; empty for a lane.
    pub path: String,
    /// Until somebody accepts it.
    pub acknowledge: Option<Running>,
    /// Until the author has an answer.
    pub respond: Option<Running>,
    /// Until it is closed.
    pub resolve: Option<Running>,
    /// Whether somebody has accepted it.
    pub is_accepted: bool,
    /// Whether it is closed: resolved, or every message withdrawn.
    pub is_closed: bool,
    /// How many contacts the acknowledge clock passes over, since the case was handed back.
    pub handed_back: i64,
    /// When the last event about it happened.
    pub last_event_at: Option<Micros>,
    /// The last event about it.
    pub last_event: CaseEventKind,
    /// Its messages that were not withdrawn.
    pub live: i64,
    /// When it is forgotten, in microseconds.
    pub expires_at: Micros,
    /// The latest mentions of the author, oldest first, at most [`TOLD_MOST`].
    pub told: Vec<Told>,
}

impl Case {
    /// Whether nobody waits for anything in it.
    #[must_use]
    pub fn is_lane(&self) -> bool {
        self.policy.is_empty()
    }

    /// The id as records write it.
    #[must_use]
    pub fn name(&self) -> String {
        name(self.id)
    }

    /// Closes it: no clock runs any longer, and it is forgotten at `expires_at`.
    pub(crate) fn close(&mut self, expires_at: Micros) {
        (self.acknowledge, self.respond, self.resolve) = (None, None, None);
        self.is_closed = true;
        self.expires_at = expires_at;
    }

    /// Keeps a mention in memory, the oldest one going when there are too many.
    pub(crate) fn remember(&mut self, told: Told) {
        self.told.retain(|other| other.mention != told.mention);
        if self.told.len() >= TOLD_MOST {
            self.told.remove(0);
        }
        self.told.push(told);
    }
}

/// A case id as records write it: 16 hexadecimal digits.
pub(crate) fn name(id: i64) -> String {
    format!("{id:016x}")
}

impl Fact for Case {
    const SCHEMA: &'static str = "harken.escalation.Case";
}

impl Wire for Case {
    fn write(&self, out: &mut Vec<u8>) {
        codec::write(self, out);
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        codec::read(bytes)
    }
}
