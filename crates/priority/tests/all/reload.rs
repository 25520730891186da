//! Rules that change while the stage runs.
#![allow(clippy::expect_used, reason = "a fixture that fails fails its test")]

use std::collections::VecDeque;

use mention::{Prioritized, codec, topics};
use priority::{Bounds, Priority, Tenants};
use rules::{Rules, northline};
use stage::{
    EachChange, Effects, Event, Fault, Log, Position, Quarantine, Raw, Reloadable, Silent, run,
};

use crate::scene::{SECOND, bytes, key, says};

/// What the sample says, with one piece of it changed.
fn tenants(from: &str, to: &str) -> Tenants {
    let mut sources = northline();
    for source in sources.iter_mut().filter(|source| source.file == "priority.toml") {
        assert!(source.text.contains(from), "{from}");
        source.text = source.text.replacen(from, to, 1);
    }
    Tenants::of(&Rules::load(&sources).expect("right rules")).expect("weights for everybody")
}

/// What the stage meets, one after the other.
enum Step {
    Event(Event),
    Rules(Box<Tenants>),
}

struct Script {
    steps: VecDeque<Step>,
    tenants: Reloadable<Tenants>,
    told: Vec<Prioritized>,
}

impl Log for Script {
    fn next(&mut self) -> Result<Event, Fault> {
        loop {
            match self.steps.pop_front() {
                Some(Step::Event(event)) => return Ok(event),
                Some(Step::Rules(tenants)) => self.tenants.replace(*tenants),
                None => return Ok(Event::Shutdown),
            }
        }
    }

    fn changelog(&mut self, _: i32, _: &mut EachChange<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn write(&mut self, _: i32, effects: Effects) -> Result<(), Fault> {
        let facts = effects.outputs.iter().filter(|out| out.topic == topics::PRIORITIZED);
        self.told.extend(
            facts.map(|out| codec::read::<Prioritized>(out.value.as_deref().unwrap()).unwrap()),
        );
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

#[test]
fn other_rules_decide_again_what_is_open_and_only_what_comes_out_otherwise_is_told() {
    let said = says("ann", "1", 10, "my router is broken");
    let at = Position { topic: topics::SCORED, partition: 0, offset: 0 };
    let (time, value) = (10 * SECOND, Some(bytes(&said)));
    let heard = Raw { at, time, now: time, key: key("ann"), value, headers: Vec::new() };
    let looks = |second: i64| Step::Event(Event::Time(0, second * SECOND));
    let steps = [
        Step::Event(Event::Assigned(0)),
        Step::Event(Event::Batch(0, vec![heard])),
        looks(20),
        Step::Rules(Box::new(tenants("negative = 40 ", "negative = 90 "))),
        looks(30),
        looks(31),
        Step::Rules(Box::new(tenants("negative = 40 ", "negative = 90  # as before"))),
        looks(40),
        looks(50),
        Step::Rules(Box::new(tenants(
            "levels = { P1 = 100, P2 = 60",
            "levels = { P1 = 40, P2 = 30",
        ))),
        looks(60),
    ];
    let in_force = Reloadable::from(tenants("negative = 40 ", "negative = 40 "));
    let stage = Priority::new(in_force.clone(), Bounds::default());
    let mut script = Script { steps: steps.into(), tenants: in_force, told: Vec::new() };
    run(&stage, &mut script, &mut Quarantine::default(), &mut Silent).unwrap();
    let told = script.told.iter().map(|fact| {
        let priority = &fact.priority;
        (priority.revision, priority.score, priority.level, priority.reviewed.as_deref())
    });
    let told: Vec<_> = told.collect();
    let first = script.told[0].priority.score;
    let changed = Some("the rules have changed");
    use mention::Level::{P1, P2};
    assert_eq!(
        told,
        [(1, first, P2, None), (2, first + 40, P1, changed), (3, first, P1, changed),]
    );
    let versions: Vec<_> = script.told.iter().map(|fact| &fact.priority.rules_version).collect();
    assert!(versions.windows(2).all(|pair| pair[0] != pair[1]), "{versions:?}");
}
