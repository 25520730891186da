//! The weights of the priority, and the floors below which a level does not sink.

use mention::Level;

use crate::condition::{Condition, Facts};
use crate::file::FactorPoints;

/// Weights, level boundaries and floors.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// The name that problems show.
    pub name: String,
    /// The tenants that use them; empty for every tenant without weights of its own.
    pub tenants: Vec<String>,
    /// The points of each factor.
    pub points: FactorPoints,
    /// The head start of a mention in its queue, in seconds for each point above the least possible score.
    pub seconds_per_point: i64,
    /// The minimum scores of P1 to P4.
    pub(crate) min_scores: [i32; 4],
    pub(crate) floors: Vec<Floor>,
}

/// The least urgent level that a matching mention may get.
#[derive(Debug, Clone, PartialEq)]
pub struct Floor {
    /// The name, which appears in the decisions that the floor raises.
    pub name: String,
    /// The least urgent level.
    pub level: Level,
    pub(crate) when: Condition,
}

impl Weights {
    /// The level of this score.
    #[must_use]
    pub fn level(&self, score: i32) -> Level {
        let levels = [Level::P1, Level::P2, Level::P3, Level::P4];
        // From the most urgent level down: the first minimum that the score reaches.
        levels.into_iter().find(|level| score >= self.min_score(*level)).unwrap_or(Level::P5)
    }

    /// The minimum score of a level; `i32::MIN` for P5.
    #[must_use]
    pub fn min_score(&self, level: Level) -> i32 {
        let [p1, p2, p3, p4] = self.min_scores;
        match level {
            Level::P1 => p1,
            Level::P2 => p2,
            Level::P3 => p3,
            Level::P4 => p4,
            Level::P5 => i32::MIN,
        }
    }

    /// The matching floor with the most urgent level, the first of equal ones. Ignores the level
    /// and the score in `facts`.
    #[must_use]
    pub fn floor(&self, facts: &Facts<'_>) -> Option<&Floor> {
        let matching = self.floors.iter().filter(|floor| floor.when.matches(facts));
        matching.min_by_key(|floor| floor.level)
    }
}
