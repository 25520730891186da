//! A reload of the rules while the stage runs.
#![allow(clippy::expect_used, reason = "a broken fixture fails the test")]

use std::collections::VecDeque;

use mention::{Prioritized, codec, topics};
use priority::{Bounds, Prioritizer, Tenants};
use rules::{Rules, northline};
use stage::{
    ChangeVisitor, Effects, Event, Fault, Log, NoObserver, Position, Quarantine, RawRecord,
    Reloadable, run,
};

use crate::scene::{SECOND, bytes, complaint, key};

/// The sample rules with one piece of their text replaced.
fn tenants(from: &str, to: &str) -> Tenants {
    let mut sources = northline();
    for source in sources.iter_mut().filter(|source| source.file == "priority.toml") {
        assert!(source.text.contains(from), "{from}");
        source.text = source.text.replacen(from, to, 1);
    }
    Tenants::of(&Rules::load(&sources).expect("the rules are valid"))
        .expect("the rules have default weights")
}

/// An event for the stage, or a reload between two events.
enum ScriptStep {
    Event(Event),
    Rules(Box<Tenants>),
}

struct ReloadScript {
    steps: VecDeque<ScriptStep>,
    tenants: Reloadable<Tenants>,
    published: Vec<Prioritized>,
}

impl Log for ReloadScript {
    fn next_event(&mut self) -> Result<Event, Fault> {
        loop {
            match self.steps.pop_front() {
                Some(ScriptStep::Event(event)) => return Ok(event),
                Some(ScriptStep::Rules(tenants)) => self.tenants.replace(*tenants),
                None => return Ok(Event::Shutdown),
            }
        }
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

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

#[test]
fn a_reload_rescores_open_mentions_and_publishes_only_changed_decisions() {
    let scored = complaint("ann", "1", 10, "my router is broken");
    let at = Position { topic: topics::SCORED, partition: 0, offset: 0 };
    let (time, value) = (10 * SECOND, Some(bytes(&scored)));
    let record = RawRecord { at, time, now: time, key: key("ann"), value, headers: Vec::new() };
    let time_passes = |second: i64| ScriptStep::Event(Event::Time(0, second * SECOND));
    let steps = [
        ScriptStep::Event(Event::Assigned(0)),
        ScriptStep::Event(Event::Batch(0, vec![record])),
        time_passes(20),
        ScriptStep::Rules(Box::new(tenants("negative = 40 ", "negative = 90 "))),
        time_passes(30),
        time_passes(31),
        ScriptStep::Rules(Box::new(tenants("negative = 40 ", "negative = 90  # as before"))),
        time_passes(40),
        time_passes(50),
        ScriptStep::Rules(Box::new(tenants(
            "levels = { P1 = 100, P2 = 60",
            "levels = { P1 = 40, P2 = 30",
        ))),
        time_passes(60),
    ];
    let tenants = Reloadable::from(tenants("negative = 40 ", "negative = 40 "));
    let stage = Prioritizer::new(tenants.clone(), Bounds::default());
    let mut script = ReloadScript { steps: steps.into(), tenants, published: Vec::new() };
    run(&stage, &mut script, &mut Quarantine::default(), &mut NoObserver).unwrap();
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
