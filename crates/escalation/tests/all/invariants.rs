//! Property test over random mentions and events: no panic, and each mention is routed once.

use std::collections::{BTreeMap, BTreeSet};

use mention::hash_chain::ChainHead;
use mention::{CaseEvent, CaseEventKind, Disposition, Intent, Level, Novelty};
use proptest::prelude::*;
use stage::TimeDelta;
use stage::memory::MemoryBroker;

use crate::fixtures::{
    at_minute, by_partition, case_count, escalations, event, full_config, mention_of,
    publish_event_at, publish_mention, routed, routed_records, run_with,
};

#[derive(Debug, Clone)]
enum InputStep {
    Publish {
        author: u8,
        id: u8,
        level: Level,
        intent: Intent,
        is_own: bool,
    },
    Edit {
        author: u8,
        id: u8,
    },
    Withdraw {
        author: u8,
        id: u8,
    },
    /// An event that occurred this many minutes after its record, or before it if negative.
    EventStep {
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

fn any_step() -> impl Strategy<Value = InputStep> {
    let who = || (0..3_u8, 0..6_u8);
    prop_oneof![
        4 => (who(), 0..5_usize, 0..6_usize, prop::bool::weighted(0.1)).prop_map(
            |((author, id), level, intent, is_own)| InputStep::Publish {
                author, id, level: LEVELS[level], intent: INTENTS[intent], is_own,
            }
        ),
        1 => who().prop_map(|(author, id)| InputStep::Edit { author, id }),
        1 => who().prop_map(|(author, id)| InputStep::Withdraw { author, id }),
        4 => (who(), 0..9_usize, any::<bool>(), -100..10_i64).prop_map(
            |((author, opened_by), kind, is_bot, occurred)| InputStep::EventStep {
                author, opened_by, kind: KINDS[kind], is_bot, occurred,
            }
        ),
    ]
}

/// Runs steps as a platform and dedupe would emit them: an id is new once, then edited or
/// withdrawn.
struct InputSequence {
    broker: MemoryBroker,
    published: BTreeMap<(u8, u8), (Novelty, i64)>,
    own: BTreeSet<(u8, u8)>,
    expected: BTreeSet<String>,
}

impl InputSequence {
    fn apply(&mut self, minute: i64, step: &InputStep) {
        let (at, novelty, level, intent) = match *step {
            InputStep::Publish { author, id, level, intent, is_own } => {
                if self.published.contains_key(&(author, id)) {
                    return;
                }
                self.published.insert((author, id), (Novelty::New, minute));
                if is_own {
                    self.own.insert((author, id));
                }
                ((author, id), Novelty::New, level, intent)
            }
            InputStep::Edit { author, id } => {
                if !self.published.contains_key(&(author, id)) {
                    return;
                }
                ((author, id), Novelty::Edit, Level::P1, Intent::Complaint)
            }
            InputStep::Withdraw { author, id } => {
                ((author, id), Novelty::Withdrawal, Level::P5, Intent::Other)
            }
            InputStep::EventStep { author, opened_by, kind, is_bot, occurred } => {
                return self.publish_event(minute, (author, opened_by), kind, is_bot, occurred);
            }
        };
        let (author, id) = at;
        let mut fact = mention_of(&format!("author-{author}"), &format!("{author}-{id}"), minute);
        fact.findings.novelty = novelty;
        fact.findings.revision = 1 + i64::from(novelty != Novelty::New);
        (fact.priority.level, fact.priority.intent) = (level, intent);
        fact.mention.is_own = self.own.contains(&at);
        if novelty == Novelty::New && !fact.mention.is_own {
            self.expected.insert(fact.mention.mention_id());
        }
        publish_mention(&self.broker, &fact);
    }

    fn publish_event(
        &self,
        minute: i64,
        by: (u8, u8),
        kind: CaseEventKind,
        is_bot: bool,
        occurred: i64,
    ) {
        let opened_at = self.published.get(&by).map_or(0, |(_, minute)| *minute);
        let (author, id) = by;
        let opening = mention_of(&format!("author-{author}"), &format!("{author}-{id}"), opened_at);
        let event = event(&opening, kind, 0);
        let team = Some(["care", "press"][usize::from(id % 2)].to_owned());
        let event = CaseEvent { team, is_bot, occurred_at: at_minute(minute + occurred), ..event };
        publish_event_at(&self.broker, &event, at_minute(minute));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn each_mention_is_routed_exactly_once_in_any_sequence_of_steps(
        steps in prop::collection::vec((0..90_i64, any_step()), 1..60),
    ) {
        let mut story = InputSequence {
            broker: MemoryBroker::new(2),
            published: BTreeMap::new(),
            own: BTreeSet::new(),
            expected: BTreeSet::new(),
        };
        let mut minute = 0;
        for (later, step) in &steps {
            minute += later;
            story.apply(minute, step);
        }
        run_with(full_config(), &story.broker, minute * TimeDelta::MINUTE + 400 * TimeDelta::DAY);
        prop_assert!(story.broker.dead_letters().is_empty());
        for (partition, records) in by_partition(&story.broker) {
            let mut head = ChainHead::default();
            for record in records {
                prop_assert_eq!(head.verify_next(&record), Ok(()), "{}", partition);
            }
        }
        let ids: Vec<_> = routed_records(&story.broker).into_iter().map(|records| records.decision_id).collect();
        let unique: BTreeSet<_> = ids.iter().collect();
        prop_assert_eq!(unique.len(), ids.len(), "record ids are unique");
        let routed = routed(&story.broker);
        let opened = routed.iter().filter(|routed| routed.disposition == Disposition::Routed);
        let opened: Vec<_> = opened.map(|routed| routed.mention_id.clone()).collect();
        let once: BTreeSet<_> = opened.iter().cloned().collect();
        prop_assert_eq!(opened.len(), once.len(), "no mention is routed twice");
        prop_assert_eq!(once, story.expected, "every mention is routed");
        let ids: BTreeSet<_> = routed.iter().map(|routed| &routed.decision_id).collect();
        prop_assert_eq!(ids.len(), routed.len(), "decision ids are unique");
        for routed in &routed {
            prop_assert!(!routed.route.owner.is_empty() && !routed.route.queue.is_empty());
            prop_assert!(!routed.route.watchers.contains(&routed.route.owner));
        }
        let calls: BTreeSet<_> = escalations(&story.broker).into_iter()
            .map(|call| (call.case_id, call.clock, call.step, call.due_at, call.cause)).collect();
        prop_assert_eq!(calls.len(), escalations(&story.broker).len(), "calls are unique");
        prop_assert_eq!(case_count(&story.broker), 0, "every case expires");
    }
}
