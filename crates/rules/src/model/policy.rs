//! SLA policies: targets for acknowledging, responding and resolving.

use std::sync::Arc;

use mention::Level;
use stage::{EventTime, TimeDelta};

use crate::Calendar;
use crate::condition::Condition;

/// An SLA policy: targets by level.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The name.
    pub name: String,
    pub(crate) when: Condition,
    pub(crate) level_targets: [LevelTargets; 5],
}

/// The targets of one level: open time of the calendar by clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LevelTargets {
    pub(crate) acknowledge: Option<TimeDelta>,
    pub(crate) respond: Option<TimeDelta>,
    pub(crate) resolve: Option<TimeDelta>,
    pub(crate) calendar: Arc<Calendar>,
}

/// The targets of one level; `None` for a clock that does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Targets<'a> {
    /// From the first mention until the owner acknowledges the case.
    pub acknowledge: Option<Target<'a>>,
    /// From the first unanswered mention until a human answers.
    pub respond: Option<Target<'a>>,
    /// From the first mention until the case is resolved.
    pub resolve: Option<Target<'a>>,
    /// The calendar of the clocks.
    pub calendar: &'a Calendar,
}

/// The target of one clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'a> {
    /// Open time of the calendar.
    pub open_time: TimeDelta,
    /// The calendar of the clock.
    pub calendar: &'a Calendar,
}

impl Target<'_> {
    /// The due time of a clock that starts at `start`.
    #[must_use]
    pub fn due(&self, start: EventTime) -> EventTime {
        self.calendar.due(start, self.open_time)
    }
}

impl Policy {
    /// The targets of this level.
    #[must_use]
    pub fn targets(&self, level: Level) -> Targets<'_> {
        // Destructuring proves at compile time that every level has targets.
        let [p1, p2, p3, p4, p5] = &self.level_targets;
        let level_targets = match level {
            Level::P1 => p1,
            Level::P2 => p2,
            Level::P3 => p3,
            Level::P4 => p4,
            Level::P5 => p5,
        };
        let LevelTargets { acknowledge, respond, resolve, calendar } = level_targets;
        let [acknowledge, respond, resolve] = [acknowledge, respond, resolve]
            .map(|open| open.map(|open| Target { open_time: open, calendar }));
        Targets { acknowledge, respond, resolve, calendar }
    }
}
