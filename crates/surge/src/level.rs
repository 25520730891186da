//! How much is said these days, beside what the season says: the trend.

/// What an hour keeps of its weight when the next one comes: four days.
const KEEP: f64 = 1.0 - 1.0 / 96.0;
/// How many mentions the level assumed at first, 1, is worth.
const FIRST: f64 = 20.0;

/// Counts and what the season expected, the older the lighter.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Level {
    pub(crate) heard: f64,
    pub(crate) expected: f64,
}

impl Level {
    /// Takes in an hour.
    pub fn learn(&mut self, count: f64, season: f64) {
        self.heard = self.heard * KEEP + count;
        self.expected = self.expected * KEEP + season;
    }

    /// By how many times these days are above their season.
    #[must_use]
    pub fn factor(&self) -> f64 {
        (self.heard + FIRST) / (self.expected + FIRST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_of_twice_as_much_is_noticed_and_an_hour_of_it_is_not() {
        let mut level = Level::default();
        (0..1000).for_each(|_| level.learn(10.0, 10.0));
        assert_eq!(level.factor(), 1.0);
        level.learn(20.0, 10.0);
        assert!(level.factor() < 1.02);
        (0..168).for_each(|_| level.learn(20.0, 10.0));
        assert!((1.75..2.0).contains(&level.factor()), "{}", level.factor());
    }
}
