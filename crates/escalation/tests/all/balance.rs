//! Any mentions and events in any order: no panic, each mention routed once, the balance holds.

use std::collections::{BTreeMap, BTreeSet};

use mention::chain::Head;
use mention::{CaseEvent, CaseEventKind, Disposition, Intent, Level, Novelty};
use proptest::prelude::*;
use stage::memory::Broker;

use crate::world::{
    DAY, MINUTE, by_partition, cases, event, everything, hear, raised, routed, run_with, says,
    tell_at, told,
};

#[derive(Debug, Clone)]
enum Step {
    Says {
        author: u8,
        id: u8,
        level: Level,
        intent: Intent,
        is_own: bool,
    },
    Edits {
        author: u8,
        id: u8,
    },
    Withdraws {
        author: u8,
        id: u8,
    },
    /// An event that occurred so many minutes after its record, or before it.
    Tells {
        author: u8,
        opened_by: u8,
        kind: CaseEventKind,
        is_bot: bool,
        occurred: i64,
    },
}

const LEVELS: [Level; 5] = [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5];
const INTENTS: [Intent; 6] = [
    Intent::Other,
    Intent::Complaint,
    Intent::Question,
    Intent::Request,
    Intent::Praise,
    Intent::Spam,
];
const KINDS: [CaseEventKind; 9] = [
    CaseEventKind::Accepted,
    CaseEventKind::Returned,
    CaseEventKind::Responded,
    CaseEventKind::Resolved,
    CaseEventKind::Reopened,
    CaseEventKind::LabelCorrected,
    CaseEventKind::Reassigned,
    CaseEventKind::Capacity,
    CaseEventKind::PeerAnswered,
];

fn any_step() -> impl Strategy<Value = Step> {
    let who = || (0..3_u8, 0..6_u8);
    prop_oneof![
        4 => (who(), 0..5_usize, 0..6_usize, prop::bool::weighted(0.1)).prop_map(
            |((author, id), level, intent, is_own)| Step::Says {
                author, id, level: LEVELS[level], intent: INTENTS[intent], is_own,
            }
        ),
        1 => who().prop_map(|(author, id)| Step::Edits { author, id }),
        1 => who().prop_map(|(author, id)| Step::Withdraws { author, id }),
        4 => (who(), 0..9_usize, any::<bool>(), -100..1_000_i64).prop_map(
            |((author, opened_by), kind, is_bot, occurred)| Step::Tells {
                author, opened_by, kind: KINDS[kind], is_bot, occurred,
            }
        ),
    ]
}

/// How a platform and dedupe would tell it: an id is new once, edited and withdrawn after that.
struct Story {
    broker: Broker,
    heard: BTreeMap<(u8, u8), (Novelty, i64)>,
    own: BTreeSet<(u8, u8)>,
    expected: BTreeSet<String>,
}

impl Story {
    fn step(&mut self, minute: i64, step: &Step) {
        let (at, novelty, level, intent) = match *step {
            Step::Says { author, id, level, intent, is_own } => {
                if self.heard.contains_key(&(author, id)) {
                    return;
                }
                self.heard.insert((author, id), (Novelty::New, minute));
                if is_own {
                    self.own.insert((author, id));
                }
                ((author, id), Novelty::New, level, intent)
            }
            Step::Edits { author, id } => {
                if !self.heard.contains_key(&(author, id)) {
                    return;
                }
                ((author, id), Novelty::Edit, Level::P1, Intent::Complaint)
            }
            Step::Withdraws { author, id } => {
                ((author, id), Novelty::Withdrawal, Level::P5, Intent::Other)
            }
            Step::Tells { author, opened_by, kind, is_bot, occurred } => {
                return self.tell(minute, (author, opened_by), kind, is_bot, occurred);
            }
        };
        let (author, id) = at;
        let mut fact = says(&format!("author-{author}"), &format!("{author}-{id}"), minute);
        fact.findings.novelty = novelty;
        fact.findings.revision = 1 + i64::from(novelty != Novelty::New);
        (fact.priority.level, fact.priority.intent) = (level, intent);
        fact.mention.is_own = self.own.contains(&at);
        if novelty == Novelty::New && !fact.mention.is_own {
            self.expected.insert(fact.mention.mention_id());
        }
        hear(&self.broker, &fact);
    }

    fn tell(&self, minute: i64, by: (u8, u8), kind: CaseEventKind, is_bot: bool, occurred: i64) {
        let opened_at = self.heard.get(&by).map_or(0, |(_, minute)| *minute);
        let (author, id) = by;
        let opening = says(&format!("author-{author}"), &format!("{author}-{id}"), opened_at);
        let event = event(&opening, kind, 0);
        let team = Some(["care", "press"][usize::from(id % 2)].to_owned());
        let event = CaseEvent { team, is_bot, occurred_at: (minute + occurred) * MINUTE, ..event };
        tell_at(&self.broker, &event, minute * MINUTE);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn each_mention_is_routed_exactly_once_whatever_happens_around_it(
        steps in prop::collection::vec((0..90_i64, any_step()), 1..60),
    ) {
        let mut story = Story {
            broker: Broker::new(2),
            heard: BTreeMap::new(),
            own: BTreeSet::new(),
            expected: BTreeSet::new(),
        };
        let mut minute = 0;
        for (later, step) in &steps {
            minute += later;
            story.step(minute, step);
        }
        run_with(everything(), &story.broker, minute * MINUTE + 400 * DAY);
        prop_assert!(story.broker.dead().is_empty());
        for (partition, said) in by_partition(&story.broker) {
            let mut head = Head::default();
            for record in said {
                prop_assert_eq!(head.follow(&record), Ok(()), "{}", partition);
            }
        }
        let ids: Vec<_> = told(&story.broker).into_iter().map(|said| said.decision_id).collect();
        let unique: BTreeSet<_> = ids.iter().collect();
        prop_assert_eq!(unique.len(), ids.len(), "every record has its own id");
        let routed = routed(&story.broker);
        let opened = routed.iter().filter(|routed| routed.disposition == Disposition::Routed);
        let opened: Vec<_> = opened.map(|routed| routed.mention_id.clone()).collect();
        let once: BTreeSet<_> = opened.iter().cloned().collect();
        prop_assert_eq!(opened.len(), once.len(), "none twice");
        prop_assert_eq!(once, story.expected, "and none not at all");
        let ids: BTreeSet<_> = routed.iter().map(|routed| &routed.decision_id).collect();
        prop_assert_eq!(ids.len(), routed.len(), "every decision has its own id");
        for routed in &routed {
            prop_assert!(!routed.route.owner.is_empty() && !routed.route.queue.is_empty());
            prop_assert!(!routed.route.watchers.contains(&routed.route.owner));
        }
        let calls: BTreeSet<_> = raised(&story.broker).into_iter()
            .map(|call| (call.case_id, call.clock, call.step, call.due_at, call.cause)).collect();
        prop_assert_eq!(calls.len(), raised(&story.broker).len(), "no call twice");
        prop_assert_eq!(cases(&story.broker), 0, "all is forgotten at last");
    }
}
