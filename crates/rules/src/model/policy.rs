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
    pub(crate) targets: [Targets; 5],
}

/// How much open time of its calendar each clock has, in microseconds; none where it does not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets {
    /// Until somebody has accepted the case.
    pub acknowledge: Option<Micros>,
    /// Until the author has an answer.
    pub respond: Option<Micros>,
    /// Until the case is closed.
    pub resolve: Option<Micros>,
    /// When the clocks run.
    pub calendar: Arc<Calendar>,
}

impl Policy {
    /// The targets of a level.
    #[must_use]
    pub fn targets(&self, level: Level) -> &Targets {
        let [p1, p2, p3, p4, p5] = &self.targets;
        match level {
            Level::P1 => p1,
            Level::P2 => p2,
            Level::P3 => p3,
            Level::P4 => p4,
            Level::P5 => p5,
        }
    }
}
