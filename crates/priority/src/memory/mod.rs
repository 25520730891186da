//! What is remembered about one partition: customers, how authors were last heard, the mentions
//! that may have to be decided again, and what has to be counted.
//!
//! Every part but the customers is bounded twice, by age in stream time and by number
//! ([`Bounds`]); what is over leaves a tombstone. Stream time is kept by whole minutes. Must not
//! know: points, levels, what a signal is.

mod author;
mod changelog;
mod heard;
mod open;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use mention::{Mention, author_key};
use rustc_hash::FxHashMap;
use stage::{Keyed, Micros};

pub use author::{Author, Complains};
pub use changelog::{Key, Value};
pub use heard::Heard;
pub use open::{Open, Reactions, bits};

use crate::account::{Account, Post};
use crate::customers::Customers;

/// Whole minutes since the Unix epoch.
pub type Minute = u32;

/// How much is remembered, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// How long a mention may be decided again, in microseconds.
    pub open_for: Micros,
    /// How many of these a partition keeps, at most.
    pub open_most: usize,
    /// How many bytes such a mention takes, at most; a longer one is decided once.
    pub open_bytes: usize,
    /// How long an author is remembered after the last mention, in microseconds.
    pub author_for: Micros,
    /// How many of these a partition keeps, at most.
    pub authors_most: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        let hour = 3_600_000_000;
        Self {
            open_for: 6 * hour,
            open_most: 10_000,
            open_bytes: 8 * 1024,
            author_for: 72 * hour,
            authors_most: 100_000,
        }
    }
}

/// The memory of one partition.
#[derive(Debug, Default)]
pub struct Memory {
    customers: Customers,
    authors: FxHashMap<Account, Author>,
    authors_by_age: BTreeSet<(Minute, Account)>,
    open: BTreeMap<(Account, Post), Open>,
    open_by_age: BTreeSet<(Minute, Account, Post)>,
    reactions: BTreeMap<(Account, Post), Reactions>,
    heard: BTreeMap<(u32, u32), Heard>,
    clock: Minute,
    is_mixed_up: bool,
    /// How many changes of the table, and which rules, were compared with what is open. Not part of
    /// what is remembered: after a restore all is compared anew, with the same outcome.
    pub(crate) compared: Cell<Option<(u64, u64)>>,
}

impl Memory {
    /// The customers.
    #[must_use]
    pub fn customers(&self) -> &Customers {
        &self.customers
    }

    /// How an author was heard last, unless that is over.
    #[must_use]
    pub fn author(&self, account: Account, bounds: &Bounds) -> Option<&Author> {
        let is_live = |author: &&Author| !self.is_over(author.last, bounds.author_for);
        self.authors.get(&account).filter(is_live)
    }

    /// A mention that may have to be decided again.
    #[must_use]
    pub fn open(&self, account: Account, post: Post) -> Option<&Open> {
        self.open.get(&(account, post))
    }

    /// What others made of it, if anything.
    #[must_use]
    pub fn reactions(&self, account: Account, post: Post) -> Option<Reactions> {
        self.reactions.get(&(account, post)).copied()
    }

    /// Those of one author, or of all, in the order of their hashes.
    pub fn opens(&self, of: Option<Account>) -> Vec<(Account, Post)> {
        match of {
            Some(account) => {
                let range = (account, Post::MIN)..=(account, Post::MAX);
                self.open.range(range).map(|(key, _)| *key).collect()
            }
            None => self.open.keys().copied().collect(),
        }
    }

    /// What was heard in these seconds: its second, its place in that, and it; oldest first.
    pub fn heard(&self, seconds: Range<u32>) -> impl Iterator<Item = ((u32, u32), &Heard)> {
        let places = (seconds.start, 0)..(seconds.end, 0);
        self.heard.range(places).map(|(place, heard)| (*place, heard))
    }

    /// Where the next mention heard in this second stands.
    #[must_use]
    pub fn next_heard(&self, second: u32) -> (u32, u32) {
        let last = self.heard.range((second, 0)..=(second, u32::MAX)).next_back();
        (second, last.map_or(0, |((_, place), _)| place.saturating_add(1)))
    }

    /// Stream time.
    #[must_use]
    pub fn clock(&self) -> Minute {
        self.clock
    }

    /// What is to be forgotten now, oldest first: what is over, and what is too many.
    #[must_use]
    pub fn forgettable(&self, bounds: &Bounds) -> Vec<Key> {
        let too_many = self.open.len().saturating_sub(bounds.open_most);
        let open = self.open_by_age.iter().enumerate();
        let open = open
            .take_while(|(n, (since, ..))| *n < too_many || self.is_over(*since, bounds.open_for));
        let open = open.map(|(_, (_, account, post))| Key::Open(*account, *post));
        let too_many = self.authors.len().saturating_sub(bounds.authors_most);
        let authors = self.authors_by_age.iter().enumerate();
        let authors = authors
            .take_while(|(n, (since, _))| *n < too_many || self.is_over(*since, bounds.author_for));
        open.chain(authors.map(|(_, (_, account))| Key::Author(*account))).collect()
    }

    /// Whether a restore met a key of one kind with a value of another.
    #[must_use]
    pub fn is_mixed_up(&self) -> bool {
        self.is_mixed_up
    }

    /// Entries by kind: customers, authors, open mentions, mentions to be counted.
    #[must_use]
    pub fn sizes(&self) -> [usize; 4] {
        [self.customers.len(), self.authors.len(), self.open.len(), self.heard.len()]
    }

    fn is_over(&self, since: Minute, length: Micros) -> bool {
        i64::from(self.clock) * 60_000_000 > (i64::from(since) * 60_000_000).saturating_add(length)
    }
}

impl Keyed for Memory {
    const STAGE: &'static str = "priority";
    type Key = Key;
    type Value = Value;

    fn apply(&mut self, key: Key, value: Option<Value>) {
        match (key, value) {
            (Key::Customer(account), Some(Value::Customer(known))) => {
                self.customers.set(account, Some(known));
            }
            (Key::Customer(account), None) => self.customers.set(account, None),
            (Key::Author(account), value) => {
                let last = match &value {
                    Some(Value::Author(author)) => Some(author.last),
                    Some(_) => return self.is_mixed_up = true,
                    None => None,
                };
                let before = match value {
                    Some(Value::Author(author)) => self.authors.insert(account, author),
                    _ => self.authors.remove(&account),
                };
                let before = before.map(|author| author.last);
                if before != last {
                    before.map(|last| self.authors_by_age.remove(&(last, account)));
                    last.map(|last| self.authors_by_age.insert((last, account)));
                }
            }
            (Key::Open(account, post), value) => {
                let since = match &value {
                    Some(Value::Open(open)) => Some(open.since),
                    Some(_) => return self.is_mixed_up = true,
                    None => None,
                };
                let before = match value {
                    Some(Value::Open(open)) => self.open.insert((account, post), open),
                    _ => self.open.remove(&(account, post)),
                };
                let before = before.map(|open| open.since);
                if before != since {
                    before.map(|since| self.open_by_age.remove(&(since, account, post)));
                    since.map(|since| self.open_by_age.insert((since, account, post)));
                }
            }
            (Key::Reactions(account, post), Some(Value::Reactions(reactions))) => {
                self.reactions.insert((account, post), reactions);
            }
            (Key::Reactions(account, post), None) => {
                self.reactions.remove(&(account, post));
            }
            (Key::Heard(second, place), Some(Value::Heard(heard))) => {
                self.heard.insert((second, place), heard);
            }
            (Key::Heard(second, place), None) => {
                self.heard.remove(&(second, place));
            }
            (Key::Clock, Some(Value::Clock(minute))) => self.clock = minute,
            (Key::Clock, None) => self.clock = 0,
            _ => self.is_mixed_up = true,
        }
    }

    fn len(&self) -> usize {
        self.sizes().into_iter().sum()
    }
}

/// The author of a mention.
#[must_use]
pub fn account(mention: &Mention) -> Account {
    let mut key = Vec::with_capacity(64);
    author_key(&mention.tenant, &mention.platform, &mention.author.id, &mut key);
    Account::of(&key)
}

/// The whole minute of a time.
#[must_use]
pub fn minute(time: Micros) -> Minute {
    u32::try_from(time.div_euclid(60_000_000)).unwrap_or(if time < 0 { 0 } else { u32::MAX })
}
