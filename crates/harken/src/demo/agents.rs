//! A simulated contact centre: accepts, answers and resolves cases, some of them late.

use std::collections::{BTreeMap, BTreeSet};

use mention::{CaseEvent, CaseEventKind, Disposition, Routed};
use stage::{EventTime, TimeDelta};

use super::generator::SplitMix64;

/// Names of the agents.
const NAMES: [&str; 8] = ["Ana", "Bo", "Chidi", "Dana", "Elif", "Femi", "Gia", "Hugo"];

/// Team that cases are handed off to.
const HAND_OFF_TEAM: &str = "network-desk";
/// Percentage of cases handed off to another team.
const HAND_OFF_PERCENT: usize = 4;

/// The agents, with their planned case events.
#[derive(Debug)]
pub(super) struct SimulatedAgents {
    random: SplitMix64,
    handled: BTreeSet<String>,
    planned: BTreeMap<(EventTime, u64), CaseEvent>,
    sequence: u64,
}

impl SimulatedAgents {
    pub(super) fn new(seed: u64) -> Self {
        let (handled, planned) = Default::default();
        Self { random: SplitMix64::seeded(seed ^ 0x6167_656e_7473), handled, planned, sequence: 0 }
    }

    /// Plans the events of a newly routed case; `late_percent` of the cases are accepted too late.
    pub(super) fn schedule_case(&mut self, routed: &Routed, late_percent: usize) {
        let due = routed.route.due;
        let received_at = routed.mention.received_at;
        let target = due.acknowledge_at.or(due.respond_at).map(|at| at - received_at);
        let Some(target) = target.filter(|_| routed.disposition == Disposition::Routed) else {
            return;
        };
        // Later mentions of an open case join it; the case is worked on once.
        if !self.handled.insert(routed.case_id.clone()) {
            return;
        }
        let by = self.random.pick(&NAMES);
        // Percent of the target at which the case is accepted; above 100 misses it.
        let percent = match self.random.chance(late_percent) {
            true => 110 + self.random.below(250),
            false => 5 + self.random.below(60),
        };
        // Agents work faster than long targets allow; the demo lasts four hours only.
        let target = target.min(20 * TimeDelta::MINUTE);
        let accepted = received_at + target * percent as i64 / 100;
        let responded = accepted + TimeDelta::MINUTE * (1 + self.random.below(9) as i64);
        let resolved = responded + TimeDelta::MINUTE * (5 + self.random.below(40) as i64);
        let mut steps = vec![
            (CaseEventKind::Accepted, accepted),
            (CaseEventKind::Responded, responded),
            (CaseEventKind::Resolved, resolved),
        ];
        // A handed-off case waits beyond its target, so the hand-off is escalated.
        let team = if routed.route.owner == HAND_OFF_TEAM { "care" } else { HAND_OFF_TEAM };
        if self.random.chance(HAND_OFF_PERCENT) {
            let waited = target * 2;
            steps.iter_mut().for_each(|(_, at)| *at += waited);
            steps.insert(0, (CaseEventKind::Reassigned, accepted));
        }
        for (kind, at) in steps {
            self.sequence += 1;
            let is_handed_off = kind == CaseEventKind::Reassigned;
            let event = CaseEvent {
                tenant: routed.mention.tenant.clone(),
                platform: routed.mention.platform.clone(),
                author_id: routed.mention.author.id.clone(),
                case_id: routed.case_id.clone(),
                kind,
                by: by.to_owned(),
                occurred_at: at,
                team: is_handed_off.then(|| team.to_owned()),
                ..CaseEvent::default()
            };
            self.planned.insert((at, self.sequence), event);
        }
    }

    /// Time of the next event.
    pub(super) fn next_due(&self) -> Option<EventTime> {
        self.planned.first_key_value().map(|((at, _), _)| *at)
    }

    /// Removes and returns the next event.
    pub(super) fn pop_event(&mut self) -> Option<CaseEvent> {
        let event = self.planned.pop_first().map(|(_, event)| event)?;
        // The next mention of this author opens a new case.
        if event.kind == CaseEventKind::Resolved {
            self.handled.remove(&event.case_id);
        }
        Some(event)
    }
}
