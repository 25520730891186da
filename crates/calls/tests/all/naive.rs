//! A naive model of the limits: it remembers every call for ever and tries every time.

use std::collections::{BTreeMap, BTreeSet};

use calls::Config;
use stage::{EventTime, TimeDelta};

use crate::storm::Escalation;

/// What is compared of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ModelCall {
    pub(crate) contact: String,
    pub(crate) at: EventTime,
    pub(crate) paths: BTreeSet<String>,
    pub(crate) cases: Vec<String>,
    pub(crate) count: i64,
}

#[derive(Default)]
struct Pending {
    /// Case and path, in the order of their arrival.
    listed: Vec<(String, String)>,
    unlisted: i64,
    /// When the last case joined: the call cannot be earlier.
    since: Option<EventTime>,
}

/// The calls that a storm must give, in order.
pub(crate) fn calls(storm: &[Escalation], config: &Config, end: EventTime) -> Vec<ModelCall> {
    let (mut made, mut pending) = (Vec::<ModelCall>::new(), BTreeMap::<String, Pending>::new());
    for Escalation { at, contact, path, case } in storm {
        make_due(&mut made, &mut pending, config, *at);
        let last = made.iter().filter(|call| call.contact == *contact).map(|call| call.at).max();
        let at = last.map_or(*at, |last| last.max(*at));
        let is_new = !pending.contains_key(contact);
        let own = pending.entry(contact.clone()).or_default();
        own.since = Some(at);
        match own.listed.iter().position(|(listed, _)| listed == case) {
            Some(n) => own.listed[n].1.clone_from(path),
            None if own.listed.len() < 50 => own.listed.push((case.clone(), path.clone())),
            None => own.unlisted += 1,
        }
        if is_new && first_allowed(&made, contact, &pending[contact], config) == at {
            make(&mut made, &mut pending, contact, at);
        }
    }
    make_due(&mut made, &mut pending, config, end);
    made
}

/// Makes all calls that are allowed by `until`, the earliest first.
fn make_due(
    made: &mut Vec<ModelCall>,
    pending: &mut BTreeMap<String, Pending>,
    config: &Config,
    until: EventTime,
) {
    loop {
        let due = pending.iter().map(|(contact, waiting)| {
            (first_allowed(made, contact, waiting, config), contact.clone())
        });
        let Some((at, contact)) = due.min().filter(|(at, _)| *at <= until) else { return };
        make(made, pending, &contact, at);
    }
}

fn make(
    made: &mut Vec<ModelCall>,
    pending: &mut BTreeMap<String, Pending>,
    contact: &str,
    at: EventTime,
) {
    let Pending { listed, unlisted, .. } = pending.remove(contact).unwrap();
    let count = listed.len() as i64 + unlisted;
    let paths = listed.iter().map(|(_, path)| path.clone()).collect();
    let cases = listed.into_iter().map(|(case, _)| case).collect();
    made.push(ModelCall { contact: contact.to_owned(), at, paths, cases, count });
}

/// Tries each time at which a limit may end.
fn first_allowed(
    made: &[ModelCall],
    contact: &str,
    waiting: &Pending,
    config: &Config,
) -> EventTime {
    let since = waiting.since.unwrap();
    let own: Vec<&ModelCall> = made.iter().filter(|call| call.contact == contact).collect();
    let ends =
        own.iter().flat_map(|call| [call.at + TimeDelta::HOUR, call.at + config.path_interval]);
    let times: BTreeSet<EventTime> = ends.chain([since]).filter(|at| *at >= since).collect();
    let is_allowed = |at: &&EventTime| {
        let in_hour = own.iter().filter(|call| call.at + TimeDelta::HOUR > **at).count();
        let is_same_path =
            |call: &&&ModelCall| waiting.listed.iter().any(|(_, path)| call.paths.contains(path));
        let path_is_free = |call: &&ModelCall| call.at + config.path_interval <= **at;
        in_hour < config.per_hour && own.iter().filter(is_same_path).all(path_is_free)
    };
    *times.iter().find(is_allowed).unwrap()
}
