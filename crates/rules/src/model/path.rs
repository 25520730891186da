//! Escalation paths: the contacts to notify when a clock runs out, in order.

use mention::{Clock, Level};
use stage::TimeDelta;

use crate::condition::{Condition, Facts};

/// A path with the steps of its successors. It always has a step to call and a limit of calls.
#[derive(Debug, Clone, PartialEq)]
pub struct EscalationPath {
    /// The name.
    pub name: String,
    /// At least one step.
    pub(crate) steps: Vec<PathStep>,
    /// The interval between repeated calls of the last contact.
    pub repeat: TimeDelta,
    /// The maximum number of calls for one clock, and of those outside the hours of the steps.
    pub max_raises: u16,
    /// Whom to call while nobody of a step is on duty; `None` to wait for the step.
    pub off_hours: Option<OffHours>,
}

/// The contact of last resort of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct OffHours {
    /// The name of the person or duty.
    pub call: String,
    /// The interval between its calls.
    pub every: TimeDelta,
    pub(crate) when: Condition,
}

/// A contact to notify.
#[derive(Debug, Clone, PartialEq)]
pub struct PathStep {
    /// The name of the person or duty.
    pub call: String,
    /// The wait after the due time or after the previous call.
    pub delay: TimeDelta,
    /// The team to which this step hands off the case, if any.
    pub give_to: Option<String>,
    pub(crate) when: Condition,
}

impl EscalationPath {
    /// The step at `position` among those that match the level and clock; the last matching one for
    /// later positions.
    #[must_use]
    pub fn step(&self, level: Level, clock: Clock, position: usize) -> Option<&PathStep> {
        let mut last = None;
        for (at, step) in self.steps_for(&Facts::from_case(level, clock)).enumerate() {
            last = Some(step);
            if at == position {
                break;
            }
        }
        // The checks reject a path without a match; a reload may still pair an old case with it.
        last.or(self.steps.last())
    }

    /// The wait between the call at `position` and the next one.
    #[must_use]
    pub fn delay_after(&self, level: Level, clock: Clock, position: usize) -> TimeDelta {
        let next = self.steps_for(&Facts::from_case(level, clock)).nth(position.saturating_add(1));
        // After the last matching step, the path repeats it.
        next.map_or(self.repeat, |next| next.delay)
    }

    /// Whom to call for this level and clock while nobody of a step is on duty.
    #[must_use]
    pub fn off_hours(&self, level: Level, clock: Clock) -> Option<&OffHours> {
        let off_hours = self.off_hours.as_ref()?;
        off_hours.when.matches(&Facts::from_case(level, clock)).then_some(off_hours)
    }

    fn steps_for<'a, 'f>(
        &'a self,
        facts: &'f Facts<'f>,
    ) -> impl Iterator<Item = &'a PathStep> + use<'a, 'f> {
        self.steps.iter().filter(|step| step.when.matches(facts))
    }
}
