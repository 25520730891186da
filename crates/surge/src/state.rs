//! What the stage remembers about one partition: its series, and those under watch.

use std::collections::{BTreeMap, BTreeSet};

use mention::{Facet, Signal};
use stage::{Keyed, Malformed, Wire};

use crate::layout::{Cursor, put_text};
use crate::recent::Recent;
use crate::series::{Learnt, Series};
use crate::watch::Watch;

/// Which series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Whose brand.
    pub tenant: String,
    /// What its mentions share.
    pub facet: Facet,
    /// Which of them.
    pub value: String,
}

impl Name {
    /// The series of a signal.
    #[must_use]
    pub fn of(signal: &Signal) -> Self {
        let (tenant, value) = (signal.tenant.clone(), signal.value.clone());
        Self { tenant, facet: signal.facet, value }
    }
}

/// What a change of the state is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(pub Part, pub Name);

/// The parts that are remembered of a series; each changes at its own pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What it has learnt: every hour.
    Learnt,
    /// Its last minutes: every signal.
    Recent,
    /// What is gathered about it: while it is loud.
    Watch,
    /// When it falls due.
    Due,
    /// When an incident that is over leaves its topic; the name has its id for a value.
    Ended,
}

/// An entry; each [`Part`] has its own.
#[derive(Debug, Clone)]
pub enum Value {
    /// What a series has learnt.
    Learnt(Box<Learnt>),
    /// Its last minutes.
    Recent(Recent),
    /// What is gathered about it.
    Watch(Box<Watch>),
    /// The minute since the epoch at which it falls due, or leaves its topic.
    Due(i64),
}

/// The series of one partition.
#[derive(Debug, Default)]
pub struct State {
    series: BTreeMap<Name, Series>,
    watches: BTreeMap<Name, Watch>,
    dues: BTreeMap<(Part, Name), i64>,
    by_due: BTreeSet<(i64, Part, Name)>,
}

impl State {
    pub(crate) fn series(&self, name: &Name) -> Option<&Series> {
        self.series.get(name)
    }

    pub(crate) fn watch(&self, name: &Name) -> Option<&Watch> {
        self.watches.get(name)
    }

    /// When something of a series falls due, in minutes.
    pub(crate) fn due_of(&self, name: &Name) -> Option<i64> {
        self.dues.get(&(Part::Due, name.clone())).copied()
    }

    /// What falls due first by a minute, a series or an incident that is over, and when.
    pub(crate) fn due(&self, until: i64) -> Option<(i64, Part, Name)> {
        self.by_due.first().filter(|(due, ..)| *due <= until).cloned()
    }

    fn set_due(&mut self, part: Part, name: Name, due: Option<i64>) {
        let key = (part, name);
        let before = match due {
            Some(due) => self.dues.insert(key.clone(), due),
            None => self.dues.remove(&key),
        };
        if let Some(before) = before {
            self.by_due.remove(&(before, part, key.1.clone()));
        }
        self.by_due.extend(due.map(|due| (due, part, key.1)));
    }
}

impl Keyed for State {
    const STAGE: &'static str = "surge";
    type Key = Key;
    type Value = Value;

    fn apply(&mut self, Key(part, name): Key, value: Option<Value>) {
        match (part, value) {
            (Part::Learnt, Some(Value::Learnt(learnt))) => {
                // Its last minutes follow, when they are not there yet.
                let recent = self.series.remove(&name).map(|series| series.recent);
                let recent = recent.unwrap_or_else(|| Recent::at(i64::MIN / 2));
                self.series.insert(name, Series::of(*learnt, recent));
            }
            (Part::Recent, Some(Value::Recent(recent))) => match self.series.get_mut(&name) {
                Some(series) => series.recent = recent,
                None => {
                    let hour = recent.last().div_euclid(60);
                    self.series.insert(name, Series::of(Learnt::from(hour), recent));
                }
            },
            (Part::Watch, Some(Value::Watch(watch))) => {
                self.watches.insert(name, *watch);
            }
            (Part::Due | Part::Ended, Some(Value::Due(due))) => self.set_due(part, name, Some(due)),
            (Part::Learnt | Part::Recent, None) => {
                self.series.remove(&name);
            }
            (Part::Watch, None) => {
                self.watches.remove(&name);
            }
            (Part::Due | Part::Ended, None) => self.set_due(part, name, None),
            // A value of another kind than its key: never written, so there is nothing to keep.
            (_, Some(_)) => {}
        }
    }

    fn len(&self) -> usize {
        self.series.len() + self.watches.len()
    }
}

const FACETS: [Facet; 4] = [Facet::All, Facet::Reason, Facet::Product, Facet::Cluster];
const PARTS: [Part; 5] = [Part::Learnt, Part::Recent, Part::Watch, Part::Due, Part::Ended];

impl Wire for Key {
    fn write(&self, out: &mut Vec<u8>) {
        let Self(part, name) = self;
        let place = |found: Option<usize>| found.unwrap_or_default() as u8;
        out.push(place(PARTS.iter().position(|p| p == part)));
        out.push(place(FACETS.iter().position(|f| *f == name.facet)));
        put_text(&name.tenant, out);
        put_text(&name.value, out);
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor(bytes);
        let part = PARTS.get(usize::from(cursor.byte()?)).copied();
        let part = part.ok_or_else(|| Malformed::new("no part of a series"))?;
        let facet = FACETS.get(usize::from(cursor.byte()?)).copied();
        let facet = facet.ok_or_else(|| Malformed::new("no facet"))?;
        let (tenant, value) = (cursor.text()?, cursor.text()?);
        cursor.end(Self(part, Name { tenant, facet, value }))
    }
}

impl Wire for Value {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Learnt(learnt) => {
                out.push(0);
                learnt.write(out);
            }
            Value::Recent(recent) => {
                out.push(1);
                recent.write(out);
            }
            Value::Watch(watch) => {
                out.push(2);
                watch.write(out);
            }
            Value::Due(due) => {
                out.push(3);
                out.extend_from_slice(&due.to_le_bytes());
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (kind, rest) = bytes.split_first().ok_or_else(|| Malformed::new("too short"))?;
        Ok(match kind {
            0 => Value::Learnt(Box::new(Learnt::read(rest)?)),
            1 => Value::Recent(Recent::read(rest)?),
            2 => Value::Watch(Box::new(Watch::read(rest)?)),
            3 => {
                let mut cursor = Cursor(rest);
                let due = cursor.number()?;
                Value::Due(cursor.end(due)?)
            }
            _ => return Err(Malformed::new("no kind of value has this number")),
        })
    }
}
