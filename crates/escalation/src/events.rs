//! What the contact centre tells about a case.
//!
//! Events are ordered by when they happened, then by kind; one that is not after the last applied
//! is late or doubled and changes nothing. So does one about a case that is not the author's last.
//! A bot's answer stops no clock, and a corrected label changes nothing here.

use mention::{CaseEvent, CaseEventKind};
use stage::Micros;

use crate::case::{Case, name};
use crate::rules::Rules;
use crate::{clocks, decide};

/// Applies an event to the case; says whether anything is to be remembered.
pub(crate) fn apply(case: &mut Case, event: &CaseEvent, time: Micros, rules: &Rules) -> bool {
    let is_no_news = match event.kind {
        CaseEventKind::Responded => event.is_bot,
        CaseEventKind::LabelCorrected | CaseEventKind::Reassigned | CaseEventKind::Capacity => true,
        _ => false,
    };
    let this = (event.occurred_at, event.kind);
    let is_late = case.last_event_at.is_some_and(|last| this <= (last, case.last_event));
    if is_no_news || is_late || event.case_id != name(case.id) {
        return false;
    }
    (case.last_event_at, case.last_event) = (Some(event.occurred_at), event.kind);
    match event.kind {
        CaseEventKind::Reopened if case.is_closed => reopen(case, time, rules),
        _ if case.is_closed => {}
        CaseEventKind::Accepted => accept(case),
        CaseEventKind::Returned => hand_back(case, time, rules),
        CaseEventKind::Responded => {
            // Whoever answers has taken the case.
            accept(case);
            case.respond = None;
        }
        CaseEventKind::Resolved => case.close(time.saturating_add(rules.memory.closed)),
        CaseEventKind::Reopened
        | CaseEventKind::LabelCorrected
        | CaseEventKind::Reassigned
        | CaseEventKind::Capacity => {}
    }
    if !case.is_closed {
        decide::keep(case, time, rules);
    }
    true
}

fn accept(case: &mut Case) {
    case.handed_back = passed(case);
    case.acknowledge = None;
    case.is_accepted = true;
}

/// The owner stays, somebody must accept it anew, and if nobody does the contact after the ones
/// already called is called: at the least the first one is passed over.
fn hand_back(case: &mut Case, time: Micros, rules: &Rules) {
    case.handed_back = passed(case).saturating_add(1);
    case.is_accepted = false;
    if !case.is_lane() {
        let targets = rules.targets(&case.policy, case.level);
        case.acknowledge = clocks::start(targets.acknowledge, time, rules.path(&case.path));
    }
}

/// How many contacts of the path were called or passed over for want of an owner.
fn passed(case: &Case) -> i64 {
    case.handed_back.saturating_add(case.acknowledge.map_or(0, |running| running.step))
}

fn reopen(case: &mut Case, time: Micros, rules: &Rules) {
    case.is_closed = false;
    if case.is_lane() {
        case.is_accepted = false;
    } else {
        clocks::start_all(case, time, rules);
    }
}

#[cfg(test)]
mod tests;
