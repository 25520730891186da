//! The cases of one partition, packed, and their timers in the order they ring.
//!
//! A case has one timer, for the first thing that falls due in it; ringing costs the logarithm of
//! the number of cases for each timer that is due, and nothing for the others. Names of teams,
//! policies, paths and agents are kept once. Beside the cases stand the head of the chain of
//! decisions, and for each team how fast it answers, how many authors wait for it and how much it works on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mention::chain::Head;
use mention::{CaseEvent, Mention, author_key};
use rustc_hash::FxHashMap;
use stage::{Keyed, Malformed, Micros, Wire};

use crate::case::Case;
use crate::entry::{Key, Pace, Value};
use crate::names::Names;
use crate::packed::{Marks, Packed, minute};

/// An author, `tenant/platform/author_id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Author(Arc<[u8]>);

impl Author {
    /// The author of a mention.
    #[must_use]
    pub fn of(mention: &Mention) -> Self {
        let mut key = Vec::with_capacity(64);
        mention.key(&mut key);
        Self(key.into())
    }

    /// The author of the case that an event is about.
    #[must_use]
    pub fn of_event(event: &CaseEvent) -> Self {
        let mut key = Vec::with_capacity(64);
        author_key(&event.tenant, &event.platform, &event.author_id, &mut key);
        Self(key.into())
    }

    /// The key of their records.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.0
    }

    /// Tenant, platform and id. Neither of the first two has a slash in it.
    pub(crate) fn parts(&self) -> [String; 3] {
        let text = String::from_utf8_lossy(&self.0);
        let mut parts = text.splitn(3, '/').map(str::to_owned);
        std::array::from_fn(|_| parts.next().unwrap_or_default())
    }
}

impl Wire for Author {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        Ok(Self(bytes.into()))
    }
}

/// The cases of one partition.
#[derive(Debug, Default)]
pub struct Cases {
    by_author: FxHashMap<Author, Packed>,
    timers: BTreeSet<(Micros, Author)>,
    names: Names,
    head: Head,
    paces: BTreeMap<String, Pace>,
    /// For each team the authors who wait for an answer, by the minute by which: counted from the
    /// cases.
    queues: FxHashMap<u32, BTreeMap<Micros, u32>>,
    /// For each team the weights of the cases it works on: added up from the cases.
    loads: FxHashMap<u32, i64>,
    buffer: Vec<u8>,
}

impl Cases {
    /// The case of the author with this key.
    #[must_use]
    pub fn get(&self, key: &[u8]) -> Option<Case> {
        self.by_author.get(key).map(|packed| packed.unpack(&self.names))
    }

    /// The first timer that is due by `until`, with the time it was due at.
    #[must_use]
    pub fn due(&self, until: Micros) -> Option<(Micros, Author)> {
        self.timers.first().filter(|(at, _)| *at <= until).cloned()
    }

    /// Where the chain of decisions stands.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head
    }

    /// How fast a team answers.
    #[must_use]
    pub fn pace(&self, team: &str) -> Option<&Pace> {
        self.paces.get(team)
    }

    /// How many authors wait for an answer of a team that is due before this time, in
    /// microseconds, to the minute.
    #[must_use]
    pub fn ahead(&self, team: &str, due_at: Micros) -> i64 {
        let queue = self.names.known(team).and_then(|number| self.queues.get(&number));
        let before = queue.into_iter().flat_map(|queue| queue.range(..minute(due_at)));
        before.map(|(_, count)| i64::from(*count)).sum()
    }

    /// How much a team works on at once: the weights of the cases that it has accepted.
    #[must_use]
    pub fn load(&self, team: &str) -> i64 {
        let load = self.names.known(team).and_then(|number| self.loads.get(&number));
        load.copied().unwrap_or(0)
    }

    fn set_case(&mut self, author: Author, case: Option<Case>) {
        let Some(case) = case else {
            if let Some((author, before)) = self.by_author.remove_entry(author.key()) {
                let before = before.marks();
                self.count(before, -1);
                self.timers.remove(&(before.wakes_at, author));
            }
            return;
        };
        let packed = Packed::of(&case, &mut self.names, &mut self.buffer);
        let marks = packed.marks();
        self.count(marks, 1);
        let Some(known) = self.by_author.get_mut(author.key()) else {
            self.timers.insert((marks.wakes_at, author.clone()));
            self.by_author.insert(author, packed);
            return;
        };
        let before = std::mem::replace(known, packed).marks();
        self.count(before, -1);
        if before.wakes_at != marks.wakes_at {
            // The one that is known, which map and timers share.
            let timer = self.timers.take(&(before.wakes_at, author));
            self.timers.extend(timer.map(|(_, author)| (marks.wakes_at, author)));
        }
    }

    /// Counts a case in, or out.
    fn count(&mut self, marks: Marks, by: i32) {
        if let Some((team, weight)) = marks.works {
            *self.loads.entry(team).or_default() += weight.saturating_mul(by.into());
        }
        let Some((team, minute)) = marks.waits else { return };
        let queue = self.queues.entry(team).or_default();
        let count = queue.entry(minute).or_default();
        *count = count.saturating_add_signed(by);
        if *count == 0 {
            queue.remove(&minute);
        }
    }
}

impl std::borrow::Borrow<[u8]> for Author {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl Keyed for Cases {
    const STAGE: &'static str = "escalation";
    type Key = Key;
    type Value = Value;

    fn apply(&mut self, key: Key, value: Option<Value>) {
        match (key, value) {
            (Key::Author(author), Some(Value::Case(case))) => self.set_case(author, Some(*case)),
            (Key::Author(author), None) => self.set_case(author, None),
            (Key::Chain, Some(Value::Chain(head))) => self.head = head,
            (Key::Chain, None) => self.head = Head::default(),
            (Key::Team(name), Some(Value::Pace(pace))) => drop(self.paces.insert(name, pace)),
            (Key::Team(name), None) => drop(self.paces.remove(&name)),
            // A value of another kind than its key: never written, so there is nothing to keep.
            (_, Some(_)) => {}
        }
    }

    fn len(&self) -> usize {
        self.by_author.len() + self.paces.len() + usize::from(self.head != Head::default())
    }
}
