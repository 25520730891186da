//! The in-memory form of a case: one run of bytes.
//!
//! Numbers are LEB128 varints, signed ones zigzag-encoded; a time is the difference to the time
//! before it; absent fields cost one bit; names of the rules are interned. A case of two messages with three
//! running clocks takes about 130 bytes. Must not know: the changelog, whose bytes are Avro.

use mention::{CaseEventKind, Level};
use stage::bytes::{ByteReader, ByteWriter, FixedNumber};
use stage::{EventTime, TimeDelta};

use crate::case::{CaseState, RoutedMention, RunningClock};
use crate::interner::Interner;
use crate::memory::CaseValue;

/// A packed case.
#[derive(Debug)]
pub(crate) struct PackedCase(Box<[u8]>);

/// The keys under which the state indexes a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IndexKeys {
    /// The earliest due time in the case.
    pub(crate) wakes_at: EventTime,
    /// The number of the team in whose queue the author waits, and the minute of the response
    /// target, as [`minute_of`] counts it; `None` if the author does not wait.
    pub(crate) waiting: Option<(u32, i64)>,
    /// The number of the team that works on the case, and its weight; `None` while the case is not
    /// acknowledged, in a lane or closed.
    pub(crate) working: Option<(u32, i64)>,
    /// How much the case is worth to a full store, and when it would expire.
    pub(crate) value: CaseValue,
    pub(crate) expires_at: EventTime,
}

const ACCEPTED: u64 = 1;
const CLOSED: u64 = 2;
const HANDED_OFF: u64 = 4;
const EASED: u64 = 8;
const AGENT: u64 = 16;
/// The bits of each clock: it runs, it has a next call, its first call was foreseen.
const CLOCKS: [u64; 3] = [1 << 5, 1 << 8, 1 << 11];
const RUNS: u64 = 1;
const CALLS: u64 = 2;
const FORESEEN: u64 = 4;
/// The first bit of the optional times, in the order in which they are written.
const TIMES: u32 = 14;

/// The head of a case: due times, owner and weight. It comes first in the bytes, so that
/// [`PackedCase::index_keys`] need not decode the rest.
#[derive(Debug, Default)]
struct PackedHead {
    bits: u64,
    owner: u64,
    weight: i64,
    expires_at: EventTime,
    clocks: [Option<RunningClock>; 3],
    /// Overflow, idle, foresee, offered, last event about the owner, answered, ended, closed.
    times: [Option<EventTime>; 8],
}

impl PackedCase {
    /// Packs a case. `buffer` is scratch space to reuse between calls.
    pub(crate) fn of(case: &CaseState, names: &mut Interner, buffer: &mut Vec<u8>) -> Self {
        let is = |bit: u64, is: bool| if is { bit } else { 0 };
        let mut bits = is(ACCEPTED, case.is_accepted) | is(CLOSED, case.is_closed);
        bits |= is(HANDED_OFF, case.is_handed_off) | is(EASED, case.is_eased);
        bits |= is(AGENT, case.last_agent.is_some());
        let clocks = [case.acknowledge, case.respond, case.resolve];
        for (clock, shift) in clocks.iter().zip(CLOCKS) {
            let Some(clock) = clock else { continue };
            let calls = is(CALLS, clock.next_at.is_some());
            bits |= shift * (RUNS | calls | is(FORESEEN, clock.is_foreseen));
        }
        let times = [
            case.overflow_at,
            case.idle_at,
            case.foresee_at,
            case.offered_at,
            case.last_event_at,
            case.answered_at,
            case.ended_at,
            case.closed_at,
        ];
        for (index, _) in times.iter().enumerate().filter(|(_, time)| time.is_some()) {
            bits |= 1 << (TIMES + index as u32);
        }
        buffer.clear();
        let mut writer = CaseWriter { out: ByteWriter::new(buffer), last: 0 };
        writer.out.varint(bits);
        writer.out.varint(names.intern(&case.owner).into());
        writer.out.signed_varint(case.weight);
        writer.time(case.expires_at);
        for clock in clocks.iter().flatten() {
            writer.time(clock.started_at);
            writer.time(clock.due_at);
            clock.next_at.into_iter().for_each(|at| writer.time(at));
            writer.out.signed_varint(clock.step);
            writer.out.signed_varint(clock.off_hours);
        }
        times.into_iter().flatten().for_each(|at| writer.time(at));
        writer.body(case, names);
        Self(buffer.as_slice().into())
    }

    /// The index keys, from the head alone.
    pub(crate) fn index_keys(&self) -> IndexKeys {
        let head = CaseReader::of(&self.0).head();
        let calls = head.clocks.iter().flatten().filter_map(|clock| clock.next_at);
        let [overflow_at, idle_at, foresee_at, ..] = head.times;
        let checks = [overflow_at, idle_at, foresee_at].into_iter().flatten();
        let wakes_at = calls.chain(checks).fold(head.expires_at, EventTime::min);
        let owner = u32::try_from(head.owner).unwrap_or(u32::MAX);
        let [_, respond, _] = head.clocks;
        let runs = head.clocks.iter().any(Option::is_some);
        let is_work = runs && head.bits & (ACCEPTED | CLOSED) == ACCEPTED;
        let value = match (head.bits & CLOSED != 0, runs) {
            (true, _) => CaseValue::Closed,
            (false, false) => CaseValue::WithoutClock,
            (false, true) => CaseValue::WithClock,
        };
        IndexKeys {
            wakes_at,
            waiting: respond.map(|respond| (owner, minute_of(respond.due_at))),
            working: is_work.then_some((owner, head.weight)),
            value,
            expires_at: head.expires_at,
        }
    }

    /// The bytes of the case.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn unpack(&self, names: &Interner) -> CaseState {
        let mut bytes = CaseReader::of(&self.0);
        let PackedHead { bits, owner, weight, expires_at, clocks, times } = bytes.head();
        let [acknowledge, respond, resolve] = clocks;
        let [
            overflow_at,
            idle_at,
            foresee_at,
            offered_at,
            last_event_at,
            answered_at,
            ended_at,
            closed_at,
        ] = times;
        let head = CaseState {
            owner: names.resolve(owner),
            acknowledge,
            respond,
            resolve,
            is_accepted: bits & ACCEPTED != 0,
            is_closed: bits & CLOSED != 0,
            is_handed_off: bits & HANDED_OFF != 0,
            is_eased: bits & EASED != 0,
            weight,
            expires_at,
            offered_at,
            overflow_at,
            idle_at,
            foresee_at,
            last_event_at,
            answered_at,
            ended_at,
            closed_at,
            ..CaseState::default()
        };
        bytes.body(bits & AGENT != 0, head, names)
    }
}

/// Writes the bytes of a case.
struct CaseWriter<'a> {
    out: ByteWriter<'a>,
    /// The previous time in microseconds: the next one is written as a difference.
    last: i64,
}

impl CaseWriter<'_> {
    fn time(&mut self, at: EventTime) {
        // Wrapping: extreme times must survive a round trip.
        let at = at.as_micros();
        self.out.signed_varint(at.wrapping_sub(self.last));
        self.last = at;
    }

    fn body(self, case: &CaseState, names: &mut Interner) {
        let mut out = self.out;
        out.le(case.id);
        for name in [&case.policy, &case.path, &case.rule] {
            out.varint(names.intern(name).into());
        }
        // Not interned: names of agents come from outside, and the interner never shrinks.
        if let Some(agent) = &case.last_agent {
            out.varint(agent.len() as u64);
            out.bytes(agent.as_bytes());
        }
        let counts = [
            case.skipped_contacts,
            case.reopened,
            case.contacts,
            case.control_records,
            case.live_mentions,
        ];
        counts.into_iter().for_each(|count| out.signed_varint(count));
        out.bytes(&[case.level as u8, case.last_event as u8, case.ended_by as u8]);
        out.varint(case.watchers.len() as u64);
        case.watchers.iter().for_each(|team| out.varint(names.intern(team).into()));
        out.varint(case.sentiments.len() as u64);
        case.sentiments.iter().for_each(|sentiment| out.signed_varint((*sentiment).into()));
        out.varint(case.event_ids.len() as u64);
        case.event_ids.iter().for_each(|hash| out.le(*hash));
        out.varint(case.opened_by.len() as u64);
        out.bytes(case.opened_by.as_bytes());
        out.varint(case.routed_mentions.len() as u64);
        for routed in &case.routed_mentions {
            out.le(routed.mention);
            // Almost always the current case, so the difference is 0 and takes one byte.
            out.signed_varint(routed.case.wrapping_sub(case.id));
            out.signed_varint(routed.seq.into());
            out.byte(routed.is_withdrawn.into());
        }
    }
}

/// Reads the bytes of a case. They come from a [`CaseWriter`] of this process, so nothing is missing
/// or left over; a field that cannot be read would be zero.
struct CaseReader<'a> {
    bytes: ByteReader<'a>,
    /// The previous time in microseconds.
    last: i64,
}

impl<'a> CaseReader<'a> {
    fn of(bytes: &'a [u8]) -> Self {
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

    fn head(&mut self) -> PackedHead {
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
    fn body(&mut self, has_agent: bool, head: CaseState, names: &Interner) -> CaseState {
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

const LEVELS: [Level; 5] = [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5];

const EVENTS: [CaseEventKind; 9] = [
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

/// The number of the minute of a time, from the Unix epoch; queues are counted by it.
pub(crate) fn minute_of(at: EventTime) -> i64 {
    at.interval(TimeDelta::MINUTE)
}

#[cfg(test)]
mod tests;
