//! A reload of the rules, and an incident that begins, while the stage runs.

use std::collections::VecDeque;
use std::sync::Arc;

use mention::{IncidentStatus, Prioritized, codec, topics};
use priority::Tenants;
use stage::fault_injection::{FaultPlan, assert_fault_tolerant, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker, RulesSchedule};
use stage::{
    ChangeVisitor, DeadLetter, Effects, Event, Fault, Log, NoObserver, Position, Quarantine,
    RawRecord, RecordHeaders, run,
};

use crate::scene::{
    append, bytes, changed_rules, complaint, incident, key, outcome, prioritized, profile, second,
    stage, tenants, without_faults,
};

/// A log that hands out the given events and keeps what the stage publishes.
struct PositionedLog {
    events: VecDeque<Event<Tenants>>,
    published: Vec<Prioritized>,
}

impl Log for PositionedLog {
    type Rules = Tenants;

    fn next_event(&mut self) -> Result<Event<Tenants>, Fault> {
        Ok(self.events.pop_front().unwrap_or(Event::Shutdown))
    }

    fn read_changelog(&mut self, _: i32, _: &mut ChangeVisitor<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn write(&mut self, _: i32, effects: Effects) -> Result<(), Fault> {
        let facts = effects.outputs.iter().filter(|out| out.topic == topics::PRIORITIZED);
        self.published.extend(
            facts.map(|out| codec::read::<Prioritized>(out.value.as_deref().unwrap()).unwrap()),
        );
        Ok(())
    }

    fn reject_row(&mut self, _: DeadLetter) -> Result<(), Fault> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

#[test]
fn a_reload_rescores_open_mentions_and_publishes_only_changed_decisions() {
    let scored = complaint("ann", "1", 10, "my router is broken");
    let at = Position { topic: topics::SCORED, partition: 0, offset: 0 };
    let (time, value) = (second(10), Some(bytes(&scored)));
    let record = RawRecord {
        at,
        time,
        now: time.as_wall_time(),
        key: key("ann"),
        value,
        headers: RecordHeaders::new(),
    };
    let time_passes = |at: i64| Event::Time(0, second(at).as_wall_time());
    let levels = "levels = { P1 = 100, P2 = 60";
    let events = [
        Event::Rules(changed_rules("negative = 40 ", "negative = 40 ")),
        Event::Assigned(0),
        Event::Batch(0, vec![record]),
        time_passes(20),
        Event::Rules(changed_rules("negative = 40 ", "negative = 90 ")),
        time_passes(30),
        time_passes(31),
        Event::Rules(changed_rules("negative = 40 ", "negative = 90  # as before")),
        time_passes(40),
        time_passes(50),
        Event::Rules(changed_rules(levels, "levels = { P1 = 40, P2 = 30")),
        time_passes(60),
    ];
    let mut script = PositionedLog { events: events.into(), published: Vec::new() };
    run(&stage(), &mut script, &mut Quarantine::default(), &mut NoObserver).unwrap();
    let decisions = script.published.iter().map(|fact| {
        let priority = &fact.priority;
        (priority.revision, priority.score, priority.level, priority.reviewed.as_deref())
    });
    let decisions: Vec<_> = decisions.collect();
    let first = script.published[0].priority.score;
    let changed = Some("the rules have changed");
    use mention::Level::{P1, P2};
    assert_eq!(
        decisions,
        [(1, first, P2, None), (2, first + 40, P1, changed), (3, first, P1, changed),]
    );
    let versions: Vec<_> =
        script.published.iter().map(|fact| &fact.priority.rules_version).collect();
    assert!(versions.windows(2).all(|pair| pair[0] != pair[1]), "{versions:?}");
}

/// The second of the first record after the reload or incident of the proofs below.
const NOON: i64 = 100;

/// A broker on which the stage has decided 60 mentions: in each of two partitions more than one
/// record re-scores.
fn broker_with_open_mentions() -> MemoryBroker {
    let broker = MemoryBroker::new(2);
    for n in 0..60 {
        append(&broker, &complaint(&format!("author-{n}"), &n.to_string(), n, "router broken"));
    }
    run_to_end(stage(), tenants(), &broker, FaultPlan::default());
    broker
}

/// The records after [`NOON`], one a second: mentions, profiles and undecodable bytes.
fn append_later(broker: &MemoryBroker, steps: impl Iterator<Item = i64>) {
    for n in steps {
        let (by, at) = (format!("author-{}", n * 7 % 60), NOON + n);
        match n % 4 {
            0 | 1 => append(broker, &complaint(&by, &at.to_string(), at, "still broken")),
            2 => broker.append(topics::SCORED, second(at), &key(&by), Some(b"nothing".to_vec())),
            _ => profile(broker, &by, at, Some("gold")),
        }
    }
}

/// The number of records after [`NOON`].
const STEPS: i64 = 10;
/// The end of the input: the rest of a sweep is due by then.
const END: i64 = NOON + 60;

fn causes(broker: &MemoryBroker, cause: &str) -> usize {
    let is = |fact: &Prioritized| fact.priority.reviewed.as_deref() == Some(cause);
    prioritized(broker).iter().filter(|fact| is(fact)).count()
}

#[test]
fn a_reload_at_any_position_gives_the_same_decisions_under_every_fault_plan() {
    let changed = changed_rules("negative = 40 ", "negative = 90 ");
    for step in 0..=STEPS {
        let reload_at = second(NOON + step);
        let rules = RulesSchedule::from(tenants()).then(reload_at, Arc::clone(&changed));
        let attempt = |plan: FaultPlan| {
            let broker = broker_with_open_mentions();
            append_later(&broker, 0..STEPS);
            run_to_end(stage(), rules.clone(), &broker, plan);
            broker
        };
        assert_fault_tolerant(Some(second(END)), &|plan| outcome(&attempt(plan)));
        let broker = attempt(without_faults(Some(END)));
        let decisions = prioritized(&broker);
        let by_old_rules = decisions.iter().filter(|fact| fact.priority.rules_version.is_empty());
        let mentions = by_old_rules.filter(|fact| fact.priority.revision == 1).count();
        let before = (0..step).filter(|n| n % 4 < 2).count();
        assert_eq!(mentions, 60 + before, "the mentions before step {step}");
        assert_eq!(causes(&broker, "the rules have changed"), mentions, "each of them once");
    }
}

#[test]
fn an_incident_that_begins_at_any_position_gives_the_same_decisions_under_every_fault_plan() {
    for step in 0..=STEPS {
        let attempt = |plan: FaultPlan| {
            let broker = broker_with_open_mentions();
            append_later(&broker, 0..step);
            // A memory log reads all rows at its start, so the incident divides two runs.
            let delivery = DeliveryPlan { end_time: None, ..plan.delivery };
            run_to_end(stage(), tenants(), &broker, FaultPlan { delivery, ..plan });
            incident(&broker, 1, 20, IncidentStatus::Open);
            append_later(&broker, step..STEPS);
            run_to_end(stage(), tenants(), &broker, plan);
            broker
        };
        assert_fault_tolerant(Some(second(END)), &|plan| outcome(&attempt(plan)));
        let revised =
            causes(&attempt(without_faults(Some(END))), "an incident began, changed or ended");
        assert!(revised >= 60, "{revised}");
    }
}
