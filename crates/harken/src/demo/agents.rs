//! A contact centre made up for the demo: accepts, answers and closes cases, some of them late.

use std::collections::{BTreeMap, BTreeSet};

use mention::{CaseEvent, CaseEventKind, Disposition, Routed};
use stage::Micros;

use super::generator::Random;

/// Who works there.
const NAMES: [&str; 8] = ["Ana", "Bo", "Chidi", "Dana", "Elif", "Femi", "Gia", "Hugo"];

/// Where cases are handed to.
const HANDED_TO: &str = "network-desk";
/// How many of a hundred cases are handed to another team.
const PASSED_ON: u64 = 4;

/// What the agents are going to do, by time and order of promise.
#[derive(Debug)]
pub(super) struct Agents {
    random: Random,
    seen: BTreeSet<String>,
    plans: BTreeMap<(Micros, u64), CaseEvent>,
    made: u64,
}

impl Agents {
    pub(super) fn new(seed: u64) -> Self {
        let (seen, plans) = Default::default();
        Self { random: Random::seeded(seed ^ 0x6167_656e_7473), seen, plans, made: 0 }
    }

    /// Takes note of work; `late` of a hundred cases are accepted too late.
    pub(super) fn hear(&mut self, routed: &Routed, late: u64) {
        let due = routed.route.due;
        let heard = routed.mention.received_at;
        let target = due.acknowledge_at.or(due.respond_at).map(|at| at - heard);
        let Some(target) = target.filter(|_| routed.disposition == Disposition::Routed) else {
            return;
        };
        if !self.seen.insert(routed.case_id.clone()) {
            return;
        }
        let by = self.random.pick(&NAMES);
        let share = match self.random.is_lucky(late) {
            true => 110 + self.random.below(250),
            false => 5 + self.random.below(60),
        };
        // Nobody waits for hours because he may.
        let target = target.min(20 * 60_000_000);
        let accepted = heard + target * share as i64 / 100;
        let responded = accepted + 60_000_000 * (1 + self.random.below(9) as i64);
        let resolved = responded + 60_000_000 * (5 + self.random.below(40) as i64);
        let mut steps = vec![
            (CaseEventKind::Accepted, accepted),
            (CaseEventKind::Responded, responded),
            (CaseEventKind::Resolved, resolved),
        ];
        // Some are handed to another team, where they lie.
        let team = if routed.route.owner == HANDED_TO { "care" } else { HANDED_TO };
        if self.random.is_lucky(PASSED_ON) {
            let waited = target * 2;
            steps.iter_mut().for_each(|(_, at)| *at += waited);
            steps.insert(0, (CaseEventKind::Reassigned, accepted));
        }
        for (kind, at) in steps {
            self.made += 1;
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
            self.plans.insert((at, self.made), event);
        }
    }

    /// When something happens next.
    pub(super) fn next(&self) -> Option<Micros> {
        self.plans.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next thing that happens.
    pub(super) fn act(&mut self) -> Option<CaseEvent> {
        let event = self.plans.pop_first().map(|(_, event)| event)?;
        if event.kind == CaseEventKind::Resolved {
            self.seen.remove(&event.case_id);
        }
        Some(event)
    }
}
