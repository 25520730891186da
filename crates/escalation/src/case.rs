//! A case: what is remembered about one author between two records.

use mention::codec::{self, Fact};
use mention::{CaseEventKind, Clock, Level};
use serde::{Deserialize, Serialize};
use stage::{Malformed, Micros, Wire};

/// A case remembers this many mentions of its author, the latest ones; an edit of an older one is
/// routed as a message that was never heard, a withdrawal of it leads to nothing.
pub const TOLD_MOST: usize = 16;
/// How many teams are told of a case, at most; the first ones stay.
pub(crate) const WATCHERS_MOST: usize = 6;
/// How many of the latest messages are remembered by how they were meant.
pub(crate) const MOODS_MOST: usize = 4;
/// How many of the latest events are remembered by their ids.
pub(crate) const HEARD_MOST: usize = 4;

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
    /// From when it counts.
    pub started_at: Micros,
    /// Whether the first call was made before the deadline.
    pub is_foreseen: bool,
}

impl Running {
    /// Whether somebody was called because it has run out.
    #[must_use]
    pub fn is_breached(&self) -> bool {
        self.step > i64::from(self.is_foreseen)
    }
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
    /// When the last event about who has it happened.
    pub last_event_at: Option<Micros>,
    /// The last event about who has it.
    pub last_event: CaseEventKind,
    /// Its messages that were not withdrawn.
    pub live: i64,
    /// When it is forgotten, in microseconds.
    pub expires_at: Micros,
    /// The latest mentions of the author, oldest first, at most [`TOLD_MOST`].
    pub told: Vec<Told>,
    /// The rule that gave it to its owner.
    pub rule: String,
    /// Teams that are told as well.
    pub watchers: Vec<String>,
    /// Who answered the author last.
    pub last_agent: Option<String>,
    /// When the author was answered last.
    pub answered_at: Option<Micros>,
    /// When the last event happened that closed or reopened it.
    pub ended_at: Option<Micros>,
    /// Which event that was.
    pub ended_by: CaseEventKind,
    /// When it was closed.
    pub closed_at: Option<Micros>,
    /// Whether somebody else had it before the owner who is asked to accept it.
    pub is_handed_off: bool,
    /// When it is taken back from an owner who does nothing.
    pub idle_at: Option<Micros>,
    /// When it is asked next whether the answer will be in time.
    pub foresee_at: Option<Micros>,
    /// How often it was reopened.
    pub reopened: i64,
    /// How many messages of the author were heard, in this case and in those before it.
    pub contacts: i64,
    /// How many records were written about it, beside those about its mentions.
    pub controls: i64,
    /// How the latest messages were meant, oldest first: the probability of positive less that of
    /// negative, in hundredths.
    pub moods: Vec<i32>,
    /// Hashes of the ids of the latest events, oldest first.
    pub heard: Vec<i32>,
    /// Whether a peer's answer has lowered its urgency.
    pub is_eased: bool,
    /// How much of its owner's capacity it takes; 0 from before that was counted.
    pub weight: i64,
    /// Since when it waits for its owner to accept it.
    pub offered_at: Option<Micros>,
    /// When it is looked next for another team that takes it.
    pub overflow_at: Option<Micros>,
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

    /// A clock, if it runs.
    #[must_use]
    pub fn clock(&self, clock: Clock) -> Option<Running> {
        match clock {
            Clock::Acknowledge => self.acknowledge,
            Clock::Respond => self.respond,
            Clock::Resolve => self.resolve,
        }
    }

    pub(crate) fn clock_mut(&mut self, clock: Clock) -> &mut Option<Running> {
        match clock {
            Clock::Acknowledge => &mut self.acknowledge,
            Clock::Respond => &mut self.respond,
            Clock::Resolve => &mut self.resolve,
        }
    }

    /// Closes it: no clock runs any longer, and it is forgotten at `expires_at`.
    pub(crate) fn close(&mut self, time: Micros, expires_at: Micros) {
        (self.acknowledge, self.respond, self.resolve) = (None, None, None);
        (self.idle_at, self.foresee_at) = (None, None);
        (self.offered_at, self.overflow_at) = (None, None);
        self.is_closed = true;
        self.closed_at = Some(time);
        self.expires_at = expires_at;
    }

    /// Keeps a mention in memory, the oldest one going when there are too many.
    pub(crate) fn remember(&mut self, told: Told) {
        self.told.retain(|other| other.mention != told.mention);
        keep_latest(&mut self.told, told, TOLD_MOST);
    }

    /// Keeps in memory how a message was meant.
    pub(crate) fn feel(&mut self, sentiment: Option<mention::Sentiment>) {
        if let Some(sentiment) = sentiment {
            let mood = ((sentiment.positive - sentiment.negative) * 100.0).round() as i32;
            keep_latest(&mut self.moods, mood, MOODS_MOST);
        }
    }

    /// Keeps a team among those that are told; the owner never is.
    pub(crate) fn watch(&mut self, team: &str) {
        if !self.watchers.iter().any(|known| known == team) && self.watchers.len() < WATCHERS_MOST {
            self.watchers.push(team.to_owned());
        }
    }

    /// Gives it to another team, which has yet to accept it; the former owner is told as well.
    pub(crate) fn hand_to(&mut self, team: &str) {
        let before = std::mem::replace(&mut self.owner, team.to_owned());
        self.watch(&before);
        self.is_accepted = false;
        self.is_handed_off = true;
        self.idle_at = None;
        (self.offered_at, self.overflow_at) = (None, None);
    }
}

pub(crate) fn keep_latest<T>(list: &mut Vec<T>, value: T, most: usize) {
    if list.len() >= most {
        list.remove(0);
    }
    list.push(value);
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
