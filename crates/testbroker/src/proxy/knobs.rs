//! What a test has asked of the proxy, shared by its threads, and the waiting for it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Keys of the requests that rules are made for (Kafka protocol guide).
pub mod api_key {
    /// Records to a partition.
    pub const PRODUCE: i16 = 0;
    /// Records from a partition.
    pub const FETCH: i16 = 1;
    /// Brokers and leaders.
    pub const METADATA: i16 = 3;
    /// Who coordinates a group or a transaction.
    pub const FIND_COORDINATOR: i16 = 10;
    /// The group's proof of life.
    pub const HEARTBEAT: i16 = 12;
    /// A producer's identity and epoch.
    pub const INIT_PRODUCER_ID: i16 = 22;
    /// Offsets join a transaction.
    pub const ADD_OFFSETS_TO_TXN: i16 = 25;
    /// Commit or abort.
    pub const END_TXN: i16 = 26;
    /// Offsets within a transaction.
    pub const TXN_OFFSET_COMMIT: i16 = 28;
}

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Requests.
    ToBroker,
    /// Answers.
    ToClient,
}

/// Whether bytes go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gate {
    /// At once.
    #[default]
    Open,
    /// Not until it is opened; nothing is lost.
    Held,
}

/// Holds requests of one kind for a time, then delivers them whatever has become of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// See [`api_key`].
    pub api_key: i16,
    /// How long each is held.
    pub hold: Duration,
    /// How often the rule applies.
    pub times: Times,
}

/// How often a rule applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// To the next such request only.
    Once,
    /// To every one until the rules are cleared.
    Always,
}

/// What has happened so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) held: u64,
    pub(super) delivered_late: u64,
}

#[derive(Debug, Clone, Copy, Default)]
enum Barrier {
    #[default]
    Open,
    Held,
    HeldUntil(Instant),
}

#[derive(Debug, Default)]
struct Inner {
    to_broker: Barrier,
    to_client: Barrier,
    rules: Vec<Rule>,
    tally: Tally,
    is_closed: bool,
}

#[derive(Debug, Default)]
pub(super) struct Knobs {
    inner: Mutex<Inner>,
    turned: Condvar,
}

impl Knobs {
    pub(super) fn set_gate(&self, direction: Direction, gate: Gate) {
        let barrier = match gate {
            Gate::Open => Barrier::Open,
            Gate::Held => Barrier::Held,
        };
        self.change(|inner| *inner.barrier(direction) = barrier);
    }

    pub(super) fn hold_for(&self, direction: Direction, time: Duration) {
        let until = Barrier::HeldUntil(Instant::now() + time);
        self.change(|inner| *inner.barrier(direction) = until);
    }

    pub(super) fn add(&self, rule: Rule) {
        self.change(|inner| inner.rules.push(rule));
    }

    pub(super) fn clear(&self) {
        self.change(|inner| inner.rules.clear());
    }

    pub(super) fn close(&self) {
        self.change(|inner| inner.is_closed = true);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    pub(super) fn held(&self) -> u64 {
        self.lock().tally.held
    }

    pub(super) fn delivered_late(&self) -> u64 {
        self.lock().tally.delivered_late
    }

    pub(super) fn count_delivered_late(&self) {
        self.change(|inner| inner.tally.delivered_late += 1);
    }

    /// The time a rule holds a request of this kind, which is counted as held from now on.
    pub(super) fn match_request(&self, api_key: i16) -> Option<Duration> {
        let mut hold = None;
        self.change(|inner| hold = inner.take_match(api_key));
        hold
    }

    /// Returns when the gate is open or the proxy is closed.
    pub(super) fn pass(&self, direction: Direction) {
        let mut inner = self.lock();
        while !inner.is_closed {
            let left = match *inner.barrier(direction) {
                Barrier::Open => return,
                Barrier::Held => Duration::from_secs(3600),
                Barrier::HeldUntil(until) => until.saturating_duration_since(Instant::now()),
            };
            if left.is_zero() {
                return;
            }
            inner = self.wait(inner, left);
        }
    }

    /// Returns after `time`, or when the proxy is closed.
    pub(super) fn hold(&self, time: Duration) {
        self.wait_for(time, |inner| inner.is_closed);
    }

    /// Waits until the tally satisfies the condition, and says whether it did in time.
    pub(super) fn wait_until(&self, patience: Duration, met: impl Fn(&Tally) -> bool) -> bool {
        self.wait_for(patience, |inner| met(&inner.tally))
    }

    fn wait_for(&self, patience: Duration, met: impl Fn(&Inner) -> bool) -> bool {
        let begin = Instant::now();
        let mut inner = self.lock();
        while !met(&inner) {
            let left = patience.saturating_sub(begin.elapsed());
            if left.is_zero() {
                return false;
            }
            inner = self.wait(inner, left);
        }
        true
    }

    fn change(&self, change: impl FnOnce(&mut Inner)) {
        change(&mut self.lock());
        self.turned.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, inner: MutexGuard<'a, Inner>, time: Duration) -> MutexGuard<'a, Inner> {
        self.turned.wait_timeout(inner, time).unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Inner {
    fn barrier(&mut self, direction: Direction) -> &mut Barrier {
        match direction {
            Direction::ToBroker => &mut self.to_broker,
            Direction::ToClient => &mut self.to_client,
        }
    }

    fn take_match(&mut self, api_key: i16) -> Option<Duration> {
        let index = self.rules.iter().position(|rule| rule.api_key == api_key)?;
        let rule = self.rules[index];
        if rule.times == Times::Once {
            self.rules.remove(index);
        }
        self.tally.held += 1;
        Some(rule.hold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLD: Duration = Duration::from_millis(5);

    fn knobs(times: Times) -> Knobs {
        let knobs = Knobs::default();
        knobs.add(Rule { api_key: api_key::END_TXN, hold: HOLD, times });
        knobs
    }

    #[test]
    fn a_rule_for_once_matches_once_and_only_its_key() {
        let knobs = knobs(Times::Once);
        assert_eq!(knobs.match_request(api_key::PRODUCE), None);
        assert_eq!(knobs.match_request(api_key::END_TXN), Some(HOLD));
        assert_eq!(knobs.match_request(api_key::END_TXN), None);
        assert_eq!(knobs.held(), 1);
    }

    #[test]
    fn a_rule_for_always_matches_until_it_is_cleared() {
        let knobs = knobs(Times::Always);
        assert_eq!(knobs.match_request(api_key::END_TXN), Some(HOLD));
        assert_eq!(knobs.match_request(api_key::END_TXN), Some(HOLD));
        knobs.clear();
        assert_eq!(knobs.match_request(api_key::END_TXN), None);
    }

    #[test]
    fn an_open_gate_a_lapsed_hold_and_a_closed_proxy_let_pass() {
        let knobs = Knobs::default();
        knobs.pass(Direction::ToBroker);
        knobs.hold_for(Direction::ToBroker, HOLD);
        knobs.pass(Direction::ToBroker);
        knobs.set_gate(Direction::ToClient, Gate::Held);
        knobs.close();
        knobs.pass(Direction::ToClient);
        knobs.hold(Duration::from_secs(3600));
    }
}
