//! The state of one partition: series, outbreaks and timers.

use std::collections::{BTreeMap, BTreeSet};

use mention::{Facet, Signal};
use stage::bytes::{ByteReader, ByteWriter};
use stage::{KeyedState, Malformed, Wire};

use crate::bytes::{put_text, read_text};
use crate::outbreak::Outbreak;
use crate::recent::RecentCounts;
use crate::series::{Series, SeriesModel};

/// Identifies a series, or an ended incident (see [`EntryKind::Ended`]).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeriesId {
    /// The tenant.
    pub tenant: String,
    /// What the mentions have in common.
    pub facet: Facet,
    /// The reason, product or cluster; empty for `all`.
    pub value: String,
}

impl SeriesId {
    /// The series of a signal.
    #[must_use]
    pub fn from_signal(signal: &Signal) -> Self {
        let (tenant, value) = (signal.tenant.clone(), signal.value.clone());
        Self { tenant, facet: signal.facet, value }
    }
}

/// The key of a changelog entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(pub EntryKind, pub SeriesId);

/// The entries of a series. They are separate because each changes at its own rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// The model, changed every hour.
    Model,
    /// The latest counts, changed by every signal.
    Recent,
    /// The outbreak, while the series is elevated.
    Outbreak,
    /// The timer of the outbreak, or else of the series' expiry.
    Timer,
    /// The timer of an ended incident's tombstone; [`SeriesId::value`] is the incident id.
    Ended,
}

/// The value of a changelog entry.
#[derive(Debug, Clone)]
pub enum Value {
    /// The value of [`EntryKind::Model`].
    Model(Box<SeriesModel>),
    /// The value of [`EntryKind::Recent`].
    Recent(RecentCounts),
    /// The value of [`EntryKind::Outbreak`].
    Outbreak(Box<Outbreak>),
    /// The value of [`EntryKind::Timer`] and [`EntryKind::Ended`]: a minute since the epoch.
    Timer(i64),
}

/// The state of one partition.
#[derive(Debug, Default)]
pub struct State {
    /// Boxed: a node of the map holds places for eleven.
    series: BTreeMap<SeriesId, Box<Series>>,
    outbreaks: BTreeMap<SeriesId, Outbreak>,
    timers: BTreeMap<(EntryKind, SeriesId), i64>,
    timers_by_minute: BTreeSet<(i64, EntryKind, SeriesId)>,
    /// The number of timers of ended incidents.
    ended: usize,
    /// The bytes of series and outbreaks.
    bytes: usize,
}

/// The bytes of a series without its id: model, counts and places in the maps.
const SERIES_BYTES: usize = size_of::<Series>() + 960 + 512;

/// The bytes of a series, whose id is in four maps.
fn series_bytes(id: &SeriesId) -> usize {
    SERIES_BYTES + 4 * (id.tenant.len() + id.value.len() + 32)
}

impl State {
    pub(crate) fn series(&self, id: &SeriesId) -> Option<&Series> {
        self.series.get(id).map(Box::as_ref)
    }

    /// All series, in the order of their ids.
    pub(crate) fn all_series(&self) -> impl Iterator<Item = (&SeriesId, &Series)> {
        self.series.iter().map(|(id, series)| (id, &**series))
    }

    /// The number of series.
    pub(crate) fn series_count(&self) -> usize {
        self.series.len()
    }

    /// The bytes that series and outbreaks take.
    #[must_use]
    pub fn series_bytes(&self) -> usize {
        self.bytes
    }

    /// The number of ended incidents that wait for their tombstone.
    pub(crate) fn ended_count(&self) -> usize {
        self.ended
    }

    /// The ended incident that is due first.
    pub(crate) fn first_ended(&self) -> Option<SeriesId> {
        let mut timers = self.timers_by_minute.iter();
        timers.find(|(_, kind, _)| *kind == EntryKind::Ended).map(|(_, _, id)| id.clone())
    }

    fn set_series(&mut self, id: SeriesId, series: Series) {
        let bytes = series_bytes(&id);
        if self.series.insert(id, Box::new(series)).is_none() {
            self.bytes += bytes;
        }
    }

    fn set_outbreak(&mut self, id: SeriesId, outbreak: Option<Outbreak>) {
        let before = match outbreak {
            Some(outbreak) => {
                self.bytes += outbreak.bytes();
                self.outbreaks.insert(id, outbreak)
            }
            None => self.outbreaks.remove(&id),
        };
        self.bytes -= before.map_or(0, |before| before.bytes());
    }

    pub(crate) fn outbreak(&self, id: &SeriesId) -> Option<&Outbreak> {
        self.outbreaks.get(id)
    }

    /// The timer of a series, in minutes since the epoch.
    pub(crate) fn timer_of(&self, id: &SeriesId) -> Option<i64> {
        self.timers.get(&(EntryKind::Timer, id.clone())).copied()
    }

    /// The earliest timer due by `until`: its minute and what it belongs to.
    pub(crate) fn first_timer_until(&self, until: i64) -> Option<(i64, EntryKind, SeriesId)> {
        self.timers_by_minute.first().filter(|(due, ..)| *due <= until).cloned()
    }

    fn set_timer(&mut self, kind: EntryKind, id: SeriesId, due: Option<i64>) {
        let key = (kind, id);
        let previous = match due {
            Some(due) => self.timers.insert(key.clone(), due),
            None => self.timers.remove(&key),
        };
        if kind == EntryKind::Ended {
            self.ended = self.ended + usize::from(due.is_some()) - usize::from(previous.is_some());
        }
        // Both indices change together, or an old timer would fire again.
        if let Some(previous) = previous {
            self.timers_by_minute.remove(&(previous, kind, key.1.clone()));
        }
        self.timers_by_minute.extend(due.map(|due| (due, kind, key.1)));
    }
}

impl KeyedState for State {
    const STAGE: &'static str = "surge";
    type Key = Key;
    type Value = Value;

    fn apply(&mut self, Key(kind, id): Key, value: Option<Value>) -> Result<(), Malformed> {
        match (kind, value) {
            (EntryKind::Model, Some(Value::Model(model))) => {
                // A compacted changelog gives model and counts in any order, so each entry creates
                // the series with a placeholder for the other.
                let recent = self.series.get(&id).map(|series| series.recent.clone());
                let recent = recent.unwrap_or_else(|| RecentCounts::empty_until(i64::MIN / 2));
                self.set_series(id, Series::from_parts(*model, recent));
            }
            (EntryKind::Recent, Some(Value::Recent(recent))) => match self.series.get_mut(&id) {
                Some(series) => series.recent = recent,
                None => {
                    let hour = recent.last().div_euclid(60);
                    self.set_series(id, Series::from_parts(SeriesModel::new(hour), recent));
                }
            },
            (EntryKind::Outbreak, Some(Value::Outbreak(outbreak))) => {
                self.set_outbreak(id, Some(*outbreak));
            }
            (EntryKind::Timer | EntryKind::Ended, Some(Value::Timer(due))) => {
                self.set_timer(kind, id, Some(due));
            }
            (EntryKind::Model | EntryKind::Recent, None) => {
                if self.series.remove(&id).is_some() {
                    self.bytes -= series_bytes(&id);
                }
            }
            (EntryKind::Outbreak, None) => self.set_outbreak(id, None),
            (EntryKind::Timer | EntryKind::Ended, None) => self.set_timer(kind, id, None),
            (_, Some(_)) => return Err(Malformed::WrongValue),
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.series.len() + self.outbreaks.len()
    }
}

// The position of a facet or kind is its byte in the encoding: append only.
const FACETS: [Facet; 4] = [Facet::All, Facet::Reason, Facet::Product, Facet::Cluster];
const ENTRY_KINDS: [EntryKind; 5] =
    [EntryKind::Model, EntryKind::Recent, EntryKind::Outbreak, EntryKind::Timer, EntryKind::Ended];

impl Wire for Key {
    fn write(&self, out: &mut Vec<u8>) {
        let (Self(kind, id), mut out) = (self, ByteWriter::new(out));
        let byte = |position: Option<usize>| position.unwrap_or_default() as u8;
        out.byte(byte(ENTRY_KINDS.iter().position(|k| k == kind)));
        out.byte(byte(FACETS.iter().position(|f| *f == id.facet)));
        put_text(&id.tenant, &mut out);
        put_text(&id.value, &mut out);
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let kind = ENTRY_KINDS.get(usize::from(reader.byte()?)).copied();
        let kind = kind.ok_or(Malformed::InvalidField("kind of key"))?;
        let facet = FACETS.get(usize::from(reader.byte()?)).copied();
        let facet = facet.ok_or(Malformed::InvalidField("facet"))?;
        let (tenant, value) = (read_text(&mut reader)?, read_text(&mut reader)?);
        reader.finish(Self(kind, SeriesId { tenant, facet, value }))
    }
}

impl Wire for Value {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Model(model) => {
                out.push(0);
                model.write(out);
            }
            Value::Recent(recent) => {
                out.push(1);
                recent.write(out);
            }
            Value::Outbreak(outbreak) => {
                out.push(2);
                outbreak.write(out);
            }
            Value::Timer(due) => {
                let mut out = ByteWriter::new(out);
                out.byte(3);
                out.le(*due);
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        Ok(match reader.byte()? {
            0 => Value::Model(Box::new(SeriesModel::read(reader.rest())?)),
            1 => Value::Recent(RecentCounts::read(reader.rest())?),
            2 => Value::Outbreak(Box::new(Outbreak::read(reader.rest())?)),
            3 => {
                let due = reader.le()?;
                Value::Timer(reader.finish(due)?)
            }
            _ => return Err(Malformed::InvalidField("kind of value")),
        })
    }
}
