//! A case as it is kept in memory: one run of bytes. Numbers are written seven bits a byte, the
//! lowest first, negative ones folded in between; each time is the distance to the one before it;
//! what is not there takes a bit; names are numbers. A case of two messages with three running
//! clocks takes some 130 bytes.

use mention::{CaseEventKind, Level};
use stage::Micros;

use crate::case::{Case, Running, Told};
use crate::names::Names;

/// A case, packed.
#[derive(Debug)]
pub(crate) struct Packed(Box<[u8]>);

/// What is counted of a case beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    /// When the first thing in it falls due.
    pub(crate) wakes_at: Micros,
    /// The number of the team in whose queue its author waits for an answer, and the minute by
    /// which; none when nobody waits.
    pub(crate) waits: Option<(u32, Micros)>,
    /// The number of the team that works on it, and how much of the team's capacity that takes;
    /// none while it waits to be accepted, lies in a lane or is closed.
    pub(crate) works: Option<(u32, i64)>,
}

const ACCEPTED: u64 = 1;
const CLOSED: u64 = 2;
const HANDED_OFF: u64 = 4;
const EASED: u64 = 8;
const AGENT: u64 = 16;
/// Of each clock: that it runs, that it calls somebody next, that it was foreseen.
const CLOCKS: [u64; 3] = [1 << 5, 1 << 8, 1 << 11];
const RUNS: u64 = 1;
const CALLS: u64 = 2;
const FORESEEN: u64 = 4;
/// Of each time that may be absent, in the order they are written.
const TIMES: u32 = 14;

/// The head of a case: what falls due in it, for whom. Its times come first in the bytes.
#[derive(Debug, Default)]
struct Head {
    bits: u64,
    owner: u64,
    weight: i64,
    expires_at: Micros,
    clocks: [Option<Running>; 3],
    /// Overflow, idle, foresee, offered, last event about the owner, answered, ended, closed.
    times: [Option<Micros>; 8],
}

impl Packed {
    /// Packs a case; `buffer` is to be used again and again.
    pub(crate) fn of(case: &Case, names: &mut Names, buffer: &mut Vec<u8>) -> Self {
        let is = |bit: u64, is: bool| if is { bit } else { 0 };
        let mut bits = is(ACCEPTED, case.is_accepted) | is(CLOSED, case.is_closed);
        bits |= is(HANDED_OFF, case.is_handed_off) | is(EASED, case.is_eased);
        bits |= is(AGENT, case.last_agent.is_some());
        let clocks = [case.acknowledge, case.respond, case.resolve];
        for (clock, unit) in clocks.iter().zip(CLOCKS) {
            let Some(clock) = clock else { continue };
            let calls = is(CALLS, clock.next_at.is_some());
            bits |= unit * (RUNS | calls | is(FORESEEN, clock.is_foreseen));
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
        for (place, _) in times.iter().enumerate().filter(|(_, time)| time.is_some()) {
            bits |= 1 << (TIMES + place as u32);
        }
        buffer.clear();
        let mut out = Out { bytes: buffer, last: 0 };
        out.number(bits);
        out.number(names.number(&case.owner).into());
        out.signed(case.weight);
        out.time(case.expires_at);
        for clock in clocks.iter().flatten() {
            out.time(clock.started_at);
            out.time(clock.due_at);
            clock.next_at.into_iter().for_each(|at| out.time(at));
            out.signed(clock.step);
        }
        times.into_iter().flatten().for_each(|at| out.time(at));
        out.body(case, names);
        Self(buffer.as_slice().into())
    }

    pub(crate) fn marks(&self) -> Marks {
        let head = In::of(&self.0).head();
        let calls = head.clocks.iter().flatten().filter_map(|clock| clock.next_at);
        let [overflow_at, idle_at, foresee_at, ..] = head.times;
        let looks = [overflow_at, idle_at, foresee_at].into_iter().flatten();
        let wakes_at = calls.chain(looks).fold(head.expires_at, Micros::min);
        let owner = u32::try_from(head.owner).unwrap_or(u32::MAX);
        let [_, respond, _] = head.clocks;
        let runs = head.clocks.iter().any(Option::is_some);
        let is_work = runs && head.bits & (ACCEPTED | CLOSED) == ACCEPTED;
        Marks {
            wakes_at,
            waits: respond.map(|respond| (owner, minute(respond.due_at))),
            works: is_work.then_some((owner, head.weight)),
        }
    }

    pub(crate) fn unpack(&self, names: &Names) -> Case {
        let mut bytes = In::of(&self.0);
        let Head { bits, owner, weight, expires_at, clocks, times } = bytes.head();
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
        let head = Case {
            owner: names.name(owner),
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
            ..Case::default()
        };
        bytes.body(bits & AGENT != 0, head, names)
    }
}

/// Bytes being written.
struct Out<'a> {
    bytes: &'a mut Vec<u8>,
    /// The time written last.
    last: Micros,
}

impl Out<'_> {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    fn time(&mut self, at: Micros) {
        self.signed(at.wrapping_sub(self.last));
        self.last = at;
    }

    fn body(&mut self, case: &Case, names: &mut Names) {
        self.bytes.extend_from_slice(&case.id.to_le_bytes());
        for name in [&case.policy, &case.path, &case.rule].into_iter().chain(&case.last_agent) {
            self.number(names.number(name).into());
        }
        let counts = [case.handed_back, case.reopened, case.contacts, case.controls, case.live];
        counts.into_iter().for_each(|count| self.signed(count));
        self.bytes.extend([case.level as u8, case.last_event as u8, case.ended_by as u8]);
        self.number(case.watchers.len() as u64);
        case.watchers.iter().for_each(|team| self.number(names.number(team).into()));
        self.number(case.moods.len() as u64);
        case.moods.iter().for_each(|mood| self.signed((*mood).into()));
        self.number(case.heard.len() as u64);
        case.heard.iter().for_each(|hash| self.bytes.extend_from_slice(&hash.to_le_bytes()));
        self.number(case.opened_by.len() as u64);
        self.bytes.extend_from_slice(case.opened_by.as_bytes());
        self.number(case.told.len() as u64);
        for told in &case.told {
            self.bytes.extend_from_slice(&told.mention.to_le_bytes());
            // Nearly always this case: that is a zero.
            self.signed(told.case.wrapping_sub(case.id));
            self.signed(told.seq.into());
            self.bytes.push(told.is_withdrawn.into());
        }
    }
}

/// Bytes being read. They are our own: behind their end stand zeros.
struct In<'a> {
    bytes: &'a [u8],
    last: Micros,
}

impl<'a> In<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, last: 0 }
    }

    fn byte(&mut self) -> u8 {
        let Some((byte, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        *byte
    }

    fn fixed<const N: usize>(&mut self) -> [u8; N] {
        let Some((fixed, rest)) = self.bytes.split_first_chunk() else { return [0; N] };
        self.bytes = rest;
        *fixed
    }

    fn number(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 || shift > 63 {
                return number;
            }
        }
    }

    fn signed(&mut self) -> i64 {
        let number = self.number();
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }

    fn time(&mut self) -> Micros {
        self.last = self.last.wrapping_add(self.signed());
        self.last
    }

    fn list<T>(&mut self, one: impl Fn(&mut Self) -> T) -> Vec<T> {
        let many = self.number();
        (0..many).map(|_| one(self)).collect()
    }

    fn head(&mut self) -> Head {
        let bits = self.number();
        let (owner, weight, expires_at) = (self.number(), self.signed(), self.time());
        let clocks = CLOCKS.map(|unit| {
            (bits & (unit * RUNS) != 0).then(|| Running {
                started_at: self.time(),
                due_at: self.time(),
                next_at: (bits & (unit * CALLS) != 0).then(|| self.time()),
                step: self.signed(),
                is_foreseen: bits & (unit * FORESEEN) != 0,
            })
        });
        let times = std::array::from_fn(|place| {
            (bits & (1 << (TIMES + place as u32)) != 0).then(|| self.time())
        });
        Head { bits, owner, weight, expires_at, clocks, times }
    }

    /// The rest of a case, of which `head` is known.
    fn body(&mut self, has_agent: bool, head: Case, names: &Names) -> Case {
        let id = i64::from_le_bytes(self.fixed());
        let [policy, path, rule] = std::array::from_fn(|_| names.name(self.number()));
        let last_agent = has_agent.then(|| names.name(self.number()));
        let [handed_back, reopened, contacts, controls, live] =
            std::array::from_fn(|_| self.signed());
        let [level, last_event, ended_by] = self.fixed();
        let watchers = self.list(|bytes| names.name(bytes.number()));
        let moods = self.list(|bytes| i32::try_from(bytes.signed()).unwrap_or(0));
        let heard = self.list(|bytes| i32::from_le_bytes(bytes.fixed()));
        let length = usize::try_from(self.number()).unwrap_or(0).min(self.bytes.len());
        let (opened_by, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        let told = self.list(|bytes| Told {
            mention: i64::from_le_bytes(bytes.fixed()),
            case: id.wrapping_add(bytes.signed()),
            seq: i32::try_from(bytes.signed()).unwrap_or(i32::MAX),
            is_withdrawn: bytes.byte() != 0,
        });
        Case {
            id,
            policy,
            path,
            rule,
            last_agent,
            handed_back,
            reopened,
            contacts,
            controls,
            live,
            level: one_of(&LEVELS, level),
            last_event: one_of(&EVENTS, last_event),
            ended_by: one_of(&EVENTS, ended_by),
            watchers,
            moods,
            heard,
            opened_by: String::from_utf8_lossy(opened_by).into_owned(),
            told,
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

fn one_of<T: Copy + Default>(all: &[T], place: u8) -> T {
    all.get(usize::from(place)).copied().unwrap_or_default()
}

/// Queues are counted by the minute.
pub(crate) fn minute(at: Micros) -> Micros {
    at.div_euclid(60_000_000)
}

#[cfg(test)]
mod tests;
