//! Keeps the cases of a partition within their bounds.
//!
//! A full store removes, in this order and in each the longest inactive first: closed cases, open cases
//! without a running clock, and last those with one. A case with a running clock is not dropped: it is
//! handed off to the last resort, and the next contact of its path is notified that Harken watches its
//! due times no longer. For the others, removing is what their expiry would do later: a further message
//! of the author opens a new case.
//!
//! Must not know: records of mentions, timers.

use mention::Clock;
use stage::{EventTime, StoreBound};

use crate::author::AuthorKey;
use crate::case::CaseState;
use crate::cases::Cases;
use crate::clocks;
use crate::context::Context;
use crate::records;
use crate::topics::Out;
use crate::transition::{CaseChange, Escalated, EscalationReason};

/// The most cases that one record removes. A record adds one; more are removed after the bound was
/// lowered.
pub(crate) const MAX_EVICTED: usize = 8;

/// The most entries of the state of one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The most cases.
    pub cases_most: usize,
    /// The most bytes of cases; each takes about 400, and 2,000 at most.
    pub cases_bytes: usize,
    /// The most teams whose pace is known; each takes about 300 bytes.
    pub teams_most: usize,
}

impl Bounds {
    /// The bound of each store.
    #[must_use]
    pub fn stores(&self) -> [StoreBound; 2] {
        let cases = StoreBound::of_entries("cases", self.cases_most, 2_000);
        [cases.within(self.cases_bytes), StoreBound::of_entries("teams", self.teams_most, 300)]
    }
}

impl Default for Bounds {
    /// 200,000 cases in 128 MiB, and 1,000 teams.
    fn default() -> Self {
        Self { cases_most: 200_000, cases_bytes: 128 * 1024 * 1024, teams_most: 1_000 }
    }
}

/// How much a case is worth, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CaseValue {
    /// It is closed.
    Closed,
    /// It is open, and nothing is due: a lane, or an author with an answer.
    WithoutClock,
    /// A clock runs.
    WithClock,
}

/// The case that a full store removes next; `None` if it is within its bounds.
pub(crate) fn next_evicted(cases: &Cases, bounds: Bounds) -> Option<(CaseValue, AuthorKey)> {
    let is_over = cases.case_count() > bounds.cases_most || cases.case_bytes() > bounds.cases_bytes;
    cases.least_valuable().filter(|_| is_over)
}

/// Hands a case with a running clock to people, before it is removed at event time `at`.
pub(crate) fn hand_over(
    mut case: CaseState,
    author: &AuthorKey,
    at: EventTime,
    context: Context<'_>,
    out: &mut Vec<Out>,
) {
    let clocks = [Clock::Acknowledge, Clock::Respond, Clock::Resolve];
    let running = clocks.into_iter().filter_map(|clock| Some((case.clock(clock)?, clock)));
    let Some((running, clock)) = running.min_by_key(|(running, _)| running.due_at) else { return };
    // Before the hand-off: the path is that of the case, whoever owns it.
    let position = clocks::position_of(&case, clock);
    let callee = clocks::callee(&case, clock, position, at, context.rules);
    let from = case.owner.clone();
    let last_resort = context.rules.last_resort().filter(|team| team.name != case.owner);
    if let Some(team) = last_resort {
        case.hand_off_to(&team.name);
    }
    // Nobody is notified after this: the record must not promise a next call.
    for clock in clocks {
        if let Some(running) = case.clock_mut(clock) {
            running.next_at = None;
        }
    }
    let change = CaseChange::Released { from };
    let record = records::case_change(&mut case, author, at, &change, context.rules);
    out.push(Out::Routed(Box::new(record)));
    let escalated = Escalated {
        clock,
        step: running.step.saturating_add(1),
        callee,
        due_at: at,
        next: None,
        reason: EscalationReason::Released { due_at: running.due_at },
    };
    let raised = records::raised(&case, author, escalated, context);
    out.push(Out::Raised(Box::new(raised)));
}
