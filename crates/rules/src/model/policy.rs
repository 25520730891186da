//! SLA policies: by when a case is acknowledged, answered and resolved.

use std::sync::Arc;

use mention::Level;
use stage::Micros;

use crate::Calendar;
use crate::when::Condition;

/// Deadlines by level.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    pub(crate) when: Condition,
    pub(crate) standards: [Standards; 5],
}

/// How much open time of its calendar each clock has, in microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standards {
    pub(crate) acknowledge: Option<Micros>,
    pub(crate) respond: Option<Micros>,
    pub(crate) resolve: Option<Micros>,
    pub(crate) calendar: Arc<Calendar>,
}

/// How long each clock runs; none where it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Targets<'a> {
    /// Until somebody has accepted the case.
    pub acknowledge: Option<Target<'a>>,
    /// Until the author has an answer.
    pub respond: Option<Target<'a>>,
    /// Until the case is closed.
    pub resolve: Option<Target<'a>>,
    /// When the clocks run.
    pub calendar: &'a Calendar,
}

/// How long a clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'a> {
    /// How much open time, in microseconds.
    pub open: Micros,
    /// When that is.
    pub calendar: &'a Calendar,
}

impl Target<'_> {
    /// When a clock that starts at `start` runs out, in microseconds.
    #[must_use]
    pub fn due(&self, start: Micros) -> Micros {
        self.calendar.due(start, self.open)
    }
}

impl Policy {
    /// The targets of a level.
    #[must_use]
    pub fn targets(&self, level: Level) -> Targets<'_> {
        let [p1, p2, p3, p4, p5] = &self.standards;
        let standards = match level {
            Level::P1 => p1,
            Level::P2 => p2,
            Level::P3 => p3,
            Level::P4 => p4,
            Level::P5 => p5,
        };
        let Standards { acknowledge, respond, resolve, calendar } = standards;
        let [acknowledge, respond, resolve] =
            [acknowledge, respond, resolve].map(|open| open.map(|open| Target { open, calendar }));
        Targets { acknowledge, respond, resolve, calendar }
    }
}
