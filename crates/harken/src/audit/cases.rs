//! Finds cases that were forgotten: a clock of theirs ran out, and no decision followed.
//!
//! Escalation emits a decision by the time at which a running clock of a case calls its first contact:
//! the breach, or what stopped the clock before. It fires the timers that are due before it decides about
//! the next record. So a decision in the same partition with a later time proves that the timer is gone,
//! for example because somebody wrote a tombstone to the changelog. No wall clock is needed.
//!
//! A case without a running clock (a lane, an author with an answer) may expire without a decision: its
//! silence proves nothing. A case with a clock expires as well, if the clock runs out later than the
//! rules keep cases without a message or event.
//!
//! Where a decision does not tell, nothing is expected: an acknowledge clock after a hand-off runs out
//! without a decision, and a clock past its due time may have run out already.
//! Must not know: the hash chain, Kafka.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use mention::{Clock, Disposition, Level, Routed};
use rules::Rules;
use stage::{EventTime, TimeDelta};

/// The most cases that are followed at once, each with about 120 bytes.
const MAX_CASES: usize = 1_000_000;

/// How long after its due time a timer may fire without being late.
const LATE_AFTER: TimeDelta = TimeDelta::MINUTE.times(5);

/// Follows the cases of each partition, decision by decision.
#[derive(Debug)]
pub struct CaseFollower {
    rules: Rules,
    most: usize,
    partitions: BTreeMap<i32, Partition>,
    /// The number of cases that are followed.
    followed: usize,
    /// The number of decisions about cases that are not followed, because there are too many.
    unfollowed: u64,
}

#[derive(Debug, Default)]
struct Partition {
    /// Whether every decision that was ever made has been followed.
    is_whole: bool,
    /// The latest time of a decision: timers that were due before have fired.
    latest: Option<EventTime>,
    /// The cases with a running clock, by their ids.
    cases: BTreeMap<u64, OpenCase>,
    /// The cases by the time at which a decision must have followed.
    expected: BTreeSet<(EventTime, u64)>,
}

/// A case with a running clock, after its last decision.
#[derive(Debug, Clone, Copy)]
struct OpenCase {
    /// The sequence number of its last decision.
    sequence: i64,
    /// When the next decision must have followed; `None` if nothing is expected.
    expected_by: Option<EventTime>,
    /// Whether a later decision shows that it did not.
    is_forgotten: bool,
    /// The time of its last message or event; `None` if that is before the first decision.
    active_at: Option<EventTime>,
    /// Whether the owner may have got it by a hand-off that is not acknowledged.
    is_handed_off: bool,
}

impl CaseFollower {
    /// A follower that knows the paths and the retention of these rules.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self { rules, most: MAX_CASES, partitions: BTreeMap::new(), followed: 0, unfollowed: 0 }
    }

    /// Follows the next decision of a partition.
    pub fn follow(&mut self, partition: i32, routed: &Routed) {
        // Escalation writes 16 hexadecimal digits; the hash chain finds what it did not write.
        let Ok(id) = u64::from_str_radix(&routed.case_id, 16) else { return };
        let is_whole = routed.sequence == 1;
        let state = self.partitions.entry(partition);
        let state = state.or_insert_with(|| Partition { is_whole, ..Partition::default() });
        // Before the others are compared: this decision is the one that its case waited for.
        let previous = state.remove(id);
        self.followed -= usize::from(previous.is_some());
        state.advance_to(routed.decided_at);
        let Some(case) = next_state(&self.rules, state, previous, routed) else { return };
        if self.followed >= self.most {
            self.unfollowed += 1;
            // A later decision about the case would look like its first one.
            state.is_whole = false;
            return;
        }
        self.followed += 1;
        state.insert(id, case);
    }

    /// The number of forgotten cases.
    #[must_use]
    pub fn forgotten(&self) -> usize {
        let cases = self.partitions.values().flat_map(|state| state.cases.values());
        cases.filter(|case| case.is_forgotten).count()
    }

    /// One line per forgotten case, in the order of their last decisions, at most `most_lines` of each
    /// partition. With the wall clock `now`, one line more per partition in which cases are past their
    /// time and no later decision shows whether they are forgotten.
    #[must_use]
    pub fn report(&self, now: Option<EventTime>, most_lines: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for (partition, state) in &self.partitions {
            let forgotten = state.cases.iter().filter(|(_, case)| case.is_forgotten);
            let mut forgotten: Vec<_> = forgotten.map(|(id, case)| (case.sequence, *id)).collect();
            forgotten.sort_unstable();
            for (sequence, id) in forgotten.iter().take(most_lines) {
                let by = state.cases.get(id).and_then(|case| case.expected_by).unwrap_or_default();
                lines.push(format!(
                    "partition {partition}, decision {sequence}: case {id:016x} was forgotten: no \
                     decision followed, and a clock ran out at {}",
                    shown(by)
                ));
            }
            if let Some(more) = forgotten.len().checked_sub(most_lines).filter(|more| *more > 0) {
                lines.push(format!("partition {partition}: {more} further cases were forgotten"));
            }
            let Some(now) = now else { continue };
            let waiting = state.expected.range(..(now - LATE_AFTER, 0));
            if let (count @ 1.., Some((first, _))) =
                (waiting.clone().count(), state.expected.first())
            {
                lines.push(format!(
                    "partition {partition}: {count} cases wait for a decision since {}: escalation is \
                     stopped or behind, or has forgotten them",
                    shown(*first)
                ));
            }
        }
        if self.unfollowed > 0 {
            let Self { unfollowed, most, .. } = self;
            lines.push(format!(
                "{unfollowed} decisions are about cases that were not followed: more than {most} cases \
                 with a running clock at once"
            ));
        }
        lines
    }
}

impl Partition {
    fn insert(&mut self, id: u64, case: OpenCase) {
        self.expected.extend(case.expected_by.map(|by| (by, id)));
        self.cases.insert(id, case);
    }

    fn remove(&mut self, id: u64) -> Option<OpenCase> {
        let case = self.cases.remove(&id)?;
        if let Some(by) = case.expected_by {
            self.expected.remove(&(by, id));
        }
        Some(case)
    }

    /// A decision was made at this time: every timer that was due before it has fired.
    fn advance_to(&mut self, time: EventTime) {
        while let Some((by, id)) = self.expected.first().copied().filter(|(by, _)| *by < time) {
            self.expected.remove(&(by, id));
            if let Some(case) = self.cases.get_mut(&id) {
                case.is_forgotten = true;
            }
        }
        self.latest = self.latest.max(Some(time));
    }
}

/// The case after this decision; `None` if no clock of it has a call ahead.
fn next_state(
    rules: &Rules,
    state: &Partition,
    previous: Option<OpenCase>,
    routed: &Routed,
) -> Option<OpenCase> {
    routed.route.next_at?;
    let is_handed_off = match routed.disposition {
        Disposition::HandedOff | Disposition::Returned => true,
        Disposition::Accepted | Disposition::Reopened => false,
        // A hand-off may lie before the first decision.
        _ => previous.map_or(!state.is_whole, |case| case.is_handed_off),
    };
    let active_at = match routed.disposition {
        // A timer may have made it, which does not postpone the expiry.
        Disposition::Breached | Disposition::HandedOff => previous.and_then(|case| case.active_at),
        _ => Some(routed.decided_at),
    };
    let expected_by = expected_by(rules, state.latest?, routed, is_handed_off);
    Some(OpenCase {
        sequence: routed.sequence,
        // The case expires first otherwise.
        expected_by: expected_by
            .filter(|by| active_at.is_some_and(|at| *by < at + rules.retention.idle)),
        is_forgotten: false,
        active_at,
        is_handed_off,
    })
}

/// When another decision about the case must have followed this one; `latest` is the latest time of a
/// decision so far, this one included.
fn expected_by(
    rules: &Rules,
    latest: EventTime,
    routed: &Routed,
    is_handed_off: bool,
) -> Option<EventTime> {
    let due = &routed.route.due;
    // Until a hand-off is acknowledged, a missed target is not a breach and makes no decision.
    let acknowledge_at = due.acknowledge_at.filter(|_| !is_handed_off);
    let sure = [acknowledge_at, due.respond_at, due.resolve_at].into_iter().flatten();
    // A clock past its due time may have run out already; further calls make no decisions.
    let first = sure.filter(|at| *at > latest).min()?;
    let all = [due.acknowledge_at, due.respond_at, due.resolve_at].into_iter().flatten();
    let is_any_unsure = acknowledge_at != due.acknowledge_at || all.clone().any(|at| at <= latest);
    match is_any_unsure {
        // Whichever clock calls next, its breach is a decision.
        false => routed.route.next_at,
        true => Some(first + longest_first_wait(rules, &routed.route.path)),
    }
}

/// The longest wait of a path between a due time and the first call.
fn longest_first_wait(rules: &Rules, path: &str) -> TimeDelta {
    let levels = [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5];
    let clocks = [Clock::Acknowledge, Clock::Respond, Clock::Resolve];
    let path = rules.path(path).into_iter();
    let steps = path.flat_map(|path| {
        let of_level = move |level| clocks.into_iter().map(move |clock| (level, clock));
        let each = levels.into_iter().flat_map(of_level);
        each.filter_map(|(level, clock)| path.step(level, clock, 0))
    });
    steps.map(|step| step.delay).max().unwrap_or(TimeDelta::ZERO)
}

fn shown(time: EventTime) -> String {
    let shown = Timestamp::from_microsecond(time.as_micros());
    shown.map_or_else(|_| format!("{} µs", time.as_micros()), |time| time.to_string())
}

#[cfg(test)]
mod tests;
