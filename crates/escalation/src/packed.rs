//! The in-memory form of a case: one run of bytes.
//!
//! Numbers are LEB128 varints, signed ones zigzag-encoded; a time is the difference to the time
//! before it; absent fields cost one bit; names of the rules are interned. A case of two messages with three
//! running clocks takes about 130 bytes. Must not know: the changelog, whose bytes are Avro.

use stage::bytes::ByteWriter;
use stage::{EventTime, TimeDelta};

use crate::case::{CaseState, RunningClock};
use crate::interner::Interner;
use crate::memory::CaseValue;

mod read;

use read::CaseReader;

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

/// The number of the minute of a time, from the Unix epoch; queues are counted by it.
pub(crate) fn minute_of(at: EventTime) -> i64 {
    at.interval(TimeDelta::MINUTE)
}

#[cfg(test)]
mod tests;
