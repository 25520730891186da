//! Escalation paths: who is called when a clock runs out, one after the other.

use mention::{Clock, Level};
use stage::Micros;

use crate::when::{Condition, Facts};

/// A path with what follows it: there is always somebody to call, and an end.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Its name.
    pub name: String,
    /// At least one.
    pub(crate) steps: Vec<Step>,
    /// The last contact is called again after this, in microseconds.
    pub repeat: Micros,
    /// How often somebody is called for one clock, all in all.
    pub max_raises: u16,
}

/// Somebody to call.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The person or duty.
    pub call: String,
    /// How long after the deadline, or after the call before, in microseconds.
    pub after: Micros,
    /// The team that the case goes to with this step, if it changes hands.
    pub give_to: Option<String>,
    pub(crate) when: Condition,
}

impl Path {
    /// The step at this place, counted over the steps that concern a case; the last of them for
    /// every place behind it.
    #[must_use]
    pub fn step(&self, level: Level, clock: Clock, place: usize) -> Option<&Step> {
        let mut last = None;
        for (at, step) in self.of(&Facts::of_case(level, clock)).enumerate() {
            last = Some(step);
            if at == place {
                break;
            }
        }
        last.or(self.steps.last())
    }

    /// How long after the call at `place` the next one follows, in microseconds.
    #[must_use]
    pub fn delay_after(&self, level: Level, clock: Clock, place: usize) -> Micros {
        let next = self.of(&Facts::of_case(level, clock)).nth(place.saturating_add(1));
        next.map_or(self.repeat, |next| next.after)
    }

    fn of<'a, 'f>(&'a self, facts: &'f Facts<'f>) -> impl Iterator<Item = &'a Step> + use<'a, 'f> {
        self.steps.iter().filter(|step| step.when.is_met(facts))
    }
}
