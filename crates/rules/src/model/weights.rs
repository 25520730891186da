//! The weights of the priority, and the floors below which it does not fall.

use mention::Level;

use crate::file::Points;
use crate::when::{Condition, Facts};

/// Points and floors.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Their name, by which problems tell them.
    pub name: String,
    /// The tenants they are for; none for every one that no others are for.
    pub tenants: Vec<String>,
    /// The points of each term.
    pub points: Points,
    /// By how many seconds each point moves a mention forward in a queue.
    pub seconds_a_point: i64,
    /// The least score of P1 to P4.
    pub(crate) levels: [i32; 4],
    pub(crate) floors: Vec<Floor>,
}

/// A level that is the least urgent one may get.
#[derive(Debug, Clone, PartialEq)]
pub struct Floor {
    /// Its name: in every decision it makes.
    pub name: String,
    /// The least urgent level.
    pub level: Level,
    pub(crate) when: Condition,
}

impl Weights {
    /// The level of a score.
    #[must_use]
    pub fn level(&self, score: i32) -> Level {
        let levels = [Level::P1, Level::P2, Level::P3, Level::P4];
        levels.into_iter().find(|level| score >= self.least(*level)).unwrap_or(Level::P5)
    }

    /// The least score of a level; the least of all for P5.
    #[must_use]
    pub fn least(&self, level: Level) -> i32 {
        let [p1, p2, p3, p4] = self.levels;
        match level {
            Level::P1 => p1,
            Level::P2 => p2,
            Level::P3 => p3,
            Level::P4 => p4,
            Level::P5 => i32::MIN,
        }
    }

    /// The floor that lifts a mention the highest, the first of its level; none when none is met.
    /// The level and the score of the facts are not asked.
    #[must_use]
    pub fn floor(&self, facts: &Facts<'_>) -> Option<&Floor> {
        let met = self.floors.iter().filter(|floor| floor.when.is_met(facts));
        met.min_by_key(|floor| floor.level)
    }
}
