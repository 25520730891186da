//! The cases of one partition, packed, and their timers in the order they ring.
//!
//! A case has one timer, for the first thing that falls due in it; ringing costs the logarithm of
//! the number of cases for each timer that is due, and nothing for the others. Names of teams,
//! policies and paths are kept once.

use std::collections::BTreeSet;
use std::sync::Arc;

use mention::{CaseEvent, CaseEventKind, Level, Mention, author_key};
use rustc_hash::FxHashMap;
use stage::{Keyed, Malformed, Micros, Wire};

use crate::case::{Case, Running, Told};

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
    by_author: FxHashMap<Author, Box<Packed>>,
    timers: BTreeSet<(Micros, Author)>,
    names: Names,
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
}

impl std::borrow::Borrow<[u8]> for Author {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl Keyed for Cases {
    const STAGE: &'static str = "escalation";
    type Key = Author;
    type Value = Case;

    fn apply(&mut self, author: Author, case: Option<Case>) {
        let before = self.by_author.remove_entry(author.key());
        let author = match before {
            Some((author, before)) => {
                let timer = (before.wakes_at(), author);
                self.timers.remove(&timer);
                timer.1
            }
            None => author,
        };
        if let Some(case) = case {
            let packed = Packed::of(case, &mut self.names);
            self.timers.insert((packed.wakes_at(), author.clone()));
            self.by_author.insert(author, Box::new(packed));
        }
    }

    fn len(&self) -> usize {
        self.by_author.len()
    }
}

/// Names by number. There are as many as the rules have ever had.
#[derive(Debug, Default)]
struct Names {
    by_number: Vec<Arc<str>>,
    numbers: FxHashMap<Arc<str>, u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let (name, number) = (Arc::<str>::from(name), self.by_number.len() as u32);
        self.by_number.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        number
    }

    fn name(&self, number: u32) -> String {
        self.by_number.get(number as usize).map_or_else(String::new, ToString::to_string)
    }
}

/// A case as it is kept. A time of [`NEVER`] stands for none.
#[derive(Debug)]
struct Packed {
    id: i64,
    due_at: [Micros; 3],
    next_at: [Micros; 3],
    last_event_at: Option<Micros>,
    expires_at: Micros,
    steps: [u16; 3],
    handed_back: u16,
    live: u32,
    names: [u32; 3],
    level: Level,
    last_event: CaseEventKind,
    is_accepted: bool,
    is_closed: bool,
    opened_by: Box<str>,
    told: Box<[Told]>,
}

const NEVER: Micros = Micros::MAX;

impl Packed {
    fn of(case: Case, names: &mut Names) -> Self {
        let clocks = [case.acknowledge, case.respond, case.resolve];
        let short = |number: i64| u16::try_from(number).unwrap_or(u16::MAX);
        Self {
            id: case.id,
            due_at: clocks.map(|clock| clock.map_or(NEVER, |clock| clock.due_at)),
            next_at: clocks.map(|clock| clock.and_then(|clock| clock.next_at).unwrap_or(NEVER)),
            last_event_at: case.last_event_at,
            expires_at: case.expires_at,
            steps: clocks.map(|clock| clock.map_or(0, |clock| short(clock.step))),
            handed_back: short(case.handed_back),
            live: u32::try_from(case.live.max(0)).unwrap_or(u32::MAX),
            names: [&case.owner, &case.policy, &case.path].map(|name| names.number(name)),
            level: case.level,
            last_event: case.last_event,
            is_accepted: case.is_accepted,
            is_closed: case.is_closed,
            opened_by: case.opened_by.into(),
            told: case.told.into(),
        }
    }

    fn unpack(&self, names: &Names) -> Case {
        let [acknowledge, respond, resolve] = [0, 1, 2].map(|i| {
            (self.due_at[i] != NEVER).then(|| Running {
                due_at: self.due_at[i],
                next_at: Some(self.next_at[i]).filter(|at| *at != NEVER),
                step: self.steps[i].into(),
            })
        });
        let [owner, policy, path] = self.names.map(|number| names.name(number));
        Case {
            id: self.id,
            opened_by: self.opened_by.to_string(),
            level: self.level,
            owner,
            policy,
            path,
            acknowledge,
            respond,
            resolve,
            is_accepted: self.is_accepted,
            is_closed: self.is_closed,
            handed_back: self.handed_back.into(),
            last_event_at: self.last_event_at,
            last_event: self.last_event,
            live: self.live.into(),
            expires_at: self.expires_at,
            told: self.told.to_vec(),
        }
    }

    /// When the first thing in it falls due.
    fn wakes_at(&self) -> Micros {
        self.next_at.into_iter().fold(self.expires_at, Micros::min)
    }
}
