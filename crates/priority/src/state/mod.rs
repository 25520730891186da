//! The state of one partition: customers, the history of authors, open mentions, and mentions to
//! count for the signals.
//!
//! Authors and open mentions are bounded by age in stream time and by number ([`Bounds`]); an
//! expired entry leaves a tombstone. Customers expire only by a tombstone of the CRM; a full store
//! does not keep the profile of a further author. Stream time is stored in whole minutes.
//!
//! Must not know: points, what a signal is.

mod aged_map;
mod author;
mod changelog;
mod open_mention;
mod pending;

use std::collections::BTreeMap;
use std::ops::{Bound, Range};

use stage::{EventTime, KeyedState, Malformed, StoreBound, TimeDelta};

pub use author::{AuthorHistory, ComplaintStatus, PriorContacts};
pub use changelog::{Key, Value};
pub use open_mention::{DecisionInputs, OpenMention, ReactionCounts, tone_bits};
pub use pending::PendingSignal;

use crate::customers::Customers;
use crate::hashes::{AuthorHash, MentionHash};
use crate::signals::MAX_PENDING;
use crate::sweep::Sweep;
use aged_map::AgedMap;
pub use aged_map::Excess;

/// Whole minutes since the Unix epoch.
pub type Minute = u32;

/// The limits of the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// How long a mention stays open.
    pub open_for: TimeDelta,
    /// The most open mentions of a partition.
    pub open_most: usize,
    /// The most bytes of an open mention; a larger one is never re-scored.
    pub open_bytes: usize,
    /// How long the history of an author is kept after the last mention.
    pub author_for: TimeDelta,
    /// The most authors of a partition; each takes about 200 bytes.
    pub authors_most: usize,
    /// The most customers of a partition.
    pub customers_most: usize,
    /// The most bytes of customers; each takes about 150, and 1,700 at most.
    pub customers_bytes: usize,
}

impl Bounds {
    /// The bound of each store.
    #[must_use]
    pub fn stores(&self) -> [StoreBound; 4] {
        let customers = StoreBound::of_entries("customers", self.customers_most, 1_700);
        [
            customers.within(self.customers_bytes),
            StoreBound::of_entries("authors", self.authors_most, 220),
            // With its reactions and its places in the maps.
            StoreBound::of_entries("open_mentions", self.open_most, self.open_bytes + 400),
            StoreBound::of_entries("pending_signals", MAX_PENDING, 2_000),
        ]
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            open_for: 6 * TimeDelta::HOUR,
            open_most: 10_000,
            open_bytes: 8 * 1024,
            author_for: 3 * TimeDelta::DAY,
            authors_most: 100_000,
            customers_most: 100_000,
            customers_bytes: 32 * 1024 * 1024,
        }
    }
}

/// The state of one partition.
#[derive(Debug, Default)]
pub struct State {
    customers: Customers,
    authors: AgedMap<AuthorHash, AuthorHistory>,
    open: AgedMap<(AuthorHash, MentionHash), OpenMention>,
    reactions: BTreeMap<(AuthorHash, MentionHash), ReactionCounts>,
    /// By second and position in it.
    pending_signals: BTreeMap<(u32, u32), PendingSignal>,
    clock: Minute,
    sweep: Sweep,
}

impl State {
    /// The customers behind the authors.
    #[must_use]
    pub fn customers(&self) -> &Customers {
        &self.customers
    }

    /// The history of an author, unless it is expired.
    #[must_use]
    pub fn author(&self, author: AuthorHash, bounds: &Bounds) -> Option<&AuthorHistory> {
        let is_live = |history: &&AuthorHistory| !self.is_expired(history.last, bounds.author_for);
        self.authors.get(author).filter(is_live)
    }

    /// An open mention, unless it is expired: expired ones are removed some at a time.
    #[must_use]
    pub fn open_mention(
        &self,
        (author, mention): (AuthorHash, MentionHash),
        bounds: &Bounds,
    ) -> Option<&OpenMention> {
        let is_live = |open: &&OpenMention| !self.is_expired(open.since, bounds.open_for);
        self.open.get((author, mention)).filter(is_live)
    }

    /// The reactions to an open mention; none before the first.
    #[must_use]
    pub fn reactions(&self, author: AuthorHash, mention: MentionHash) -> Option<ReactionCounts> {
        self.reactions.get(&(author, mention)).copied()
    }

    /// The open mentions of one author, in the order of their hashes.
    #[must_use]
    pub fn open_mentions_of(&self, author: AuthorHash) -> Vec<(AuthorHash, MentionHash)> {
        self.open.keys((author, MentionHash::MIN)..=(author, MentionHash::MAX)).collect()
    }

    /// The next open mentions of a sweep, at most `count`, in the order of their hashes.
    pub(crate) fn open_mentions_after(
        &self,
        last: Option<(AuthorHash, MentionHash)>,
        count: usize,
    ) -> Vec<(AuthorHash, MentionHash)> {
        let from = last.map_or(Bound::Unbounded, Bound::Excluded);
        self.open.keys((from, Bound::Unbounded)).take(count).collect()
    }

    /// The last sweep over the open mentions, finished or not.
    pub(crate) fn sweep(&self) -> Sweep {
        self.sweep
    }

    /// The mentions to count of these seconds, oldest first, with their keys: the second and the
    /// position in it.
    pub fn pending_signals(
        &self,
        seconds: Range<u32>,
    ) -> impl Iterator<Item = ((u32, u32), &PendingSignal)> {
        let keys = (seconds.start, 0)..(seconds.end, 0);
        self.pending_signals.range(keys).map(|(key, pending)| (*key, pending))
    }

    /// The key of the next mention to count of a second.
    #[must_use]
    pub fn next_pending_key(&self, second: u32) -> (u32, u32) {
        let last = self.pending_signals.range((second, 0)..=(second, u32::MAX)).next_back();
        (second, last.map_or(0, |((_, position), _)| position.saturating_add(1)))
    }

    /// Stream time.
    #[must_use]
    pub fn clock(&self) -> Minute {
        self.clock
    }

    /// The keys of entries that exceed the bounds, by age or by number, oldest first, at most `most`
    /// of each kind.
    #[must_use]
    pub fn expired(&self, bounds: &Bounds, most: usize) -> Vec<(Key, Excess)> {
        let is_old = |since| self.is_expired(since, bounds.open_for);
        let open = self.open.expired(bounds.open_most, is_old).take(most);
        let open =
            open.map(|((author, mention), excess)| (Key::OpenMention(author, mention), excess));
        let is_old = |since| self.is_expired(since, bounds.author_for);
        let authors = self.authors.expired(bounds.authors_most, is_old).take(most);
        open.chain(authors.map(|(author, excess)| (Key::Author(author), excess))).collect()
    }

    /// The number of mentions to count.
    pub(crate) fn pending_len(&self) -> usize {
        self.pending_signals.len()
    }

    /// The number of customers, authors, open mentions and mentions to count.
    #[must_use]
    pub fn sizes(&self) -> [usize; 4] {
        [self.customers.len(), self.authors.len(), self.open.len(), self.pending_signals.len()]
    }

    fn is_expired(&self, since: Minute, length: TimeDelta) -> bool {
        let age = (i64::from(self.clock) - i64::from(since)) * TimeDelta::MINUTE;
        age > length
    }
}

impl KeyedState for State {
    const STAGE: &'static str = "priority";
    type Key = Key;
    type Value = Value;

    fn apply(&mut self, key: Key, value: Option<Value>) -> Result<(), Malformed> {
        match (key, value) {
            (Key::Customer(author), Some(Value::Customer(customer))) => {
                self.customers.set(author, Some(customer));
            }
            (Key::Customer(author), None) => self.customers.set(author, None),
            (Key::Author(author), Some(Value::Author(history))) => {
                self.authors.set(author, history);
            }
            (Key::Author(author), None) => self.authors.remove(author),
            (Key::OpenMention(author, mention), Some(Value::OpenMention(open))) => {
                self.open.set((author, mention), open);
            }
            (Key::OpenMention(author, mention), None) => self.open.remove((author, mention)),
            (Key::Reactions(author, mention), Some(Value::Reactions(reactions))) => {
                self.reactions.insert((author, mention), reactions);
            }
            (Key::Reactions(author, mention), None) => {
                self.reactions.remove(&(author, mention));
            }
            (Key::PendingSignal(second, position), Some(Value::PendingSignal(pending))) => {
                self.pending_signals.insert((second, position), pending);
            }
            (Key::PendingSignal(second, position), None) => {
                self.pending_signals.remove(&(second, position));
            }
            (Key::Clock, Some(Value::Clock(minute))) => self.clock = minute,
            (Key::Clock, None) => self.clock = 0,
            (Key::Sweep, Some(Value::Sweep(sweep))) => self.sweep = sweep,
            (Key::Sweep, None) => self.sweep = Sweep::default(),
            (_, Some(_)) => return Err(Malformed::WrongValue),
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.sizes().into_iter().sum()
    }
}

/// The minute that contains `time`; times out of range are clamped.
#[must_use]
pub fn minute(time: EventTime) -> Minute {
    time.interval(TimeDelta::MINUTE).clamp(0, i64::from(u32::MAX)) as u32
}
