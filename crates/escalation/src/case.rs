//! The state of a case: everything that is remembered about one author.
//!
//! Must not know: rules, records.

use mention::codec::{self, AvroRecord};
use mention::{CaseEventKind, Clock, Level};
use serde::{Deserialize, Serialize};
use stage::{EventTime, Malformed, Wire};

/// The number of latest mentions that a case remembers. An edit of an older one is routed as a new
/// message; a withdrawal of an older one is ignored.
pub const MAX_REMEMBERED_MENTIONS: usize = 16;
/// The maximum number of watchers; the first ones stay.
pub(crate) const MAX_WATCHERS: usize = 6;
/// The number of latest messages whose sentiment is remembered.
pub(crate) const MAX_SENTIMENTS: usize = 4;
/// The number of latest events whose ids are remembered.
pub(crate) const MAX_EVENT_IDS: usize = 4;

/// A running clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunningClock {
    /// The due time.
    pub due_at: EventTime,
    /// The time of the next call; `None` after the last call of the path.
    pub next_at: Option<EventTime>,
    /// The number of calls so far.
    pub step: i64,
    /// The start of the clock.
    pub started_at: EventTime,
    /// Whether the first call predicted a breach.
    pub is_foreseen: bool,
    /// How many of the calls were made while nobody of the path was on duty.
    pub off_hours: i64,
}

impl RunningClock {
    /// Whether a call was made because the clock ran out.
    #[must_use]
    pub fn is_breached(&self) -> bool {
        self.step > i64::from(self.is_foreseen)
    }

    /// Whether the calls off hours are among those counted.
    fn has_possible_calls(self) -> bool {
        (0..=self.step).contains(&self.off_hours)
    }

    /// The number of calls to contacts of the path.
    pub(crate) fn path_calls(self) -> i64 {
        self.step.saturating_sub(self.off_hours)
    }
}

/// A mention that was routed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RoutedMention {
    /// The xxh3 hash of its id.
    pub mention: i64,
    /// The id of its case.
    pub case: i64,
    /// The number of decisions about it so far.
    pub seq: i32,
    /// Whether it is withdrawn.
    pub is_withdrawn: bool,
}

/// The last case of an author, and their latest routed mentions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CaseState {
    /// The id.
    pub id: i64,
    /// The platform's id of the opening mention.
    pub opened_by: String,
    /// The most urgent level of its messages.
    pub level: Level,
    /// The owner.
    pub owner: String,
    /// The SLA policy; empty for a lane, where no clock runs.
    pub policy: String,
    /// The escalation path; empty for a lane.
    pub path: String,
    /// The clock until the owner acknowledges the case.
    pub acknowledge: Option<RunningClock>,
    /// The clock until a person answers the author.
    pub respond: Option<RunningClock>,
    /// The clock until the case is resolved.
    pub resolve: Option<RunningClock>,
    /// Whether the owner has acknowledged it.
    pub is_accepted: bool,
    /// Whether it is closed: resolved, or every message withdrawn.
    pub is_closed: bool,
    /// The contacts that the acknowledge clock skips after a return or hand-off.
    pub skipped_contacts: i64,
    /// The time of the last event about the owner.
    pub last_event_at: Option<EventTime>,
    /// The kind of the last event about the owner.
    pub last_event: CaseEventKind,
    /// The number of messages that are not withdrawn.
    pub live_mentions: i64,
    /// The time at which the state is removed.
    pub expires_at: EventTime,
    /// The latest mentions of the author, oldest first, at most [`MAX_REMEMBERED_MENTIONS`].
    pub routed_mentions: Vec<RoutedMention>,
    /// The rule that assigned the owner.
    pub rule: String,
    /// Teams that are informed.
    pub watchers: Vec<String>,
    /// The agent who answered the author last.
    pub last_agent: Option<String>,
    /// The time of the last answer.
    pub answered_at: Option<EventTime>,
    /// The time of the last event that closed or reopened the case.
    pub ended_at: Option<EventTime>,
    /// The kind of that event.
    pub ended_by: CaseEventKind,
    /// The time at which it was closed.
    pub closed_at: Option<EventTime>,
    /// Whether the owner got it by a hand-off that is not yet acknowledged.
    pub is_handed_off: bool,
    /// The time at which an idle owner loses it.
    pub idle_at: Option<EventTime>,
    /// The time of the next foresight check.
    pub foresee_at: Option<EventTime>,
    /// The number of times it was reopened.
    pub reopened: i64,
    /// The number of messages of the author, in this case and earlier ones.
    pub contacts: i64,
    /// The number of control records about it.
    pub control_records: i64,
    /// The sentiment of the latest messages, oldest first: the probability of positive minus that
    /// of negative, in hundredths.
    pub sentiments: Vec<i32>,
    /// The hashes of the ids of the latest events, oldest first.
    pub event_ids: Vec<i32>,
    /// Whether a peer's answer has lowered the level.
    pub is_eased: bool,
    /// The capacity weight.
    pub weight: i64,
    /// The beginning of the wait for the owner.
    pub offered_at: Option<EventTime>,
    /// The time of the next overflow check.
    pub overflow_at: Option<EventTime>,
}

impl CaseState {
    /// Whether the case is in a lane, which has no policy and no clocks.
    #[must_use]
    pub fn is_lane(&self) -> bool {
        self.policy.is_empty()
    }

    /// The id in the form of the records.
    #[must_use]
    pub fn case_id(&self) -> String {
        format_case_id(self.id)
    }

    /// A clock, if it is running.
    #[must_use]
    pub fn clock(&self, clock: Clock) -> Option<RunningClock> {
        match clock {
            Clock::Acknowledge => self.acknowledge,
            Clock::Respond => self.respond,
            Clock::Resolve => self.resolve,
        }
    }

    pub(crate) fn clock_mut(&mut self, clock: Clock) -> &mut Option<RunningClock> {
        match clock {
            Clock::Acknowledge => &mut self.acknowledge,
            Clock::Respond => &mut self.respond,
            Clock::Resolve => &mut self.resolve,
        }
    }

    /// Closes the case at `time`: stops every clock and sets the expiry.
    pub(crate) fn close(&mut self, time: EventTime, expires_at: EventTime) {
        (self.acknowledge, self.respond, self.resolve) = (None, None, None);
        (self.idle_at, self.foresee_at) = (None, None);
        (self.offered_at, self.overflow_at) = (None, None);
        self.is_closed = true;
        self.closed_at = Some(time);
        self.expires_at = expires_at;
    }

    /// Finds a remembered mention by the hash of its id.
    pub(crate) fn find_routed(&self, id_hash: i64) -> Option<&RoutedMention> {
        self.routed_mentions.iter().find(|routed| routed.mention == id_hash)
    }

    /// Remembers a mention; forgets the oldest one if there are too many.
    pub(crate) fn remember(&mut self, entry: RoutedMention) {
        self.routed_mentions.retain(|other| other.mention != entry.mention);
        push_bounded(&mut self.routed_mentions, entry, MAX_REMEMBERED_MENTIONS);
    }

    /// Remembers the sentiment of a message.
    pub(crate) fn remember_sentiment(&mut self, sentiment: Option<mention::Sentiment>) {
        if let Some(sentiment) = sentiment {
            // Hundredths fit a small integer, which packs into one or two bytes.
            let hundredths = ((sentiment.positive - sentiment.negative) * 100.0).round() as i32;
            push_bounded(&mut self.sentiments, hundredths, MAX_SENTIMENTS);
        }
    }

    /// Adds a team to the watchers, unless it is one or the list is full.
    pub(crate) fn add_watcher(&mut self, team: &str) {
        if !self.watchers.iter().any(|watcher| watcher == team)
            && self.watchers.len() < MAX_WATCHERS
        {
            self.watchers.push(team.to_owned());
        }
    }

    /// Hands the case off to another team, which must acknowledge it. The former owner watches.
    pub(crate) fn hand_off_to(&mut self, team: &str) {
        let former = std::mem::replace(&mut self.owner, team.to_owned());
        self.add_watcher(&former);
        self.is_accepted = false;
        // Until the new owner acknowledges, a missed target is `not_accepted` and no breach.
        self.is_handed_off = true;
        self.idle_at = None;
        (self.offered_at, self.overflow_at) = (None, None);
    }
}

/// Appends a value; removes the first one if the list already has `most`.
pub(crate) fn push_bounded<T>(list: &mut Vec<T>, value: T, most: usize) {
    if list.len() >= most {
        // Lists hold a few entries only, so shifting costs less than a ring buffer.
        list.remove(0);
    }
    list.push(value);
}

/// Formats a case id as 16 hexadecimal digits.
pub(crate) fn format_case_id(id: i64) -> String {
    format!("{id:016x}")
}

impl AvroRecord for CaseState {
    const SCHEMA: &'static str = "harken.escalation.Case";
}

impl Wire for CaseState {
    fn write(&self, out: &mut Vec<u8>) {
        codec::write(self, out);
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let case: Self = codec::read(bytes)?;
        let clocks = [case.acknowledge, case.respond, case.resolve];
        // A path ends after a number of calls: a negative count would call almost without end.
        match clocks.into_iter().flatten().all(RunningClock::has_possible_calls) {
            true => Ok(case),
            false => Err(Malformed::InvalidField("calls of a clock")),
        }
    }
}
