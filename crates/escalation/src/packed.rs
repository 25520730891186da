//! A case as it is kept in memory: times without a value are [`NEVER`], names are numbers.

use std::sync::Arc;

use mention::{CaseEventKind, Level};
use rustc_hash::FxHashMap;
use stage::Micros;

use crate::case::{Case, HEARD_MOST, MOODS_MOST, Running, Told};

/// Names by number. There are as many as the rules, and the agents, have ever had.
#[derive(Debug, Default)]
pub(crate) struct Names {
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

    /// The number of a name that was used before.
    pub(crate) fn known(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}

/// A time that stands for none.
pub(crate) const NEVER: Micros = Micros::MAX;

#[derive(Debug)]
pub(crate) struct Packed {
    id: i64,
    due_at: [Micros; 3],
    next_at: [Micros; 3],
    started_at: [Micros; 3],
    /// Last event about the owner, answered, ended, closed, offered, overflow, idle, foresee.
    times: [Micros; 8],
    expires_at: Micros,
    steps: [u16; 3],
    /// Handed back, reopened, contacts, controls, weight.
    counts: [u16; 5],
    live: u32,
    /// Owner, policy, path, rule, last agent.
    names: [u32; 5],
    watchers: Box<[u32]>,
    level: Level,
    last_event: CaseEventKind,
    ended_by: CaseEventKind,
    flags: u16,
    moods: [i8; MOODS_MOST],
    mood_count: u8,
    heard_count: u8,
    heard: [i32; HEARD_MOST],
    opened_by: Box<str>,
    told: Box<[Told]>,
}

const ACCEPTED: u16 = 1;
const CLOSED: u16 = 2;
const HANDED_OFF: u16 = 4;
const EASED: u16 = 8;
const FORESEEN: [u16; 3] = [16, 32, 64];

fn set(at: Option<Micros>) -> Micros {
    at.unwrap_or(NEVER)
}

fn get(at: Micros) -> Option<Micros> {
    Some(at).filter(|at| *at != NEVER)
}

fn short(number: i64) -> u16 {
    u16::try_from(number).unwrap_or(if number < 0 { 0 } else { u16::MAX })
}

impl Packed {
    pub(crate) fn of(case: Case, names: &mut Names) -> Self {
        let clocks = [case.acknowledge, case.respond, case.resolve];
        let of =
            |part: fn(&Running) -> Micros| clocks.map(|clock| clock.as_ref().map_or(NEVER, part));
        let is = |flag: u16, is: bool| if is { flag } else { 0 };
        let mut flags = is(ACCEPTED, case.is_accepted) | is(CLOSED, case.is_closed);
        flags |= is(HANDED_OFF, case.is_handed_off) | is(EASED, case.is_eased);
        for (clock, flag) in clocks.iter().zip(FORESEEN) {
            flags |= is(flag, clock.is_some_and(|clock| clock.is_foreseen));
        }
        let mut packed = Self {
            id: case.id,
            due_at: of(|clock| clock.due_at),
            next_at: of(|clock| set(clock.next_at)),
            started_at: of(|clock| clock.started_at),
            times: [
                case.last_event_at,
                case.answered_at,
                case.ended_at,
                case.closed_at,
                case.offered_at,
                case.overflow_at,
                case.idle_at,
                case.foresee_at,
            ]
            .map(set),
            expires_at: case.expires_at,
            steps: clocks.map(|clock| clock.map_or(0, |clock| short(clock.step))),
            counts: [case.handed_back, case.reopened, case.contacts, case.controls, case.weight]
                .map(short),
            live: u32::try_from(case.live.max(0)).unwrap_or(u32::MAX),
            names: [
                &case.owner,
                &case.policy,
                &case.path,
                &case.rule,
                case.last_agent.as_ref().unwrap_or(&String::new()),
            ]
            .map(|name| names.number(name)),
            watchers: case.watchers.iter().map(|name| names.number(name)).collect(),
            level: case.level,
            last_event: case.last_event,
            ended_by: case.ended_by,
            flags,
            moods: [0; MOODS_MOST],
            mood_count: 0,
            heard: [0; HEARD_MOST],
            heard_count: 0,
            opened_by: case.opened_by.into(),
            told: case.told.into(),
        };
        for (place, mood) in packed.moods.iter_mut().zip(&case.moods) {
            *place = i8::try_from(*mood).unwrap_or(0);
            packed.mood_count += 1;
        }
        for (place, hash) in packed.heard.iter_mut().zip(&case.heard) {
            *place = *hash;
            packed.heard_count += 1;
        }
        packed
    }

    pub(crate) fn unpack(&self, names: &Names) -> Case {
        let [acknowledge, respond, resolve] = [0, 1, 2].map(|i| {
            (self.due_at[i] != NEVER).then(|| Running {
                due_at: self.due_at[i],
                next_at: get(self.next_at[i]),
                step: self.steps[i].into(),
                started_at: self.started_at[i],
                is_foreseen: self.flags & FORESEEN[i] != 0,
            })
        });
        let [owner, policy, path, rule, agent] = self.names.map(|number| names.name(number));
        let [
            last_event_at,
            answered_at,
            ended_at,
            closed_at,
            offered_at,
            overflow_at,
            idle_at,
            foresee_at,
        ] = self.times.map(get);
        let [handed_back, reopened, contacts, controls, weight] = self.counts.map(i64::from);
        let moods = self.moods.iter().take(self.mood_count.into());
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
            is_accepted: self.flags & ACCEPTED != 0,
            is_closed: self.flags & CLOSED != 0,
            handed_back,
            last_event_at,
            last_event: self.last_event,
            live: self.live.into(),
            expires_at: self.expires_at,
            told: self.told.to_vec(),
            rule,
            watchers: self.watchers.iter().map(|number| names.name(*number)).collect(),
            last_agent: Some(agent).filter(|agent| !agent.is_empty()),
            answered_at,
            ended_at,
            ended_by: self.ended_by,
            closed_at,
            is_handed_off: self.flags & HANDED_OFF != 0,
            idle_at,
            foresee_at,
            reopened,
            contacts,
            controls,
            moods: moods.map(|mood| i32::from(*mood)).collect(),
            heard: self.heard.iter().take(self.heard_count.into()).copied().collect(),
            is_eased: self.flags & EASED != 0,
            weight,
            offered_at,
            overflow_at,
        }
    }

    /// When the first thing in it falls due.
    pub(crate) fn wakes_at(&self) -> Micros {
        let clocks = self.next_at.into_iter().fold(self.expires_at, Micros::min);
        let [.., overflow_at, idle_at, foresee_at] = self.times;
        clocks.min(overflow_at).min(idle_at).min(foresee_at)
    }

    /// The number of the team that works on it, and how much of the team's capacity that takes;
    /// none while it waits to be accepted, lies in a lane or is closed.
    pub(crate) fn works(&self) -> Option<(u32, i64)> {
        let [.., weight] = self.counts;
        let is_work = self.flags & (ACCEPTED | CLOSED) == ACCEPTED && self.due_at != [NEVER; 3];
        is_work.then(|| (self.names[0], weight.into()))
    }

    /// The number of the team in whose queue its author waits for an answer, and the minute by
    /// which; none when nobody waits.
    pub(crate) fn waits(&self) -> Option<(u32, Micros)> {
        let [_, respond, _] = self.due_at;
        (respond != NEVER).then(|| (self.names[0], minute(respond)))
    }
}

/// Queues are counted by the minute.
pub(crate) fn minute(at: Micros) -> Micros {
    at.div_euclid(60_000_000)
}
