//! A contact centre made up for the demo: accepts, answers and closes cases, some of them late.

use std::collections::{BTreeMap, BTreeSet};

use mention::{CaseEvent, CaseEventKind, Disposition, Routed};
use stage::Micros;

use super::generator::Random;

/// Who works there.
const NAMES: [&str; 8] = ["Ana", "Bo", "Chidi", "Dana", "Elif", "Femi", "Gia", "Hugo"];

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
        let steps = [
            (CaseEventKind::Accepted, accepted),
            (CaseEventKind::Responded, responded),
            (CaseEventKind::Resolved, resolved),
        ];
        for (kind, at) in steps {
            self.made += 1;
            let event = CaseEvent {
                tenant: routed.mention.tenant.clone(),
                platform: routed.mention.platform.clone(),
                author_id: routed.mention.author.id.clone(),
                case_id: routed.case_id.clone(),
                kind,
                by: by.to_owned(),
                occurred_at: at,
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
