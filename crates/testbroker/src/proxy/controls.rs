//! The gates, rules and counts of a proxy, which its threads share and wait on.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// API keys of the requests that tests delay (Kafka protocol guide).
pub mod api_key {
    /// Writes records to partitions.
    pub const PRODUCE: i16 = 0;
    /// Reads records from partitions.
    pub const FETCH: i16 = 1;
    /// Reads brokers, topics and leaders.
    pub const METADATA: i16 = 3;
    /// Finds the coordinator of a group or a transactional id.
    pub const FIND_COORDINATOR: i16 = 10;
    /// Keeps a member in its group.
    pub const HEARTBEAT: i16 = 12;
    /// Gets a producer id and epoch; fences the previous producer.
    pub const INIT_PRODUCER_ID: i16 = 22;
    /// Adds a group's offsets to a transaction.
    pub const ADD_OFFSETS_TO_TXN: i16 = 25;
    /// Commits or aborts a transaction.
    pub const END_TXN: i16 = 26;
    /// Commits offsets within a transaction.
    pub const TXN_OFFSET_COMMIT: i16 = 28;
}

/// A direction of traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Requests to the broker.
    ToBroker,
    /// Responses to the client.
    ToClient,
}

/// Whether a direction forwards bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gate {
    /// Forwards them.
    #[default]
    Open,
    /// Keeps them until the gate opens; nothing is lost.
    Held,
}

/// Delays requests of one kind, then delivers them even if the client has disconnected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DelayRule {
    /// The kind of request; see [`api_key`].
    pub api_key: i16,
    /// The delay of each request.
    pub hold: Duration,
    /// The requests it applies to.
    pub repeat: RuleRepeat,
}

/// The requests that a rule applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleRepeat {
    /// The next request of its kind only.
    Once,
    /// Every request of its kind until the rules are cleared.
    Always,
}

/// Counts of delayed requests.
#[derive(Debug, Default)]
pub(super) struct DelayCounts {
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
struct ControlsState {
    to_broker: Barrier,
    to_client: Barrier,
    rules: Vec<DelayRule>,
    counts: DelayCounts,
    is_closed: bool,
}

#[derive(Debug, Default)]
pub(super) struct ProxyControls {
    inner: Mutex<ControlsState>,
    changed: Condvar,
}

impl ProxyControls {
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

    pub(super) fn add(&self, rule: DelayRule) {
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
        self.lock().counts.held
    }

    pub(super) fn delivered_late(&self) -> u64 {
        self.lock().counts.delivered_late
    }

    pub(super) fn count_delivered_late(&self) {
        self.change(|inner| inner.counts.delivered_late += 1);
    }

    /// Returns the delay of a request of this kind, if a rule matches, and counts it as held.
    pub(super) fn match_request(&self, api_key: i16) -> Option<Duration> {
        let mut hold = None;
        self.change(|inner| hold = inner.take_match(api_key));
        hold
    }

    /// Blocks until the gate is open or the proxy is closed.
    pub(super) fn wait_for_gate(&self, direction: Direction) {
        let mut inner = self.lock();
        while !inner.is_closed {
            let left = match *inner.barrier(direction) {
                Barrier::Open => return,
                // Any long wait will do: opening the gate notifies.
                Barrier::Held => Duration::from_secs(3600),
                Barrier::HeldUntil(until) => until.saturating_duration_since(Instant::now()),
            };
            if left.is_zero() {
                return;
            }
            inner = self.wait(inner, left);
        }
    }

    /// Blocks for `time`, or until the proxy is closed.
    pub(super) fn hold(&self, time: Duration) {
        self.wait_for(time, |inner| inner.is_closed);
    }

    /// Waits until the counts satisfy a condition; returns whether they did in time.
    pub(super) fn wait_until(&self, timeout: Duration, met: impl Fn(&DelayCounts) -> bool) -> bool {
        self.wait_for(timeout, |inner| met(&inner.counts))
    }

    fn wait_for(&self, timeout: Duration, met: impl Fn(&ControlsState) -> bool) -> bool {
        let started_at = Instant::now();
        // A condition variable may wake without a change, so the deadline is kept apart.
        let mut inner = self.lock();
        while !met(&inner) {
            let left = timeout.saturating_sub(started_at.elapsed());
            if left.is_zero() {
                return false;
            }
            inner = self.wait(inner, left);
        }
        true
    }

    fn change(&self, change: impl FnOnce(&mut ControlsState)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, ControlsState> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(
        &self,
        inner: MutexGuard<'a, ControlsState>,
        time: Duration,
    ) -> MutexGuard<'a, ControlsState> {
        self.changed.wait_timeout(inner, time).unwrap_or_else(PoisonError::into_inner).0
    }
}

impl ControlsState {
    fn barrier(&mut self, direction: Direction) -> &mut Barrier {
        match direction {
            Direction::ToBroker => &mut self.to_broker,
            Direction::ToClient => &mut self.to_client,
        }
    }

    fn take_match(&mut self, api_key: i16) -> Option<Duration> {
        let index = self.rules.iter().position(|rule| rule.api_key == api_key)?;
        let rule = self.rules[index];
        if rule.repeat == RuleRepeat::Once {
            self.rules.remove(index);
        }
        self.counts.held += 1;
        Some(rule.hold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLD: Duration = Duration::from_millis(5);

    fn knobs(times: RuleRepeat) -> ProxyControls {
        let knobs = ProxyControls::default();
        knobs.add(DelayRule { api_key: api_key::END_TXN, hold: HOLD, repeat: times });
        knobs
    }

    #[test]
    fn a_rule_for_one_request_matches_once_and_only_its_key() {
        let knobs = knobs(RuleRepeat::Once);
        assert_eq!(knobs.match_request(api_key::PRODUCE), None);
        assert_eq!(knobs.match_request(api_key::END_TXN), Some(HOLD));
        assert_eq!(knobs.match_request(api_key::END_TXN), None);
        assert_eq!(knobs.held(), 1);
    }

    #[test]
    fn a_rule_for_every_request_matches_until_it_is_cleared() {
        let knobs = knobs(RuleRepeat::Always);
        assert_eq!(knobs.match_request(api_key::END_TXN), Some(HOLD));
        assert_eq!(knobs.match_request(api_key::END_TXN), Some(HOLD));
        knobs.clear();
        assert_eq!(knobs.match_request(api_key::END_TXN), None);
    }

    #[test]
    fn an_open_gate_an_expired_hold_and_a_closed_proxy_do_not_block() {
        let knobs = ProxyControls::default();
        knobs.wait_for_gate(Direction::ToBroker);
        knobs.hold_for(Direction::ToBroker, HOLD);
        knobs.wait_for_gate(Direction::ToBroker);
        knobs.set_gate(Direction::ToClient, Gate::Held);
        knobs.close();
        knobs.wait_for_gate(Direction::ToClient);
        knobs.hold(Duration::from_secs(3600));
    }
}
