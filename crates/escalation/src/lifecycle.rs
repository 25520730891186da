//! Changes of a case that both messages and events cause.
//!
//! Must not know: records, why a case changes.

use mention::Level;
use rules::{Decision, Rules};
use stage::EventTime;

use crate::case::CaseState;
use crate::clocks;
use crate::context::Context;

/// Assigns a case to the owner of a decision and starts its clocks.
pub(crate) fn assign(
    case: &mut CaseState,
    decision: &Decision<'_>,
    time: EventTime,
    context: Context<'_>,
) {
    decision.owner.clone_into(&mut case.owner);
    decision.deciding_rule().clone_into(&mut case.rule);
    case.weight = case.weight.max(decision.entry.weight.into());
    if let Some(work) = &decision.work {
        case.policy.clone_from(&work.policy.name);
        case.path.clone_from(&work.path.name);
        clocks::start_all(case, time, context);
    }
    // After the policy is set: a lane expires earlier than work.
    extend_expiry(case, time, context.rules);
}

/// Reopens a closed case for the same owner and restarts its clocks.
pub(crate) fn reopen(case: &mut CaseState, time: EventTime, context: Context<'_>) {
    (case.is_closed, case.closed_at, case.is_accepted) = (false, None, false);
    case.reopened = case.reopened.saturating_add(1);
    if !case.is_lane() {
        clocks::start_all(case, time, context);
    }
}

/// Postpones the expiry of an open case that has just been active.
pub(crate) fn extend_expiry(case: &mut CaseState, time: EventTime, rules: &Rules) {
    let retention = if case.is_lane() { rules.retention.lane } else { rules.retention.idle };
    case.expires_at = case.expires_at.max(time + retention);
}

/// The level of a case after a peer answered its author: one level less urgent, but P5 only for P5.
pub(crate) fn ease(level: Level) -> Level {
    match level {
        Level::P1 => Level::P2,
        Level::P2 => Level::P3,
        Level::P3 | Level::P4 => Level::P4,
        Level::P5 => Level::P5,
    }
}
