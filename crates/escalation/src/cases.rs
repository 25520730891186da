//! The state of one partition: packed cases, and their timers in the order of due times.
//!
//! The order in which a full store removes cases is an index as well, derived from the cases.
//!
//! Each case has one timer, for its earliest due time, so firing costs O(log n) per due timer and
//! nothing for the others. The state also holds the head of the decision chain and, for each team,
//! its pace, its queue and its load.
//! Must not know: rules, when a timer is due, what it does.

use std::collections::{BTreeMap, BTreeSet};

use mention::hash_chain::ChainHead;
use rustc_hash::FxHashMap;
use stage::{EventTime, KeyedState, Malformed};

use crate::author::AuthorKey;
use crate::case::CaseState;
use crate::entry::{Key, Pace, Value};
use crate::interner::Interner;
use crate::memory::CaseValue;
use crate::packed::{IndexKeys, PackedCase, minute_of};

/// The cases of one partition.
#[derive(Debug, Default)]
pub struct Cases {
    by_author: FxHashMap<AuthorKey, PackedCase>,
    timers: BTreeSet<(EventTime, AuthorKey)>,
    /// The authors by the value of their cases, then by expiry: the order in which a full store
    /// removes them.
    by_value: BTreeSet<(CaseValue, EventTime, AuthorKey)>,
    /// The bytes of the cases.
    bytes: usize,
    interner: Interner,
    head: ChainHead,
    paces: BTreeMap<String, Pace>,
    /// For each team, the waiting authors by the minute of their response target, as [`minute_of`]
    /// counts it. Derived from the cases, not in the changelog.
    queues: FxHashMap<u32, BTreeMap<i64, u32>>,
    /// For each team, the sum of the weights of its accepted cases. Derived as well.
    loads: FxHashMap<u32, i64>,
    buffer: Vec<u8>,
}

impl Cases {
    /// The case of the author with this key.
    #[must_use]
    pub fn get(&self, key: &[u8]) -> Option<CaseState> {
        self.by_author.get(key).map(|packed| packed.unpack(&self.interner))
    }

    /// The first timer that is due by `until`, with its due time.
    #[must_use]
    pub fn next_due(&self, until: EventTime) -> Option<(EventTime, AuthorKey)> {
        self.timers.first().filter(|(at, _)| *at <= until).cloned()
    }

    /// The number of cases.
    pub(crate) fn case_count(&self) -> usize {
        self.by_author.len()
    }

    /// The bytes that the cases take.
    #[must_use]
    pub fn case_bytes(&self) -> usize {
        self.bytes
    }

    /// The case that is worth least, with its value.
    pub(crate) fn least_valuable(&self) -> Option<(CaseValue, AuthorKey)> {
        self.by_value.first().map(|(value, _, author)| (*value, author.clone()))
    }

    /// The team whose last answer is the longest ago, if the paces of more than `most` teams are known.
    pub(crate) fn excess_team(&self, most: usize) -> Option<String> {
        if self.paces.len() <= most {
            return None;
        }
        let oldest = self.paces.iter().min_by_key(|(name, pace)| (pace.last_at, *name));
        oldest.map(|(name, _)| name.clone())
    }

    /// The head of the decision chain.
    #[must_use]
    pub fn head(&self) -> ChainHead {
        self.head
    }

    /// The pace of a team; `None` before its first answer.
    #[must_use]
    pub fn pace(&self, team: &str) -> Option<&Pace> {
        self.paces.get(team)
    }

    /// The number of authors whose answer by this team is due before `due_at`, rounded down to the
    /// minute.
    #[must_use]
    pub fn waiting_before(&self, team: &str, due_at: EventTime) -> i64 {
        // A team without an interned name owns no case.
        let queue = self.interner.lookup(team).and_then(|number| self.queues.get(&number));
        let before = queue.into_iter().flat_map(|queue| queue.range(..minute_of(due_at)));
        before.map(|(_, count)| i64::from(*count)).sum()
    }

    /// The load of a team: the sum of the weights of its accepted cases.
    #[must_use]
    pub fn load(&self, team: &str) -> i64 {
        let load = self.interner.lookup(team).and_then(|number| self.loads.get(&number));
        load.copied().unwrap_or(0)
    }

    fn set_case(&mut self, author: AuthorKey, case: Option<CaseState>) {
        let Some(case) = case else {
            if let Some((author, packed)) = self.by_author.remove_entry(author.key()) {
                self.bytes -= case_bytes(&author, &packed);
                let before = packed.index_keys();
                self.update_counts(before, -1);
                self.by_value.remove(&(before.value, before.expires_at, author.clone()));
                self.timers.remove(&(before.wakes_at, author));
            }
            return;
        };
        let packed = PackedCase::of(&case, &mut self.interner, &mut self.buffer);
        let keys = packed.index_keys();
        self.update_counts(keys, 1);
        self.bytes += case_bytes(&author, &packed);
        let Some(slot) = self.by_author.get_mut(author.key()) else {
            self.timers.insert((keys.wakes_at, author.clone()));
            self.by_value.insert((keys.value, keys.expires_at, author.clone()));
            self.by_author.insert(author, packed);
            return;
        };
        let packed_before = std::mem::replace(slot, packed);
        self.bytes -= case_bytes(&author, &packed_before);
        let before = packed_before.index_keys();
        self.update_counts(before, -1);
        if (before.value, before.expires_at) != (keys.value, keys.expires_at) {
            let entry = self.by_value.take(&(before.value, before.expires_at, author.clone()));
            self.by_value.extend(entry.map(|(.., key)| (keys.value, keys.expires_at, key)));
        }
        if before.wakes_at != keys.wakes_at {
            // Move the existing key, which map and timers share: `author` is a second allocation.
            let timer = self.timers.take(&(before.wakes_at, author));
            self.timers.extend(timer.map(|(_, author)| (keys.wakes_at, author)));
        }
    }

    /// Adds a case to the derived counts (`by` = 1), or removes it (`by` = -1).
    fn update_counts(&mut self, keys: IndexKeys, by: i32) {
        if let Some((team, weight)) = keys.working {
            let load = self.loads.entry(team).or_default();
            *load += weight.saturating_mul(by.into());
            if *load == 0 {
                self.loads.remove(&team);
            }
        }
        let Some((team, minute)) = keys.waiting else { return };
        let queue = self.queues.entry(team).or_default();
        let count = queue.entry(minute).or_default();
        *count = count.saturating_add_signed(by);
        if *count == 0 {
            // Empty minutes would grow the map for ever.
            queue.remove(&minute);
        }
        if queue.is_empty() {
            self.queues.remove(&team);
        }
    }
}

/// The bytes of a case without its key and its fields: its places in the map, in the timers and in the
/// order of values, and the overhead of two allocations.
const CASE_BYTES: usize = 250;

fn case_bytes(author: &AuthorKey, packed: &PackedCase) -> usize {
    CASE_BYTES + author.key().len() + packed.len()
}

impl KeyedState for Cases {
    const STAGE: &'static str = "escalation";
    type Key = Key;
    type Value = Value;

    fn apply(&mut self, key: Key, value: Option<Value>) -> Result<(), Malformed> {
        match (key, value) {
            (Key::Author(author), Some(Value::Case(case))) => self.set_case(author, Some(*case)),
            (Key::Author(author), None) => self.set_case(author, None),
            (Key::Chain, Some(Value::Chain(head))) => self.head = head,
            (Key::Chain, None) => self.head = ChainHead::default(),
            (Key::Team(name), Some(Value::Pace(pace))) => drop(self.paces.insert(name, pace)),
            (Key::Team(name), None) => drop(self.paces.remove(&name)),
            (_, Some(_)) => return Err(Malformed::WrongValue),
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.by_author.len() + self.paces.len() + usize::from(self.head != ChainHead::default())
    }
}
