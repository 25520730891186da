//! Reads the packed form of a case.

use mention::{CaseEventKind, Level};
use stage::EventTime;
use stage::bytes::{ByteReader, FixedNumber};

use super::{CALLS, CLOCKS, FORESEEN, PackedHead, RUNS, TIMES};
use crate::case::{CaseState, RoutedMention, RunningClock};
use crate::interner::Interner;

/// Reads the bytes of a case. They come from a [`super::CaseWriter`] of this process, so nothing is missing
/// or left over; a field that cannot be read would be zero.
pub(super) struct CaseReader<'a> {
    bytes: ByteReader<'a>,
    /// The previous time in microseconds.
    last: i64,
}

impl<'a> CaseReader<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes: ByteReader::new(bytes), last: 0 }
    }

    fn number(&mut self) -> u64 {
        self.bytes.varint().unwrap_or_default()
    }

    fn signed(&mut self) -> i64 {
        self.bytes.signed_varint().unwrap_or_default()
    }

    fn fixed<T: FixedNumber + Default>(&mut self) -> T {
        self.bytes.le().unwrap_or_default()
    }

    fn time(&mut self) -> EventTime {
        self.last = self.last.wrapping_add(self.signed());
        EventTime::from_micros(self.last)
    }

    fn text(&mut self) -> String {
        let length = self.number();
        let length = self.bytes.count(length, 1).unwrap_or_default();
        let text = self.bytes.slice(length).unwrap_or_default();
        String::from_utf8_lossy(text).into_owned()
    }

    fn list<T>(&mut self, one: impl Fn(&mut Self) -> T) -> Vec<T> {
        // An item takes a byte at least.
        let length = self.number();
        let length = self.bytes.count(length, 1).unwrap_or_default();
        (0..length).map(|_| one(self)).collect()
    }

    pub(super) fn head(&mut self) -> PackedHead {
        let bits = self.number();
        let (owner, weight, expires_at) = (self.number(), self.signed(), self.time());
        let clocks = CLOCKS.map(|shift| {
            (bits & (shift * RUNS) != 0).then(|| RunningClock {
                started_at: self.time(),
                due_at: self.time(),
                next_at: (bits & (shift * CALLS) != 0).then(|| self.time()),
                step: self.signed(),
                is_foreseen: bits & (shift * FORESEEN) != 0,
                off_hours: self.signed(),
            })
        });
        let times = std::array::from_fn(|index| {
            (bits & (1 << (TIMES + index as u32)) != 0).then(|| self.time())
        });
        PackedHead { bits, owner, weight, expires_at, clocks, times }
    }

    /// Reads the rest of a case into `head`.
    pub(super) fn body(&mut self, has_agent: bool, head: CaseState, names: &Interner) -> CaseState {
        let id = self.fixed::<i64>();
        let [policy, path, rule] = std::array::from_fn(|_| names.resolve(self.number()));
        let last_agent = has_agent.then(|| self.text());
        let [skipped_contacts, reopened, contacts, control_records, live_mentions] =
            std::array::from_fn(|_| self.signed());
        let [level, last_event, ended_by] = self.bytes.array().unwrap_or_default();
        let watchers = self.list(|bytes| names.resolve(bytes.number()));
        let sentiments = self.list(|bytes| i32::try_from(bytes.signed()).unwrap_or(0));
        let event_ids = self.list(|bytes| bytes.fixed());
        let opened_by = self.text();
        let routed = self.list(|bytes| RoutedMention {
            mention: bytes.fixed(),
            case: id.wrapping_add(bytes.signed()),
            seq: i32::try_from(bytes.signed()).unwrap_or(i32::MAX),
            is_withdrawn: bytes.fixed::<u8>() != 0,
        });
        CaseState {
            id,
            policy,
            path,
            rule,
            last_agent,
            skipped_contacts,
            reopened,
            contacts,
            control_records,
            live_mentions,
            level: one_of(&LEVELS, level),
            last_event: one_of(&EVENTS, last_event),
            ended_by: one_of(&EVENTS, ended_by),
            watchers,
            sentiments,
            event_ids,
            opened_by,
            routed_mentions: routed,
            ..head
        }
    }
}

pub(super) const LEVELS: [Level; 5] = [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5];

pub(super) const EVENTS: [CaseEventKind; 9] = [
    CaseEventKind::Accepted,
    CaseEventKind::Returned,
    CaseEventKind::Responded,
    CaseEventKind::Resolved,
    CaseEventKind::Reopened,
    CaseEventKind::LabelCorrected,
    CaseEventKind::Reassigned,
    CaseEventKind::Capacity,
    CaseEventKind::PeerAnswered,
];

fn one_of<T: Copy + Default>(all: &[T], index: u8) -> T {
    all.get(usize::from(index)).copied().unwrap_or_default()
}
